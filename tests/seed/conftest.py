"""The article's facts, and databases to load them into; what a test loads it takes back."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from seed.importers.facts import read_facts
from seed.neutral_facts import Facts
from tests.conftest import KINDS, DatabaseFactory
from tests.postgres_cluster import Database
from tests.seed.loading import load_and_publish, migrated


@pytest.fixture(scope="session")
def facts() -> Facts:
    return read_facts()


@pytest.fixture(scope="session", params=KINDS)
def engine(request: pytest.FixtureRequest, make_database: DatabaseFactory) -> Iterator[Engine]:
    """The loader's engine on a database with the schema and no rows."""
    engine = migrated(make_database(request.param))
    yield engine
    engine.dispose()


@pytest.fixture
def empty(engine: Engine) -> Iterator[Connection]:
    """A transaction on it."""
    with engine.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def loaded(empty: Connection, facts: Facts) -> Connection:
    """The same, with the article's facts published as release 1."""
    load_and_publish(empty, facts)
    return empty


@pytest.fixture
def loaded_engine(database: Database, facts: Facts) -> Iterator[Engine]:
    """The loader's engine on the test's database, which holds the article's facts as release 1."""
    engine = migrated(database)
    with engine.begin() as connection:
        load_and_publish(connection, facts)
    yield engine
    engine.dispose()
