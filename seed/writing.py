"""Gives rows to the driver as they are, many at once: in the connection's own transaction, under its constraints.

Faults come as SQLAlchemy's own exceptions, as from any other statement.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.models import Base


def write_rows(
    connection: Connection, table: type[Base], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows, which are tuples in the order of the columns, of None, bool, int, float, str and bytes.

    A row that another points at is best written first, even where the constraint waits for the commit: as long as one
    points at nothing, SQLite looks through the children of every row that comes. Raises DBAPIError's subclasses.
    """
    if not rows:
        return
    name, names = _quoted(connection, table, columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {name} ({', '.join(names)}) FROM STDIN", rows)
        return
    marks = ", ".join("?" * len(names))
    connection.exec_driver_sql(f"INSERT INTO {name} ({', '.join(names)}) VALUES ({marks})", list(rows))  # noqa: S608


def update_rows(
    connection: Connection, table: type[Base], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Give rows that are there already other values; the first of the columns is the key, by which they are found."""
    if not rows:
        return
    name, (key, *names) = _quoted(connection, table, columns)
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    values = ", ".join(f"{column} = {mark}" for column in names)
    statement = f"UPDATE {name} SET {values} WHERE {key} = {mark}"  # noqa: S608
    connection.exec_driver_sql(statement, [(*values, number) for number, *values in rows])


def _quoted(connection: Connection, table: type[Base], columns: Sequence[str]) -> tuple[str, list[str]]:
    quote = connection.dialect.identifier_preparer.quote
    return quote(table.__tablename__), [quote(column) for column in columns]


def _is_lost(connection: Connection, fault: Any) -> bool:
    """Whether a fault says that there is no connection any more."""
    return connection.dialect.is_disconnect(fault, connection.connection.driver_connection, None)


def _copy(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """PostgreSQL's own way of taking rows; SQLAlchemy has none, so its part is done here: transaction and faults."""
    if not connection.in_transaction():
        connection.begin()
    driver: Any = connection.connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            write = copy.write_row
            for row in rows:
                write(row)
    except psycopg.Error as fault:
        lost = _is_lost(connection, fault)
        if lost:
            connection.invalidate(fault)
        raise DBAPIError.instance(
            statement, None, fault, psycopg.Error, connection_invalidated=lost, dialect=connection.dialect
        ) from fault
