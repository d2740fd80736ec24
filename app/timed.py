"""SQLite's connections whose statements are timed, at the driver, where every way to ask the database comes by."""

import sqlite3
from time import perf_counter
from typing import Any, Self

from app.measuring import StatementClock


class TimedSqliteCursor(sqlite3.Cursor):
    """SQLite finds rows while they are fetched, so that counts as its time too."""

    def __init__(self, connection: sqlite3.Connection, clock: StatementClock) -> None:
        super().__init__(connection)
        self._clock = clock

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        began = perf_counter()
        try:
            return super().execute(sql, parameters)
        except sqlite3.Error:
            self._clock.note_failure()
            raise
        finally:
            self._clock.note(sql, perf_counter() - began)

    def fetchall(self) -> list[Any]:
        began = perf_counter()
        rows = super().fetchall()
        self._clock.note_rows(perf_counter() - began)
        return rows

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        began = perf_counter()
        rows = super().fetchmany(self.arraysize if size is None else size)
        self._clock.note_rows(perf_counter() - began)
        return rows

    def fetchone(self) -> Any:
        began = perf_counter()
        row = super().fetchone()
        self._clock.note_rows(perf_counter() - began)
        return row


class TimedSqliteConnection(sqlite3.Connection):
    """Its cursors are timed. Its own short way (`execute`) makes a plain one: `rows` times that as a whole."""

    clock: StatementClock
    opened: tuple[int, int] | None = None
    """Which file it has opened: its device and its number there."""

    def rows(self, sql: str, parameters: Any) -> list[Any]:
        """All rows of a statement, at a third of what timing a cursor costs."""
        began = perf_counter()
        try:
            return self.execute(sql, parameters).fetchall()
        except sqlite3.Error:
            self.clock.note_failure()
            raise
        finally:
            self.clock.note(sql, perf_counter() - began)

    def cursor(self, factory: Any = None) -> Any:
        return TimedSqliteCursor(self, self.clock)
