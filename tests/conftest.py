"""What every test may ask for: a real PostgreSQL, and fresh databases of both kinds."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres_cluster import Database, PostgresCluster, PostgresUnavailableError

KINDS = ("sqlite", "postgresql")
DatabaseFactory = Callable[[str], Database]

# A slow machine is no fault of the code. In CI the same examples are tried each time, so that a change is judged by
# what it changes; elsewhere others are looked for in each run.
settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("here")


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[PostgresCluster]:
    """A running PostgreSQL in the C locale, one for the whole run."""
    cluster = _launch_or_skip()
    yield cluster
    cluster.remove()


@pytest.fixture(scope="session")
def icu_postgres_cluster() -> Iterator[PostgresCluster]:
    """A running PostgreSQL that sorts text the English way, as many deployments do."""
    cluster = _launch_or_skip(icu_locale="en-US")
    yield cluster
    cluster.remove()


@pytest.fixture(scope="session")
def make_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DatabaseFactory:
    """Makes an empty database of the kind asked for; it lives as long as the run."""

    def make(kind: str) -> Database:
        if kind == "sqlite":
            return _sqlite_database(tmp_path_factory.mktemp("database"))
        cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
        return cluster.create_database(_unused_name())

    return make


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh, empty database for one test, which runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield _sqlite_database(tmp_path)
        return
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    name = _unused_name()
    yield cluster.create_database(name)
    cluster.drop_database(name)


def _sqlite_database(directory: Path) -> Database:
    url = f"sqlite:///{directory / 'conflict_events.sqlite3'}"
    return Database("sqlite", write_url=url, read_url=url)


def _unused_name() -> str:
    return f"test_{uuid.uuid4().hex[:12]}"


def _launch_or_skip(icu_locale: str | None = None) -> PostgresCluster:
    try:
        return PostgresCluster.launch(icu_locale=icu_locale)
    except PostgresUnavailableError as fault:
        if os.environ.get("CI") == "true":
            pytest.fail(str(fault), pytrace=False)
        pytest.skip(str(fault))
