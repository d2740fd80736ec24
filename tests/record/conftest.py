"""Migrated databases of both kinds, and transactions on them that leave nothing behind."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from app.settings import Settings
from seed.database import make_write_engine, migrate
from tests.conftest import KINDS, DatabaseFactory
from tests.postgres_cluster import Database, PostgresCluster
from tests.record.factories import add_foundation


def settings_of(database: Database) -> Settings:
    return Settings(database_url=database.read_url, database_write_url=database.write_url)


@pytest.fixture(scope="session", params=KINDS)
def migrated(request: pytest.FixtureRequest, make_database: DatabaseFactory) -> Database:
    """A database with the schema and no rows; what a test writes there it takes back."""
    database = make_database(request.param)
    migrate(settings_of(database))
    return database


@pytest.fixture(scope="session")
def engine(migrated: Database) -> Iterator[Engine]:
    """The loader's engine on it."""
    engine = make_write_engine(migrated.write_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A transaction with the rows that others point at; it is taken back."""
    with engine.connect() as connection:
        add_foundation(connection)
        yield connection
        connection.rollback()


@pytest.fixture(scope="session")
def as_superuser(postgres_cluster: PostgresCluster) -> Database:
    """A database that the cluster's superuser migrated."""
    database = postgres_cluster.create_database("migrated_by_superuser")
    database = Database("postgresql", postgres_cluster.url("migrated_by_superuser", "postgres"), database.read_url)
    migrate(settings_of(database))
    return database
