"""Reads a record's fields, and collects every reason to refuse it.

Most of what a file says it says again and again: a country, a side, a day, a count of 1. What such fields mean is
worked out once and remembered, for as many as were last met, so that memory stays flat.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import TypeVar

Meaning = TypeVar("Meaning")

REMEMBERED = 8192
# Zero-width and direction marks, other control characters, private use: they are seen nowhere and split names in two.
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cn"})
_WHITE_SPACE = re.compile(r"\s+")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
_WHOLE = re.compile(r"(-?\d{1,12})(?:\.0+)?")


class Fields:
    """Reads a record's fields and collects what is wrong with them, so that a reject names every fault at once."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.as_read = fields
        self.faults: list[str] = []

    def text(self, column: str) -> str | None:
        """The text without what nobody can see, one space between words; None where there is none."""
        return clean(self.as_read.get(column, "")) or None

    def whole(self, column: str) -> int | None:
        """A whole number, `645.0` included; None where the field is empty."""
        try:
            return _whole(self.as_read.get(column, ""))
        except ValueError as error:
            self.faults.append(f"{column} is {error}")
            return None

    def count(self, column: str) -> int | None:
        """A whole number of 0 or more that must be there."""
        number = self.whole(column)
        if number is None:
            if not any(fault.startswith(f"{column} ") for fault in self.faults):
                self.faults.append(f"{column} is empty")
        elif not 0 <= number < 2**31:
            self.faults.append(f"{column} is {number}, which no count is")
            return None
        return number

    def code(self, column: str, known: Mapping[int, object]) -> int | None:
        """A number of a code list."""
        number = self.whole(column)
        if number is None or number not in known:
            self.faults.append(f"{column} is {self.as_read.get(column, '')[:40]!r}, not one of {sorted(known)}")
            return None
        return number

    def day(self, column: str) -> date | None:
        """A day, with or without a time of midnight behind it."""
        try:
            return _day(self.as_read.get(column, ""))
        except ValueError as error:
            self.faults.append(f"{column} is {error}")
            return None

    def degrees(self, column: str, most: int) -> float | None:
        """Degrees from -`most` to `most`; None where the field is empty."""
        given = self.as_read.get(column, "").strip()
        if not given:
            return None
        try:
            degrees = float(given)
        except ValueError:
            degrees = float("nan")
        if not -most <= degrees <= most:
            self.faults.append(f"{column} is {given[:40]!r}, not a number from -{most} to {most}")
            return None
        return degrees + 0.0  # -0.0 is 0.0, which is how a database gives it back


def remembered(*columns: str) -> Callable[[Callable[[Fields], Meaning]], Callable[[Fields], Meaning]]:
    """Let a reading of these columns be done once for equal fields. It is shown no others, and its faults are kept."""

    def decorate(read: Callable[[Fields], Meaning]) -> Callable[[Fields], Meaning]:
        @lru_cache(maxsize=REMEMBERED)
        def read_once(values: tuple[str | None, ...]) -> tuple[Meaning, tuple[str, ...]]:
            there = {column: value for column, value in zip(columns, values, strict=True) if value is not None}
            part = Fields(there)
            return read(part), tuple(part.faults)

        def read_or_remember(fields: Fields) -> Meaning:
            meaning, faults = read_once(tuple(map(fields.as_read.get, columns)))
            if faults:
                fields.faults.extend(faults)
            return meaning

        return read_or_remember

    return decorate


def renamed(fields: Mapping[str, str], name_of: Callable[[str], str]) -> Mapping[str, str]:
    """A record's fields by other names of their columns; the fields themselves where none differs."""
    columns = tuple(fields)
    names = _renamed(columns, name_of)
    return fields if names == columns else dict(zip(names, fields.values(), strict=True))


@lru_cache(maxsize=64)
def _renamed(columns: tuple[str, ...], name_of: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(map(name_of, columns))


def clean(text: str) -> str:
    """A text without invisible characters, and with one plain space between its words."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = _WHITE_SPACE.sub(" ", text)
    return " ".join("".join(mark for mark in spaced if unicodedata.category(mark) not in _INVISIBLE).split())


@lru_cache(maxsize=REMEMBERED)
def _whole(text: str) -> int | None:
    given = text.strip()
    if not given or given.upper() in ("NA", "NULL", "NAN"):
        return None
    match = _WHOLE.fullmatch(given)
    if match is None:
        raise ValueError(f"{given[:40]!r}, not a whole number")
    return int(match.group(1))


@lru_cache(maxsize=REMEMBERED)
def _day(text: str) -> date:
    given = text.strip()
    match = _DAY.fullmatch(given)
    try:
        if match is not None:
            return date.fromisoformat(match.group(1))
    except ValueError:
        pass
    raise ValueError(f"{given[:40]!r}, not a day")
