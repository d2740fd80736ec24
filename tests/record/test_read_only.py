"""The API's own connection cannot write: every way is tried, and the database itself refuses it."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, make_url, text

from app.db import make_read_engine
from seed.database import make_write_engine, migrate
from tests.conftest import DatabaseFactory
from tests.postgres_cluster import OWNER, READER, Database
from tests.record.conftest import settings_of
from tests.record.factories import add_foundation

# Each way is tried on a connection of its own; the last statement is the one that must fail.
WAYS = [
    ["INSERT INTO release VALUES (9, '2024-02-02', NULL, '{}', '{}')"],
    ["UPDATE archive SET identity = 'mine'"],
    ["DELETE FROM actor"],
    ["CREATE TABLE mine (id INTEGER)"],
    ["CREATE TABLE mine AS SELECT * FROM actor"],
    ["CREATE INDEX mine ON actor (name)"],
    ["CREATE VIEW mine AS SELECT * FROM actor"],
    ["CREATE TEMP TABLE mine (id INTEGER)"],
    ["CREATE TEMP VIEW mine AS SELECT * FROM actor"],
    ["ALTER TABLE actor ADD COLUMN mine INTEGER"],
    ["ALTER TABLE actor RENAME TO mine"],
    ["DROP TABLE further_citation"],
    ["DROP INDEX ix_event_document_newest"],
    ["WITH gone AS (SELECT id FROM actor) DELETE FROM actor WHERE id IN (SELECT id FROM gone)"],
]
UNLOCKED_SQLITE = "PRAGMA query_only = OFF"
SQLITE_WAYS = [
    *WAYS,
    ["REPLACE INTO archive VALUES (1, 'mine')"],
    [UNLOCKED_SQLITE],
    ["PRAGMA main.query_only = 0"],
    ["PRAGMA user_version = 7"],
    ["PRAGMA application_id = 7"],
    ["PRAGMA journal_mode = DELETE"],
    ["VACUUM"],
    ["REINDEX"],
    ["ANALYZE"],
    ["ATTACH '{file}' AS same"],
    ["ATTACH 'file:{file}?mode=rw' AS same"],
    ["ATTACH '{folder}/new.sqlite3' AS new"],
    ["ATTACH ':memory:' AS memory"],
    ["VACUUM INTO '{folder}/copy.sqlite3'"],
    ["SELECT load_extension('{folder}/evil.so')"],
    ["PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = NULL"],
    ["BEGIN IMMEDIATE"],
    ["BEGIN", "DELETE FROM actor"],
    ["SAVEPOINT mine", "DELETE FROM actor"],
]
UNLOCKED = "SET default_transaction_read_only = off"
POSTGRESQL_WAYS = [
    *WAYS,
    *([UNLOCKED, *way] for way in WAYS),
    ["BEGIN READ WRITE", "DELETE FROM actor"],
    ["BEGIN", "SET TRANSACTION READ WRITE", "UPDATE archive SET identity = 'mine'"],
    ["SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE", "DELETE FROM actor"],
    ["SELECT set_config('default_transaction_read_only', 'off', false)", "DELETE FROM actor"],
    ["TRUNCATE further_citation"],
    [UNLOCKED, "TRUNCATE further_citation"],
    [UNLOCKED, "COPY archive FROM STDIN"],
    [UNLOCKED, "COPY archive FROM '/etc/hostname'"],
    [UNLOCKED, "COPY archive TO '/tmp/conflict-events-copy'"],
    [UNLOCKED, "COPY archive TO PROGRAM 'cat'"],
    [UNLOCKED, "DO $$ BEGIN DELETE FROM actor; END $$"],
    [UNLOCKED, "CREATE FUNCTION mine() RETURNS void LANGUAGE sql AS 'DELETE FROM actor'"],
    [UNLOCKED, "CREATE FUNCTION pg_temp.mine() RETURNS void LANGUAGE sql AS 'DELETE FROM actor'"],
    [UNLOCKED, "CREATE SCHEMA mine"],
    [UNLOCKED, "CREATE SEQUENCE mine"],
    [UNLOCKED, "CREATE TEMP SEQUENCE mine"],
    [UNLOCKED, "CREATE TYPE mine AS ENUM ('a')"],
    [UNLOCKED, "CREATE EXTENSION dblink"],
    [UNLOCKED, "CREATE ROLE mine"],
    [UNLOCKED, "CREATE DATABASE mine"],
    [UNLOCKED, "MERGE INTO actor USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE"],
    [UNLOCKED, "SELECT * FROM actor FOR UPDATE"],
    [UNLOCKED, "SELECT * FROM actor FOR KEY SHARE"],
    [UNLOCKED, "BEGIN", "LOCK TABLE release IN SHARE MODE"],
    [UNLOCKED, "COMMENT ON TABLE actor IS 'mine'"],
    [UNLOCKED, f"ALTER TABLE actor OWNER TO {READER}"],
    [UNLOCKED, f"SET ROLE {OWNER}"],
    [UNLOCKED, f"SET SESSION AUTHORIZATION {OWNER}"],
    [UNLOCKED, f"ALTER ROLE {READER} CREATEDB"],
    [UNLOCKED, "ALTER SYSTEM SET work_mem = '1GB'"],
    [UNLOCKED, "SELECT pg_read_file('/etc/hostname')"],
    [UNLOCKED, "SELECT lo_import('/etc/hostname')"],
    [UNLOCKED, "SELECT pg_create_restore_point('mine')"],
    [UNLOCKED, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{OWNER}'"],  # noqa: S608
]
REFUSALS_OF_POSTGRESQL = {
    "42501",  # insufficient privilege
    "25006",  # read-only transaction
}


@pytest.fixture(scope="module")
def filled(migrated: Database, make_database: DatabaseFactory) -> Database:
    """A database with rows that a writer could spoil."""
    database = make_database(migrated.kind)
    migrate(settings_of(database))
    engine = make_write_engine(database.write_url)
    with engine.begin() as connection:
        add_foundation(connection)
    engine.dispose()
    return database


@pytest.fixture(scope="module")
def reader(filled: Database) -> Iterator[Engine]:
    """The API's own engine."""
    engine = make_read_engine(filled.read_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def writer(filled: Database) -> Iterator[Connection]:
    """A connection of the loader's, to look at what is there and to be a target."""
    engine = make_write_engine(filled.write_url)
    with engine.connect() as connection:
        connection.rollback()
        yield connection
    engine.dispose()


def state_of(connection: Connection) -> dict[str, Any]:
    """Every row of some tables, and the names of all there is."""
    names = "sqlite_master" if connection.dialect.name == "sqlite" else "pg_catalog.pg_class"
    name = "name" if connection.dialect.name == "sqlite" else "relname"
    state: dict[str, Any] = {"names": sorted(connection.scalars(text(f"SELECT {name} FROM {names}")))}  # noqa: S608
    for table in ("actor", "archive", "release"):
        state[table] = connection.execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608
    connection.rollback()
    return state


def files_beside(file: Path) -> list[str]:
    return sorted(each.name for each in file.parent.iterdir())


def refusal_of(engine: Engine, way: Sequence[str]) -> BaseException | None:
    """What the last statement of a way failed with; the connection is thrown away."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        try:
            for statement in way[:-1]:
                driver.execute(statement)
        except Exception:  # noqa: BLE001 S110  # it may be refused already, and then the last one has to be, too
            pass
        try:
            driver.execute(way[-1])
        except Exception as refusal:  # noqa: BLE001  # which one is what the tests look at
            return refusal
        finally:
            connection.invalidate()
    return None


@pytest.mark.parametrize("way", SQLITE_WAYS, ids=lambda way: way[-1][:60])
@pytest.mark.parametrize("unlocked", [False, True], ids=["", "after-an-attempt-to-unlock"])
@pytest.mark.parametrize("migrated", ["sqlite"], indirect=True)
def test_reader_on_sqlite_when_it_tries_to_write_is_refused(
    filled: Database, reader: Engine, writer: Connection, way: list[str], unlocked: bool
) -> None:
    file = Path(str(make_url(filled.read_url).database))
    before, files = state_of(writer), files_beside(file)

    steps = [UNLOCKED_SQLITE, *way] if unlocked else way
    placed = [step.replace("{file}", str(file)).replace("{folder}", str(file.parent)) for step in steps]
    refusal = refusal_of(reader, placed)

    assert isinstance(refusal, sqlite3.Error)
    assert state_of(writer) == before
    assert files_beside(file) == files


@pytest.mark.parametrize("way", POSTGRESQL_WAYS, ids=lambda way: "; ".join(way)[:90])
@pytest.mark.parametrize("migrated", ["postgresql"], indirect=True)
def test_reader_on_postgresql_when_it_tries_to_write_is_refused(
    reader: Engine, writer: Connection, way: list[str]
) -> None:
    before = state_of(writer)

    refusal = refusal_of(reader, way)

    assert getattr(refusal, "sqlstate", None) in REFUSALS_OF_POSTGRESQL, refusal
    assert state_of(writer) == before


def test_reader_when_it_reads_sees_what_is_there(reader: Engine) -> None:
    with reader.connect() as connection:
        assert connection.scalars(text("SELECT id FROM actor ORDER BY id")).all() == ["actor", "other"]


def test_reader_when_a_load_commits_sees_it_at_the_next_question(reader: Engine, writer: Connection) -> None:
    with reader.connect() as connection:
        before = connection.scalar(text("SELECT count(*) FROM source"))
        writer.execute(text("INSERT INTO release VALUES (7, '2024-02-02', NULL, '{}', '{}', NULL)"))
        unseen = connection.scalar(text("SELECT count(*) FROM release"))
        writer.commit()
        seen = connection.scalar(text("SELECT count(*) FROM release"))
        writer.execute(text("DELETE FROM release"))
        writer.commit()

    assert (before, unseen, seen) == (1, 0, 1)


@pytest.mark.parametrize(
    "function",
    ["lo_creat(-1)", "lo_create(0)", "lo_from_bytea(0, 'x')", "lo_put(1, 0, 'x')", "lo_unlink(1)", "lowrite(1, 'x')"],
)
def test_reader_when_a_superuser_migrated_can_make_no_large_objects(as_superuser: Database, function: str) -> None:
    """They belong to no table. A role's right to them can be taken by a superuser alone."""
    engine = make_read_engine(as_superuser.read_url)
    refusal = refusal_of(engine, [UNLOCKED, f"SELECT {function}"])
    engine.dispose()

    assert getattr(refusal, "sqlstate", None) == "42501"
