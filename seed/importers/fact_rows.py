"""Walks the plain values of facts files as rows with a place, so that a check need not know how they are nested."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from seed.importers.faults import Steps
from seed.importers.yaml_lines import Document


@dataclass(frozen=True, slots=True)
class Place:
    """A value's file and path in it."""

    document: Document
    path: Steps

    def __truediv__(self, step: str | int) -> "Place":
        return Place(self.document, (*self.path, step))


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found: where, and why it is wrong."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One mapping of a facts file; `values` are as written and may have any fault of shape."""

    place: Place
    values: dict[str, Any]

    def text(self, member: str) -> str | None:
        """The member where it is a text, else None: what it is otherwise is a fault of shape."""
        value = self.values.get(member)
        return value if isinstance(value, str) else None

    def rows(self, member: str) -> Iterator["Row"]:
        """The mappings of the list under this member."""
        yield from _rows(self.values.get(member), self.place / member)

    def texts(self, member: str) -> Iterator[tuple[Place, str]]:
        """The texts of the list under this member, each with its place."""
        value = self.values.get(member)
        for index, item in enumerate(value if isinstance(value, list) else []):
            if isinstance(item, str):
                yield self.place / member / index, item

    def row(self, member: str) -> "Row | None":
        """The mapping under this member."""
        value = self.values.get(member)
        return Row(self.place / member, value) if isinstance(value, dict) else None


def top_rows(documents: Sequence[Document], kind: str) -> Iterator[Row]:
    """The rows of one kind (`sources`, `locations`, `actors`, `events`) in all the files."""
    for document in documents:
        if isinstance(document.value, dict):
            yield from _rows(document.value.get(kind), Place(document, (kind,)))


def every_row(documents: Sequence[Document]) -> Iterator[Row]:
    """Every mapping in all the files, the inner ones after the one that they stand in."""
    for document in documents:
        yield from _every_row(document.value, Place(document, ()))


def _rows(value: Any, place: Place) -> Iterator[Row]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield Row(place / index, item)


def _every_row(value: Any, place: Place) -> Iterator[Row]:
    if isinstance(value, dict):
        yield Row(place, value)
        for member, inner in value.items():
            yield from _every_row(inner, place / member)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _every_row(item, place / index)
