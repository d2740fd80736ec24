"""The real rows of Mexico's events, served from both databases."""

import csv
import gzip
import sys
from collections.abc import Iterator

import pytest

from tests.api.serving import Api, command, migrate_database, publish_facts, serving
from tests.conftest import KINDS, DatabaseFactory
from tests.seed.dataset_files import real_ucdp_file

MEXICO = "ged241-mexico/ged_mexico.csv.gz"
Cells = dict[str, str]


@pytest.fixture(scope="session")
def mexico_rows() -> list[Cells]:
    """Every record of the file, as text; read by nothing of the project."""
    csv.field_size_limit(sys.maxsize)
    with gzip.open(real_ucdp_file(MEXICO), "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session", params=KINDS)
def mexico(request: pytest.FixtureRequest, make_database: DatabaseFactory) -> Iterator[Api]:
    """Version 24.1 of GED with Mexico's events, imported by the command; no test changes it."""
    database = make_database(request.param)
    migrate_database(database)
    command(database, "ucdp", str(real_ucdp_file(MEXICO)), "--release", "24.1")
    with serving(database) as served:
        yield served


@pytest.fixture(scope="session", params=KINDS)
def api(request: pytest.FixtureRequest, make_database: DatabaseFactory) -> Iterator[Api]:
    """The article's facts and no dataset."""
    database = make_database(request.param)
    migrate_database(database)
    publish_facts(database)
    with serving(database) as served:
        yield served
