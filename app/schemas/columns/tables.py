"""What a column is, and how a document becomes a row of them. Knows no format: a row holds JSON's own values.

A text is `str`, a date and an instant are their ISO 8601 text, a list is a list without nulls, `json` is whatever a
member holds. Unknown is None.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any

import orjson

from app.schemas.base import Document


class Kind(StrEnum):
    """The type of a column's values."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"
    TEXTS = "list of text"
    INTEGERS = "list of integer"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `member` names the member of the document that it is read from."""

    name: str
    kind: Kind
    description: str
    member: str
    unit: str | None = None
    copied_from: tuple[type[Document], str] | None = None
    """The schema's field that it repeats, if it does: there the codebook finds its code list."""
    is_address: bool = False
    """Whether its texts are addresses that a reader may want to open."""


Values = Sequence[Any]
Reader = Callable[[Mapping[str, Any]], Values]
# Longitude and latitude.
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """Columns that stand side by side, and the function that reads their values from a document, in their order.

    Where values come again from row to row, `gist` tells from a document what they all hang on: documents of one gist
    have the same values, to the letter of their JSON, and a format may remember what it made of them.
    """

    columns: tuple[Column, ...]
    read: Reader
    gist: Callable[[Mapping[str, Any]], Hashable] | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """The columns of an answer, in its order, and how a document becomes a row of them; `parts` say the same."""

    columns: tuple[Column, ...]
    read: Reader
    parts: tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of a resource in their fixed order; new ones are added at the end alone.

    `name` is what files are called; `members` are the document's own, each of which stands in `fields` for all columns
    that are read from it. `find_points` says where a row is, for resources that are somewhere.
    """

    name: str
    members: tuple[str, ...]
    parts: tuple[Part, ...]
    find_points: Callable[[Mapping[str, Any]], list[Point]] | None = None
    rows_of: Callable[[bytes], Sequence[bytes]] | None = None
    """The rows of an answer that is one document and many rows, as JSON texts."""

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return tuple(column for part in self.parts for column in part.columns)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """What `fields` takes: the members, then the columns that are none of them."""
        return tuple(dict.fromkeys([*self.members, *(column.name for column in self.columns)]))

    def pick(self, fields: Sequence[str]) -> Picked:
        """The columns that `fields` names by member or by name, in its order; all where it is empty."""
        if not fields:
            return Picked(self.columns, _reader_of(self.parts), self.parts)
        wanted = tuple(dict.fromkeys(column for field in fields for column in self._columns_of(field)))
        parts = [part for part in self.parts if not set(part.columns).isdisjoint(wanted)]
        places = {column: place for place, column in enumerate(chain.from_iterable(part.columns for part in parts))}
        read_all, order = _reader_of(parts), [places[column] for column in wanted]

        def read(document: Mapping[str, Any]) -> Values:
            values = read_all(document)
            return [values[place] for place in order]

        return Picked(wanted, read, (Part(wanted, read),))

    def _columns_of(self, field: str) -> Iterable[Column]:
        """The columns of a member; a name that a member and a column share means the member."""
        if field in self.members:
            return (column for column in self.columns if column.member == field)
        return (column for column in self.columns if column.name == field)


def _reader_of(parts: Sequence[Part]) -> Reader:
    readers = [part.read for part in parts]

    def read(document: Mapping[str, Any]) -> Values:
        values: list[Any] = []
        for reader in readers:
            values += reader(document)
        return values

    return read


# Of answers that are JSON alone.
NO_COLUMNS = Table("", (), ())


def copied(
    schema: type[Document],
    field: str,
    kind: Kind = Kind.TEXT,
    *,
    name: str | None = None,
    member: str | None = None,
    description: str | None = None,
    unit: str | None = None,
    is_address: bool = False,
) -> Column:
    """A column that repeats a field of a schema, described as it is there; `description` is for fields without one."""
    said = schema.model_fields[field].description or description
    if said is None:
        raise ValueError(f"{schema.__name__}.{field} is not described")
    name = name or field
    return Column(name, kind, said, member or name, unit, (schema, field), is_address)


def recurring(part: Part) -> Part:
    """The part, whose values come again from row to row: names, classes, codes. They hang on the columns' members."""
    members = itemgetter(*dict.fromkeys(column.member for column in part.columns))
    return Part(part.columns, part.read, lambda document: orjson.dumps(members(document)))


def members_as_they_are(*columns: Column) -> Part:
    """A part of columns that each hold the member of their name, which every document has."""
    names = [column.name for column in columns]
    if len(names) > 1:
        return Part(columns, itemgetter(*names))
    (name,) = names
    return Part(columns, lambda document: (document[name],))


def member_that_came_later(column: Column) -> Part:
    """A part of one column that holds the member of its name, which older documents have not."""
    return Part((column,), lambda document: (document.get(column.name),))


def as_json(member: str, description: str) -> Column:
    """A column that holds a member whole, for what does not lie flat: `citations_json`."""
    return Column(f"{member}_json", Kind.JSON, description, member)


def member_whole(column: Column) -> Part:
    """A part of the one column that `as_json` makes."""
    member = column.member
    return Part((column,), lambda document: (document[member],))


def distinct(values: Sequence[Any]) -> list[Any]:
    """The values that are known, each once, in order."""
    if len(values) == 1:
        return [] if values[0] is None else [*values]
    return list(dict.fromkeys([value for value in values if value is not None]))
