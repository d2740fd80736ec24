"""The same for PostgreSQL, whose driver is loaded where its databases are served alone."""

from time import perf_counter
from typing import Any, Self

import psycopg
from psycopg.rows import TupleRow

from app.measuring import StatementClock


class TimedPostgresCursor(psycopg.Cursor[TupleRow]):
    """The driver has all rows of a statement when it has run it."""

    clock: StatementClock

    def execute(self, query: Any, *arguments: Any, **options: Any) -> Self:
        began = perf_counter()
        try:
            return super().execute(query, *arguments, **options)
        except psycopg.Error:
            self.clock.note_failure()
            raise
        finally:
            self.clock.note(str(query), perf_counter() - began)


def timed_postgres_cursor(clock: StatementClock) -> type[TimedPostgresCursor]:
    """The class of cursors that tell this clock; the driver makes them from their connection alone."""
    return type("TimedPostgresCursor", (TimedPostgresCursor,), {"clock": clock})
