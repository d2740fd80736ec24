"""The first load of a dataset, which deletes nothing: its foreign keys are checked in sets before it is committed.

Row by row, their checks are half of what PostgreSQL does in an import. The record's tables are the importer's own; what
the API reads is left as it is, so that readers never wait.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.models import Event
from seed.loader import WRITING_ORDER

# Of other origins there may be so many events: whoever tells the files has to know their ids.
FEW_EVENTS = 10_000
LONGEST_WAIT_S = 10
_LOCK_NOT_AVAILABLE = "55P03"
_OWNS_ALL = text(
    "SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_class WHERE oid = ANY (CAST(:tables AS regclass[]))"
)
_KEYS = text(
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype = 'f' AND conrelid = ANY (CAST(:tables AS regclass[])) ORDER BY conrelid, conname"
)


def is_first_load(connection: Connection, origin: str) -> bool:
    """Whether nothing of an origin is stored, and little of others."""
    is_there = connection.scalar(select(Event.number).where(Event.origin == origin).limit(1)) is not None
    return not is_there and (connection.scalar(select(func.count()).select_from(Event)) or 0) <= FEW_EVENTS


def check_keys_later(connection: Connection, origin: str) -> bool:
    """Whether a load is its dataset's first one and may check keys at its end. SQLite stops checking rows then.

    It can do so between transactions alone. So this one is begun anew, and looked at again: it was nobody's meanwhile.
    """
    if not is_first_load(connection, origin):
        return False
    if connection.dialect.name == "postgresql":
        # Keys are their tables' owner's to take away; who may insert alone has every row checked.
        return bool(connection.scalar(_OWNS_ALL, {"tables": _tables()}))
    _begin_anew(connection, "OFF")
    if is_first_load(connection, origin):
        return True
    _begin_anew(connection, "ON")
    return False


def _begin_anew(connection: Connection, foreign_keys: str) -> None:
    for statement in ("ROLLBACK", f"PRAGMA foreign_keys = {foreign_keys}", "BEGIN IMMEDIATE"):
        connection.exec_driver_sql(statement)


@contextmanager
def keys_checked_at_the_end(connection: Connection) -> Iterator[None]:
    """Within, rows of the record may point at nothing; at its end raises IntegrityError where one still does.

    PostgreSQL's keys are taken away and made again, in this transaction: nobody ever sees the tables without. Until it
    ends, others wait who read the record, or lock it: a dump, another load. Where one of these came first and takes
    long, every row is checked as in any other load.
    """
    if connection.dialect.name == "sqlite":
        yield
        _refuse_strays(connection)
        return
    keys = connection.execute(_KEYS, {"tables": _tables()}).all()
    taken = _take_away(connection, keys)
    yield
    if not taken:
        return
    for table in _tables():
        # So that each check is planned for what is there now.
        connection.exec_driver_sql(f"ANALYZE {table}")
    for table, name, definition in keys:
        connection.exec_driver_sql(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def _take_away(connection: Connection, keys: Sequence[Row[*tuple[Any, ...]]]) -> bool:
    """Whether PostgreSQL's keys are gone; they stay where a lock was not to be had."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LONGEST_WAIT_S}s'")
            for table, name, _ in keys:
                connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            connection.exec_driver_sql("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as fault:
        if getattr(fault.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


def _tables() -> list[str]:
    """The record's tables."""
    return [model.__tablename__ for model in WRITING_ORDER]


def _refuse_strays(connection: Connection) -> None:
    check = "PRAGMA foreign_key_check"
    stray = connection.exec_driver_sql(check).first()
    if stray:
        fault = ValueError(f"a row of {stray[0]} points at nothing in {stray[2]}")
        raise IntegrityError(check, None, fault)
