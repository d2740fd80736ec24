"""The reading engine. It cannot write, by the database's own means; only `seed/` can make one that does."""

import os
import sqlite3
from math import inf
from pathlib import Path
from time import monotonic
from typing import cast
from urllib.parse import quote
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from app.measuring import StatementClock
from app.settings import WrongSettings
from app.timed import TimedSqliteConnection

CONNECT_TIMEOUT_S = 5
TRUSTED_S = 1.0
_USED_AT = "used at"
# Who works with connections is bounded elsewhere, so that waiting for one is short or in vain.
POOL_TIMEOUT_S = 5
MAPPED_BYTES = 2**31
# SQLite is asked whether its time is over each time it has done so much, which takes it some milliseconds. To ask
# oftener would cost: each time the interpreter's lock has to be had.
STEPS_BETWEEN_LOOKS = 1_000_000
_DEADLINE = "deadline"
# An engine with connections of its own making does not know their address.
_files: WeakKeyDictionary[Engine, Path] = WeakKeyDictionary()
_QUERY_CANCELED = "57014"
# What `mode=ro` leaves open: it binds the file that was opened alone, so that the same file attached again could be
# written to, and so could temporary tables.
_REFUSED_BY_SQLITE = frozenset(
    {
        sqlite3.SQLITE_ATTACH,
        sqlite3.SQLITE_CREATE_TEMP_INDEX,
        sqlite3.SQLITE_CREATE_TEMP_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER,
        sqlite3.SQLITE_CREATE_TEMP_VIEW,
    }
)


# A role that may make tables would own those that a migration makes later, so it is refused before there are any. What
# a migration takes away (TEMP, which a new database gives to all) is asked for only once it has run.
_WHAT_THE_ROLE_CAN_DO = """
    SELECT (SELECT string_agg(c.relname, ', ' ORDER BY c.relname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'p')
            AND (has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                 OR has_any_column_privilege(c.oid, 'INSERT, UPDATE'))),
           coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
           to_regclass('release') IS NOT NULL AND has_database_privilege(current_database(), 'TEMP')
"""


class UnsafeDatabase(Exception):
    """The reader's connection could write; its text is one line for the operator."""


def parse_url(url: str) -> URL:
    """The address of a database in its parts; raises WrongSettings where it is none."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:
        # Never the address itself: it may hold a password.
        raise WrongSettings(f"wrong settings: this is not the address of a database: {error}") from None


def make_read_engine(
    url: str, timeout_s: float | None = None, connections: int = 5, clock: StatementClock | None = None
) -> Engine:
    """An engine whose connections can only read, and tell `clock` how long. Connects to nothing yet.

    The database gives up after `timeout_s`, if it is given: PostgreSQL on each statement, SQLite on all that is asked
    while a connection is held. `connections` are kept open, and half as many more are for moments. Raises
    WrongSettings. No value of a question comes into the text of an error, which is logged.
    """
    address, clock = parse_url(url), clock or StatementClock()
    if address.get_backend_name() == "sqlite":
        return _make_sqlite_engine(Path(str(address.database)), timeout_s, connections, clock)
    from app.timed_postgres import timed_postgres_cursor  # noqa: PLC0415

    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=connections // 2,
        pool_timeout=POOL_TIMEOUT_S,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "cursor_factory": timed_postgres_cursor(clock),
            "options": f"-c default_transaction_read_only=on -c statement_timeout={round((timeout_s or 0) * 1000)}",
            "application_name": "conflict-events-api",
        },
    )
    _ask_after_what_was_idle(engine)
    return engine


def _ask_after_what_was_idle(engine: Engine) -> None:
    """Ask a connection that nobody used for a while whether it is still there, before it is used again.

    To ask each of them each time costs as much as a small question. One that has ended within `TRUSTED_S` is found out
    by using it; who asks a question asks it again then (`app.web.reading`).
    """

    @event.listens_for(engine, "checkin")
    def _note(_: object, record: ConnectionPoolEntry) -> None:
        record.info[_USED_AT] = monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
        if monotonic() - record.info.get(_USED_AT, inf) <= TRUSTED_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError() from error


def _make_sqlite_engine(file: Path, timeout_s: float | None, connections: int, clock: StatementClock) -> Engine:
    """`mode=ro` lets SQLite itself refuse every write; `immutable=1` is for a medium that nobody can write to."""

    def connect() -> sqlite3.Connection:
        found = _which_file(file)  # looked up first: what is put there meanwhile is another one than this
        address = f"file:{quote(str(file.absolute()))}?mode=ro"
        address += "&immutable=1" if _is_on_a_read_only_medium(file) else ""
        connection = sqlite3.connect(address, uri=True, check_same_thread=False, factory=TimedSqliteConnection)
        connection.clock, connection.opened = clock, found
        return connection

    # The driver opens no transaction of its own for a SELECT, so that every request sees the newest release.
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=connections // 2,
        pool_timeout=POOL_TIMEOUT_S,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
    )
    _files[engine] = file
    if timeout_s is not None:
        _bound_the_time(engine, timeout_s)

    @event.listens_for(engine, "connect")
    def _refuse_writes(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA query_only = ON")
        # Pages are read where the system keeps them, and not copied; SQLite takes as much of it as it was built for.
        connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        connection.set_authorizer(_authorize)

    @event.listens_for(engine, "checkout")
    def _be_of_this_file(connection: TimedSqliteConnection, _: object, __: object) -> None:
        if connection.opened != _which_file(file):
            raise InvalidatePoolError()  # another file was put there: all that are open are of the one before

    return engine


def file_of(engine: Engine) -> Path:
    """The path of the database that an engine for SQLite reads; none that is there, of another engine."""
    return _files.get(engine, Path(os.devnull) / "none")


def _which_file(file: Path) -> tuple[int, int] | None:
    """The file that stands at this path now, through a link where it is one; None where there is none."""
    try:
        found = os.stat(file)  # noqa: PTH116  # before each question: a third of what a Path takes
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _bound_the_time(engine: Engine, timeout_s: float) -> None:
    """Let SQLite interrupt itself where a connection has been held for too long."""

    @event.listens_for(engine, "connect")
    def _look_at_the_clock(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        deadline = entry.info[_DEADLINE] = _Deadline(timeout_s)
        connection.set_progress_handler(deadline.is_over, STEPS_BETWEEN_LOOKS)

    @event.listens_for(engine, "checkout")
    def _begin(_: object, entry: ConnectionPoolEntry, __: object) -> None:
        entry.info[_DEADLINE].begin()


class _Deadline:
    """When a connection's time is over."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._at = inf

    def begin(self) -> None:
        self._at = monotonic() + self._timeout_s

    def is_over(self) -> bool:
        return monotonic() > self._at


def connections_of(engine: Engine) -> dict[str, int]:
    """How many connections of the engine's pool are in use, and how many wait to be."""
    pool = engine.pool
    return {"in_use": pool.checkedout(), "idle": pool.checkedin()} if isinstance(pool, QueuePool) else {}


def _authorize(action: int, name: str | None, value: str | None, *_: str | None) -> int:
    """SQLite asks once for each thing that a statement does, when it compiles it; `VACUUM INTO` is an ATTACH too."""
    unlocks = action == sqlite3.SQLITE_PRAGMA and str(name).lower() == "query_only" and value is not None
    return sqlite3.SQLITE_DENY if unlocks or action in _REFUSED_BY_SQLITE else sqlite3.SQLITE_OK


def _is_on_a_read_only_medium(file: Path) -> bool:
    """Whether nobody can write here, so that the WAL's shared memory cannot be made and need not be."""
    return bool(os.statvfs(file.parent).f_flag & os.ST_RDONLY) if file.exists() else False


class CommitsOfOthers:
    """Says whether anybody has committed to an SQLite database, on a connection of its own; not for other databases.

    SQLite itself keeps count, so that asking costs a few microseconds and reads no table. For one thread at a time.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: TimedSqliteConnection | None = None
        self._file = file_of(engine)

    def count(self) -> tuple[int, int, int]:
        """What is another after every commit, and for every file. Raises what the driver raises without a database."""
        if self._connection is not None and self._connection.opened != _which_file(self._file):
            self.close()
        if self._connection is None:
            pooled = self._engine.raw_connection()
            self._connection = cast(TimedSqliteConnection, pooled.driver_connection)
            self._connection.set_progress_handler(None, 0)  # it is held for ever, and asks for next to nothing
            pooled.detach()
        version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        return *(self._connection.opened or (0, 0)), version

    def close(self) -> None:
        """End the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class KeptConnection:
    """A connection that is kept for small questions, which are asked one at a time by one thread.

    To take one from the pool and to give it back costs as much as such a question. After a failure it is another one.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._deadline: _Deadline | None = None
        self._file = file_of(engine)
        self._opened: tuple[int, int] | None = None

    def __enter__(self) -> Connection:
        if self._connection is not None and self._opened != _which_file(self._file):
            self.close()
        if self._connection is None:
            self._connection = self._engine.connect()
            self._deadline = self._connection.info.get(_DEADLINE)
            self._opened = getattr(self._connection.connection.driver_connection, "opened", None)
        elif self._deadline is not None:
            self._deadline.begin()
        return self._connection

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure is not None:
            self.close()

    def close(self) -> None:
        """Give the connection back, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def is_out_of_time(error: BaseException | None) -> bool:
    """Whether a driver's error says that the database gave up because a question took too long."""
    interrupted = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
    return interrupted or getattr(error, "sqlstate", None) == _QUERY_CANCELED


def check_the_readers_rights(engine: Engine, url: str) -> None:
    """Raise UnsafeDatabase where the API could write, or could not read what a loader writes meanwhile.

    An unreachable database proves nothing and passes: each connection is asked again when it is made.
    """
    if engine.dialect.name == "sqlite":
        _check_the_place_of(Path(str(make_url(url).database)))
        return
    event.listen(engine, "connect", _refuse_a_writer)
    try:
        engine.connect().close()
    except SQLAlchemyError:
        return
    finally:
        engine.dispose()  # the connection was for this question alone


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


def _refuse_a_writer(connection: DBAPIConnection, _: object) -> None:
    """Asked of each new connection, as the database may have been away, or its roles others, at the start."""
    cursor = connection.cursor()
    cursor.execute(_WHAT_THE_ROLE_CAN_DO)
    writable, creates, creates_temporary = cursor.fetchone() or (None, False, False)
    cursor.close()
    connection.rollback()
    can = f"write to {writable}" if writable else "make tables" if creates else "make temporary tables"
    if writable or creates or creates_temporary:
        raise UnsafeDatabase(
            f"DATABASE_URL's role can {can}: give the API a role with SELECT alone (README, Settings)."
        )
