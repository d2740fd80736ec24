"""How statements name many keys: so many at a time, and as one parameter, whatever their number."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

import orjson
from sqlalchemy import ARRAY, Boolean, Dialect, Integer, String, Text, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

KEYS_A_STATEMENT = 500

Key = TypeVar("Key", str, int)


def chunks_of(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """The keys, as many at a time as a statement takes."""
    for start in range(0, len(keys), KEYS_A_STATEMENT):
        yield keys[start : start + KEYS_A_STATEMENT]


def is_one_of(column: Any, keys: Collection[str] | Collection[int]) -> "IsOneOf":
    """The condition that a column holds one of these keys, as `column.in_(keys)` says it.

    A parameter for each key has to be named, checked and sent, which takes longer than the query; and PostgreSQL
    compares a list of parameters one by one, an array by a table of hashes.
    """
    type_ = _Texts() if isinstance(column.type, String) else _Numbers()
    return IsOneOf(column, bindparam(None, list(keys), type_=type_, unique=True))


class IsOneOf(FunctionElement[bool]):
    """See `is_one_of`."""

    name = "is_one_of"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: object = None) -> "IsOneOf":
        """As it is: where a database has no booleans, `= 1` would be added, and no index would be used."""
        return self


@compiles(IsOneOf, "postgresql")
def _in_postgresql(element: IsOneOf, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY ({keys})"


@compiles(IsOneOf, "sqlite")
def _in_sqlite(element: IsOneOf, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608  # both are names and marks


class _Keys(TypeDecorator[list[Any]]):
    """Keys as one value: an array, or JSON where there are none."""

    impl = Text
    of: TypeEngine[Any]

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.of) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else orjson.dumps(value).decode()


class _Numbers(_Keys):
    cache_ok = True
    of = Integer()


class _Texts(_Keys):
    cache_ok = True
    of = String()
