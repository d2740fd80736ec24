"""Statements that are compiled once and run often. On SQLite they go to the driver as they are.

Asking SQLite a page's few questions takes a quarter of the time that the toolkit takes to hand them over; over a
network it does not matter, and other databases are asked as usual.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.exc import DBAPIError


class Prepared:
    """A statement of numbers, texts and bytes alone, for the driver's own types are what it is bound to and gives."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement = statement
        self._text: str | None = None
        self._names: Sequence[str] = ()
        self._fixed: Mapping[str, Any] = {}

    def all(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        """The rows, each a tuple. Raises SQLAlchemy's errors."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self.statement, dict(values)).all()
        if self._text is None:
            self._compile(connection)
        bound = [values[name] if name in values else self._fixed[name] for name in self._names]
        driver: Any = connection.connection.driver_connection
        try:
            return driver.execute(self._text, bound).fetchall()  # type: ignore[no-any-return]
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                self._text or "", None, error, sqlite3.Error, dialect=connection.dialect
            ) from error

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The first row; None where there is none."""
        rows = self.all(connection, values)
        return rows[0] if rows else None

    def _compile(self, connection: Connection) -> None:
        compiled: Any = self.statement.compile(dialect=connection.dialect)
        self._names, self._fixed = compiled.positiontup, compiled.params
        # Last, as other threads look at it to see whether the rest is there.
        self._text = str(compiled)
