"""A database of each kind with many events, which no test here changes."""

import pytest

from tests.api.serving import migrate_database, publish_facts
from tests.api.test_streams import filled
from tests.conftest import KINDS, DatabaseFactory
from tests.postgres_cluster import Database


@pytest.fixture(scope="session")
def facts(make_database: DatabaseFactory) -> Database:
    """The article's facts on SQLite."""
    database = make_database("sqlite")
    migrate_database(database)
    publish_facts(database)
    return database


@pytest.fixture(scope="session", params=KINDS)
def many(
    request: pytest.FixtureRequest, make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory
) -> Database:
    """The facts and 4,000 events: more than the sockets between hold."""
    return filled(make_database(request.param), tmp_path_factory.mktemp("many"))
