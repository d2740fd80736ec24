"""The only place that makes an engine which can write, and that changes the schema."""

import os
import sqlite3
from collections.abc import Collection
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from app.db import CONNECT_TIMEOUT_S, parse_url
from app.settings import Settings, WrongSettings

ROOT = Path(__file__).resolve().parent.parent
CACHE_KIB = 64 * 1024
BUSY_TIMEOUT_S = 30
_WRITERS_LOCK = 0x5EED
# So long a migration waits for a table that somebody reads. Whoever comes after it waits with it, so it is short.
MIGRATION_LOCK_TIMEOUT_MS = 3_000
_TEMPORARY = "SQLITE_TMPDIR"
# Large objects belong to no table: every role may make them, and before PostgreSQL 16 in reading transactions too.
_LARGE_OBJECT_WRITERS = (
    "lo_creat(integer)",
    "lo_create(oid)",
    "lo_from_bytea(oid, bytea)",
    "lo_put(oid, bigint, bytea)",
    "lo_truncate(integer, integer)",
    "lo_truncate64(integer, bigint)",
    "lo_unlink(oid)",
    "lowrite(integer, bytea)",
)


# Where databases stood before the first release: what they hold is laid out otherwise, and nothing leads on from there.
_BEFORE_THE_FIRST_RELEASE = frozenset({"0001", "0002"})


# What the drivers raise where SQLAlchemy does not stand between.
DRIVERS_FAULTS = (sqlite3.Error,)


class WrongSchema(Exception):
    """The database's schema is not the one that this version works with; its text says what to do."""


def make_write_engine(url: str, *, foreign_keys: bool = True) -> Engine:
    """An engine for the loader. On SQLite it keeps the foreign keys and a write-ahead log, so that readers go on.

    Raises WrongSettings where the address is none, or where SQLite's file can have no folder.
    """
    address = parse_url(url)
    if address.get_backend_name() != "sqlite":
        # A prepared statement keeps the plan that was right while the tables were empty.
        arguments = {"application_name": "conflict-events-seed", "prepare_threshold": None}
        return create_engine(url, connect_args={"connect_timeout": CONNECT_TIMEOUT_S, **arguments})
    _make_folder_of(Path(str(address.database)))
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: object) -> None:
        # The driver would begin a transaction at the first write only; a load must hold the lock from its first read.
        connection.isolation_level = None
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # A load touches pages of every index again and again: with less room they are written to the log each time.
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _make_folder_of(file: Path) -> None:
    folder = file.absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSettings(f"wrong settings: {folder} cannot be made: {error.strerror}") from None


def lock_for_writing(connection: Connection) -> None:
    """Make other loads and migrations wait. SQLite's writing transaction has the whole file to itself already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITERS_LOCK})


def tidy(engine: Engine, *, compact: bool = False) -> None:
    """After a large load: PostgreSQL learns what there is now, SQLite's log goes into its file. Readers go on.

    Without it PostgreSQL would plan for the tables as they were, and look up each row's visibility anew. `compact`
    fills SQLite's pages, of which a load leaves a tenth empty. Raises the driver's faults, such as that of a full disk.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE)")
        return
    if compact:
        _vacuum(engine)
    driver = engine.raw_connection()
    try:
        driver.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        driver.close()


def _vacuum(engine: Engine) -> None:
    """Write SQLite's file anew. Its copy stands beside it, as a folder for small files may have no room for it."""
    before = os.environ.get(_TEMPORARY)
    os.environ[_TEMPORARY] = str(Path(str(engine.url.database)).absolute().parent)
    driver = engine.raw_connection()
    try:
        driver.cursor().execute("VACUUM")
    finally:
        driver.close()
        if before is None:
            del os.environ[_TEMPORARY]
        else:
            os.environ[_TEMPORARY] = before


def erase_what_is_deleted(connection: Connection) -> None:
    """Have SQLite write zeros over what this connection deletes; PostgreSQL has no such thing."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def purge(engine: Engine) -> None:
    """After a suppression: nothing that was deleted stays in SQLite's file, which is written anew, or in its log.

    PostgreSQL gives the room free to be written over.
    """
    tidy(engine, compact=True)


def require_schema(connection: Connection) -> None:
    """Raise WrongSchema where the database has no schema, or that of another version."""
    there = set(MigrationContext.configure(connection).get_current_heads())
    if not there:
        raise WrongSchema("The database has no schema yet: run `python -m seed migrate` first.")
    _refuse_unreleased(there)
    if there != set(ScriptDirectory.from_config(_alembic()).get_heads()):
        raise WrongSchema("The database has the schema of another version: run `python -m seed migrate` first.")


def _refuse_unreleased(revisions: Collection[str]) -> None:
    if not _BEFORE_THE_FIRST_RELEASE.isdisjoint(revisions):
        raise WrongSchema(
            "The database was made by a version before the first release and has to be made anew: empty it, or name"
            " another, then run `python -m seed migrate` and load the facts and datasets again."
        )


def migrate(settings: Settings, revision: str = "head") -> None:
    """Bring the schema to `revision`; on PostgreSQL give the reader's role what it needs, and nothing more.

    Raises WrongSchema where the database has been migrated by a later version than this, or by one that was never
    released.
    """
    # SQLite changes a table by making it anew, and dropping the old one would take along what points at it.
    engine = make_write_engine(settings.write_url, foreign_keys=False)
    try:
        with engine.begin() as connection:
            lock_for_writing(connection)
            _wait_for_tables_only_so_long(connection)
            _refuse_unreleased(MigrationContext.configure(connection).get_current_heads())
            _run_migrations(connection, revision)
            if engine.dialect.name == "sqlite":
                _check_foreign_keys(connection)
            if engine.dialect.name == "postgresql" and (reader := _reader_to_grant(settings)):
                _grant_reading(connection, reader)
    finally:
        engine.dispose()


def _reader_to_grant(settings: Settings) -> str | None:
    """The reader's role; None where the writer reads too. Raises WrongSettings where no role can be told."""
    reader, writer = make_url(settings.database_url), make_url(settings.write_url)
    if reader.get_backend_name() != "postgresql" or (reader.username is None and writer.username is not None):
        raise WrongSettings(
            "wrong settings: DATABASE_URL: name the reader's role, as in postgresql://reader@host/database: it is given"
            " SELECT on what DATABASE_WRITE_URL holds"
        )
    return reader.username if reader.username != writer.username else None


def _wait_for_tables_only_so_long(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = {MIGRATION_LOCK_TIMEOUT_MS}"))


def _alembic(connection: Connection | None = None) -> Config:
    configuration = Config(ROOT / "alembic.ini")
    configuration.attributes["connection"] = connection
    return configuration


def _run_migrations(connection: Connection, revision: str) -> None:
    move = command.upgrade if revision == "head" else command.downgrade
    try:
        move(_alembic(connection), revision)
    except CommandError as error:
        raise WrongSchema(f"The schema cannot be brought to {revision}: {error}") from None


def _check_foreign_keys(connection: Connection) -> None:
    if stray := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise WrongSchema(f"The migration would leave rows of {stray[0]} that point at nothing in {stray[2]}.")


def _grant_reading(connection: Connection, reader: str) -> None:
    """SELECT alone, on today's and tomorrow's tables; no temporary tables either, which would be a way to write.

    Large objects are a way too, which a superuser alone can close.
    """
    quote = connection.dialect.identifier_preparer.quote
    role, database = quote(reader), quote(str(connection.scalar(text("SELECT current_database()"))))
    statements = [
        f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role}",
    ]
    if connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
        functions = ", ".join(f"pg_catalog.{function}" for function in _LARGE_OBJECT_WRITERS)
        statements.append(f"REVOKE EXECUTE ON FUNCTION {functions} FROM PUBLIC")
    for statement in statements:
        connection.execute(text(statement))
