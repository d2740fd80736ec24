"""The only place that makes an engine which can write, and that changes the schema."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from app.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
BUSY_TIMEOUT_S = 30


def make_write_engine(url: str) -> Engine:
    """An engine for the loader. On SQLite it keeps the foreign keys and a write-ahead log, so that readers go on."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, connect_args={"application_name": "conflict-events-seed"})
    Path(str(make_url(url).database)).absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: object) -> None:
        # The driver would begin a transaction at the first write only; a load must hold the lock from its first read.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def migrate(settings: Settings, revision: str = "head") -> None:
    """Bring the schema to `revision`; on PostgreSQL give the reader's role what it needs, and nothing more."""
    engine = make_write_engine(settings.write_url)
    try:
        with engine.begin() as connection:
            configuration = Config(ROOT / "alembic.ini")
            configuration.attributes["connection"] = connection
            if revision == "head":
                command.upgrade(configuration, revision)
            else:
                command.downgrade(configuration, revision)
            reader = make_url(settings.database_url).username
            if engine.dialect.name == "postgresql" and reader != make_url(settings.write_url).username:
                _grant_reading(connection, str(reader))
    finally:
        engine.dispose()


def _grant_reading(connection: Connection, reader: str) -> None:
    """SELECT alone, on today's and tomorrow's tables; no temporary tables either, which would be a way to write."""
    quote = connection.dialect.identifier_preparer.quote
    role, database = quote(reader), quote(str(connection.scalar(text("SELECT current_database()"))))
    for statement in (
        f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role}",
    ):
        connection.execute(text(statement))
