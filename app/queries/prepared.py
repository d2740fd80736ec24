"""Statements that are compiled once and run often; they go to the driver as they are.

SQLite answers a page's few questions in a quarter of the time that the toolkit takes to hand them over. PostgreSQL
plans each only once for a connection, and sends its rows as they are stored rather than as text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Dialect, Select, cast, func
from sqlalchemy.exc import DBAPIError

from app.timed import TimedSqliteConnection


def whole_sum(number: Any) -> ColumnElement[int]:
    """The sum of whole numbers, as one: PostgreSQL adds them up as decimals."""
    return cast(func.sum(number), BigInteger)


class Prepared:
    """A statement of numbers, texts and bytes alone, for the driver's own types are what it is bound to and gives.

    Where the best plan hangs on the values, PostgreSQL is not to keep one.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]], *, plan_kept: bool = True) -> None:
        self.statement = statement
        self._plan_kept = plan_kept
        self._compiled: dict[str, tuple[str, Sequence[str], Mapping[str, Any]]] = {}

    def all(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        """The rows, each a tuple. Raises SQLAlchemy's errors."""
        dialect = connection.dialect
        text, names, fixed = self._compiled.get(dialect.name) or self._compile(dialect)
        bound = [values[name] if name in values else fixed[name] for name in names]
        driver: Any = connection.connection.dbapi_connection
        try:
            if dialect.name == "sqlite":
                if isinstance(driver, TimedSqliteConnection):
                    return driver.rows(text, bound)
                return driver.execute(text, bound).fetchall()  # type: ignore[no-any-return]
            named = dict(zip(names, bound, strict=True))
            return driver.execute(text, named, prepare=self._plan_kept, binary=True).fetchall()  # type: ignore[no-any-return]
        except dialect.loaded_dbapi.Error as error:
            is_gone = dialect.is_disconnect(error, driver, None)
            if is_gone:
                connection.invalidate(error)
                connection.engine.dispose()  # those that wait beside it will mostly have ended with it
            raise DBAPIError.instance(
                text,
                None,
                error,
                dialect.loaded_dbapi.Error,
                connection_invalidated=is_gone,
                dialect=dialect,
            ) from error

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The first row; None where there is none."""
        rows = self.all(connection, values)
        return rows[0] if rows else None

    def _compile(self, dialect: Dialect) -> tuple[str, Sequence[str], Mapping[str, Any]]:
        made: Any = self.statement.compile(dialect=dialect)
        compiled = str(made), made.positiontup or tuple(made.params), made.params
        self._compiled[dialect.name] = compiled
        return compiled
