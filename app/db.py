"""The reading engine. It cannot write, by the database's own means; only `seed/` can make one that does."""

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine, QueuePool, create_engine, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError

CONNECT_TIMEOUT_S = 5


class UnsafeDatabase(Exception):
    """The reader's connection could write; its text is one line for the operator."""


def make_read_engine(url: str) -> Engine:
    """An engine whose connections can only read. Connects to nothing yet."""
    if make_url(url).get_backend_name() == "sqlite":
        return _make_sqlite_engine(Path(str(make_url(url).database)))
    return create_engine(
        url,
        pool_pre_ping=True,
        isolation_level="AUTOCOMMIT",
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": "-c default_transaction_read_only=on",
            "application_name": "conflict-events-api",
        },
    )


def _make_sqlite_engine(file: Path) -> Engine:
    """`mode=ro` lets SQLite itself refuse every write; `immutable=1` is for a medium that nobody can write to."""

    def connect() -> sqlite3.Connection:
        address = f"file:{quote(str(file.absolute()))}?mode=ro"
        return sqlite3.connect(
            address + ("&immutable=1" if _is_on_a_read_only_medium(file) else ""), uri=True, check_same_thread=False
        )

    # The driver opens no transaction of its own for a SELECT, so that every request sees the newest release.
    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=QueuePool, isolation_level="AUTOCOMMIT")

    @event.listens_for(engine, "connect")
    def _refuse_writes(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    return engine


def _is_on_a_read_only_medium(file: Path) -> bool:
    """Whether nobody can write here, so that the WAL's shared memory cannot be made and need not be."""
    return bool(os.statvfs(file.parent).f_flag & os.ST_RDONLY) if file.exists() else False


def check_the_readers_rights(engine: Engine, url: str) -> None:
    """Raise UnsafeDatabase where the API could write, or could not read what a loader writes meanwhile.

    An unreachable database proves nothing and passes: /readyz says that it is away.
    """
    if engine.dialect.name == "sqlite":
        _check_the_place_of(Path(str(make_url(url).database)))
    else:
        _refuse_if_it_can_write(engine)


def _check_the_place_of(file: Path) -> None:
    """SQLite's WAL keeps its index in a file beside the database, which readers share with the loader."""
    if not file.exists():
        return
    if _is_on_a_read_only_medium(file):
        if Path(f"{file}-wal").exists():
            raise UnsafeDatabase(f"{file} lies on a read-only medium with an unread -wal file: checkpoint it first.")
    elif not os.access(file.parent, os.W_OK):
        raise UnsafeDatabase(
            f"The API's user must be able to write in {file.parent}: SQLite keeps its WAL index there."
        )


def _refuse_if_it_can_write(engine: Engine) -> None:
    writable_tables = text(
        "SELECT string_agg(c.relname, ', ' ORDER BY c.relname) FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')"
        " AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
    )
    try:
        with engine.connect() as connection:
            writable = connection.scalar(writable_tables)
    except SQLAlchemyError:
        return
    if writable:
        raise UnsafeDatabase(
            f"DATABASE_URL's role can write to {writable}: give the API a role with SELECT alone (README, Settings)."
        )
