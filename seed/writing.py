"""Gives rows to the driver as they are, many at once: in the connection's own transaction, under its constraints.

Faults come as SQLAlchemy's own exceptions, as from any other statement.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.models import Base

ROWS_A_STATEMENT = 5000


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
    connection: Connection, table: type[Base], columns: Sequence[str], rows: Sequence[tuple[Any, ...]], keys: int = 1
) -> None:
    """Give rows that are there already other values; by the first of the columns, so many `keys`, they are found."""
    if not rows:
        return
    name, names = _quoted(connection, table, columns)
    if connection.dialect.name == "postgresql":
        # A statement for each row would be planned for each. This one is told of each column as an array.
        new = ", ".join(f"{column} = told.{column}" for column in names[keys:])
        found = " AND ".join(f"{name}.{column} = told.{column}" for column in names[:keys])
        arrays = ", ".join(f"%s::{_type_of(connection, table, column)}[]" for column in columns)
        statement = f"UPDATE {name} SET {new} FROM unnest({arrays}) AS told ({', '.join(names)}) WHERE {found}"  # noqa: S608
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            some = rows[start : start + ROWS_A_STATEMENT]
            connection.exec_driver_sql(statement, tuple(map(list, zip(*some, strict=True))))
        return
    new = ", ".join(f"{column} = ?" for column in names[keys:])
    found = " AND ".join(f"{column} = ?" for column in names[:keys])
    statement = f"UPDATE {name} SET {new} WHERE {found}"  # noqa: S608
    connection.exec_driver_sql(statement, [(*row[keys:], *row[:keys]) for row in rows])


def _quoted(connection: Connection, table: type[Base], columns: Sequence[str]) -> tuple[str, list[str]]:
    quote = connection.dialect.identifier_preparer.quote
    return quote(table.__tablename__), [quote(column) for column in columns]


def _type_of(connection: Connection, table: type[Base], column: str) -> str:
    """A column's type without its length, to which a cast would cut what the column refuses, and its collation."""
    type_ = table.metadata.tables[table.__tablename__].c[column].type.compile(connection.dialect)
    return type_.partition(" COLLATE")[0].partition("(")[0]


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
