"""Conditions on the fields of ACLED's rows: what they compare, how, and which rows meet them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from operator import eq, ge, gt, le, lt
from typing import Any, Literal

from app.countries import Ambiguous, Found, fold, resolve_country
from app.schemas.acled import (
    INTERS,
    REGIONS,
    acled_cell,
    acled_day,
    country_of_row,
    inter_code,
    interaction_code,
)

Kind = Literal["text", "number", "day", "year", "country", "iso", "region", "inter", "interaction", "moment"]
FIELDS: Mapping[str, Kind] = {
    "event_id_cnty": "text",
    "event_date": "day",
    "year": "year",
    "time_precision": "number",
    "disorder_type": "text",
    "event_type": "text",
    "sub_event_type": "text",
    "actor1": "text",
    "assoc_actor_1": "text",
    "inter1": "inter",
    "actor2": "text",
    "assoc_actor_2": "text",
    "inter2": "inter",
    "interaction": "interaction",
    "civilian_targeting": "text",
    "iso": "iso",
    "region": "region",
    "country": "country",
    "admin1": "text",
    "admin2": "text",
    "admin3": "text",
    "location": "text",
    "latitude": "number",
    "longitude": "number",
    "geo_precision": "number",
    "source": "text",
    "source_scale": "text",
    "notes": "text",
    "fatalities": "number",
    "tags": "text",
    "timestamp": "moment",
}
_ORDERED = ("=", ">", "<", ">=", "<=", "BETWEEN")
COMPARED: Mapping[Kind, tuple[str, ...]] = {
    "text": ("LIKE", "="),
    "country": ("=", "LIKE"),
    "region": ("=",),
    "iso": ("=",),
    "inter": ("=",),
    "interaction": ("=",),
    **dict.fromkeys(("number", "day", "year", "moment"), _ORDERED),
}
# Texts are searched for within those of a row, unless the guide says that they are compared.
DEFAULT_OPERATOR = {field: ">=" if kind == "moment" else COMPARED[kind][0] for field, kind in FIELDS.items()}
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {"=": eq, ">": gt, "<": lt, ">=": ge, "<=": le}
Span = tuple[date | None, date | None]


def operator_of(text: str) -> str | None:
    """The operator that a `…_where` gives; None for what is none."""
    operator = text.strip().upper()
    return operator if operator in (*_ORDERED, "LIKE") else None


@dataclass(frozen=True)
class Condition:
    """That a field compares so with one of the values; a `BETWEEN` has two, both included."""

    field: str
    operator: str
    values: tuple[Any, ...]

    @property
    def kind(self) -> Kind:
        return FIELDS[self.field]

    @property
    def span(self) -> Span | None:
        """The days, both included, outside which nothing matches; None where it says nothing of days."""
        if self.kind not in ("day", "year"):
            return None
        starts = [date(value, 1, 1) if self.kind == "year" else value for value in self.values]
        ends = [date(value, 12, 31) if self.kind == "year" else value for value in self.values]
        return None if self.operator in ("<", "<=") else min(starts), None if self.operator in (">", ">=") else max(
            ends
        )

    def has_day(self, day: date) -> bool:
        """Whether a row of this day meets it."""
        return self._holds(day.year if self.kind == "year" else day)

    def is_met(self, record: Mapping[str, str]) -> bool:
        """Whether a row meets it. What the row does not say is met by nothing."""
        if self.kind in ("day", "year"):
            day = acled_day(record)
            return day is not None and self.has_day(day)
        if (self.kind == "country" and self.operator == "=") or self.kind == "iso":
            return country_of_row(acled_cell(record, "iso"), acled_cell(record, "country")) in self.values
        if self.kind == "interaction":
            return interaction_code(record) in self.values
        cell = acled_cell(record, self.field)
        if self.kind == "inter":
            return inter_code(cell) in self.values
        if self.kind in ("number", "moment"):
            number = _number_of(cell)
            return number is not None and self._holds(number)
        text = (cell or "").strip().casefold()
        if self.operator == "LIKE":
            return any(pattern.search(text) for pattern in self._patterns)
        return text in self.values

    def _holds(self, value: Any) -> bool:
        if self.operator == "BETWEEN":
            first, last = self.values
            return bool(first <= value <= last)
        return any(_COMPARISONS[self.operator](value, each) for each in self.values)

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        """A text within another; `%` stands for any letters."""
        return tuple(re.compile(".*".join(map(re.escape, text.split("%"))), re.DOTALL) for text in self.values)


@dataclass(frozen=True)
class Group:
    """Conditions of which a row has to meet one."""

    conditions: tuple[Condition, ...]

    @property
    def countries(self) -> frozenset[str] | None:
        """The countries, where it asks for nothing else and the index knows."""
        of_countries = all(each.kind in ("country", "iso") and each.operator == "=" for each in self.conditions)
        return frozenset(iso2 for each in self.conditions for iso2 in each.values) if of_countries else None

    @property
    def span(self) -> Span | None:
        """The days outside which nothing matches; None where it asks for something else too."""
        spans = [span for each in self.conditions if (span := each.span) is not None]
        if not spans or len(spans) < len(self.conditions):
            return None
        firsts, lasts = zip(*spans, strict=True)
        return (
            None if None in firsts else min(filter(None, firsts)),
            None if None in lasts else max(filter(None, lasts)),
        )


@dataclass(frozen=True)
class AcledTest:
    """What only the rows tell: all groups of conditions but those on countries alone."""

    groups: tuple[Group, ...]

    def by_days(self, start: int | None, end: int | None) -> bool | None:
        """A row's day lies within its event's interval, which is longer where the day is not known."""
        if start is None or start != end:
            return None
        day, told = date.fromordinal(start), True
        for group in self.groups:
            of_days = [each for each in group.conditions if each.kind in ("day", "year")]
            if any(each.has_day(day) for each in of_days):
                continue
            if len(of_days) == len(group.conditions):
                return False
            told = False
        return True if told else None

    def by_record(self, record: Mapping[str, str]) -> bool:
        return all(any(each.is_met(record) for each in group.conditions) for group in self.groups)


def condition_of(field: str, operator: str, text: str) -> Condition:
    """The condition that a value asks for; `|` stands between several. Raises ValueError that says what is wrong."""
    parts = [part.strip() for part in text.split("|")]
    if "" in parts:
        raise ValueError("has nothing before, between or after its bars")
    read = _READERS[FIELDS[field]]
    if operator == "BETWEEN":
        values = [value for part in parts for value in read(part)]
        if len(values) != 2:
            raise ValueError(f"{text!r} is no range: BETWEEN takes two values, such as 2024-01-01|2024-01-31")
        if values[0] > values[1]:
            raise ValueError(f"{parts[1]} is before {parts[0]}")
        return Condition(field, operator, tuple(values))
    if FIELDS[field] == "country" and operator == "LIKE":
        read = _a_text
    return Condition(field, operator, tuple(value for part in parts for value in read(part)))


def _a_text(text: str) -> tuple[str, ...]:
    return (text.casefold(),)


def _a_number(text: str) -> tuple[float, ...]:
    number = _number_of(text)
    if number is None:
        raise ValueError(f"{text!r} is not a number")
    return (number,)


def _a_day(text: str) -> tuple[date, ...]:
    try:
        if len(text) == 10:
            return (date.fromisoformat(text),)
    except ValueError:
        pass
    raise ValueError(f"{text!r} is not a day such as 2024-02-02")


def _a_year(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"[12][0-9]{3}", text, re.ASCII):
        raise ValueError(f"{text!r} is not a year such as 2024")
    return (int(text),)


def _a_moment(text: str) -> tuple[float, ...]:
    """Seconds since 1970, or a day, which begins at midnight in UTC."""
    if text.isascii() and text.isdigit():
        return (float(text),)
    return tuple(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() for day in _a_day(text))


def _a_country(text: str) -> tuple[str, ...]:
    if (named := _NAMED_BY_ACLED.get(fold(text))) is not None:
        return named
    resolution = resolve_country(text)
    if isinstance(resolution, Found):
        return resolution.iso2
    said = "fits more than one country" if isinstance(resolution, Ambiguous) else "is not a country that is known here"
    hint = f": did you mean {' or '.join(resolution.suggestions)}" if resolution.suggestions else ""
    raise ValueError(f"{text!r} {said}{hint}")


# Names that ACLED's clients send in their lists of all countries: which of ISO's it is, or none at all, whose rows no
# import takes.
_NAMED_BY_ACLED = {"saint martin": ("MF",), "akrotiri and dhekelia": ()}


def _an_iso(text: str) -> tuple[str, ...]:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise ValueError(f"{text!r} is no numeric code of ISO 3166-1: Iraq is 368")
    return _a_country(f"{int(text):03}")


def _a_region(text: str) -> tuple[str, ...]:
    name = REGIONS.get(int(text), "") if text.isascii() and text.isdigit() and len(text) <= 3 else text
    if name.casefold() not in {region.casefold() for region in REGIONS.values()}:
        raise ValueError(f"{text!r} is no region of ACLED's, which are numbers such as 11 or names such as Middle East")
    return (name.casefold(),)


def _an_inter(text: str) -> tuple[str, ...]:
    code = inter_code(text)
    if code not in INTERS:
        raise ValueError(f"{text!r} is no kind of actor, which are numbers from 0 to 8")
    return (code,)


def _an_interaction(text: str) -> tuple[str, ...]:
    if not re.fullmatch(r"[1-8][0-8]", text, re.ASCII):
        raise ValueError(f"{text!r} is no interaction, which are two digits such as 17")
    return (text,)


def _number_of(text: str | None) -> float | None:
    if not text or not re.fullmatch(r"\s*[+-]?[0-9]{1,15}(\.[0-9]{0,15})?\s*", text, re.ASCII):
        return None
    return float(text)


_READERS: Mapping[Kind, Callable[[str], tuple[Any, ...]]] = {
    "text": _a_text,
    "number": _a_number,
    "day": _a_day,
    "year": _a_year,
    "country": _a_country,
    "iso": _an_iso,
    "region": _a_region,
    "inter": _an_inter,
    "interaction": _an_interaction,
    "moment": _a_moment,
}
