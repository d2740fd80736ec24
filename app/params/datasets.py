"""What is asked of a dataset's own rows: what the index finds, and what only the rows themselves can tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.params.events import EventFilters


class RowTest(Protocol):
    """What an index cannot tell of a row."""

    def by_days(self, start: int | None, end: int | None) -> bool | None:
        """Whether a row matches, where the first and last day of its event tell; None where they do not."""

    def by_record(self, record: Mapping[str, str]) -> bool:
        """Whether a row matches, by its whole record."""


@dataclass(frozen=True, slots=True)
class RowsAsked:
    """All rows of a dataset that `filters` find, whose event is one of `ids`, if any, and that pass the test."""

    filters: EventFilters
    ids: tuple[str, ...] = ()
    test: RowTest | None = None
    newest_first: bool = True
    is_nothing: bool = False
    """Whether no row can match, whatever there is."""
