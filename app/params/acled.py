"""What clients of ACLED's API ask of its rows, in ACLED's own words: `field=value`, `field_where=LIKE`, `:OR:` and `|`.

Which operators a field takes, and which it has by itself, are those of ACLED's guide to its API. What is asked in a way
that cannot be honoured here is a fault, never ignored.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.params.acled_conditions import (
    COMPARED,
    DEFAULT_OPERATOR,
    FIELDS,
    AcledTest,
    Condition,
    Group,
    condition_of,
    operator_of,
)
from app.params.asking import Asked, PositiveNumber, Reading, WholeNumber, a_whole_number
from app.params.datasets import RowsAsked
from app.params.events import EventFilters
from app.problems import Fault, nearest
from app.schemas.acled import ACLED_COLUMNS

FAMILY = "acled"
# What ACLED asks of its users. Here it opens nothing, and is not looked at.
TOKENS = frozenset({"key", "email", "access_token", "token", "terms"})
EVERY_ROW, DEFAULT_ROWS, MOST_ROWS = 0, 5_000, 50_000
FORMATS = ("json", "csv")
_ALTERNATIVE = re.compile(r"([A-Za-z0-9_]+)=(.*)", re.DOTALL).fullmatch


class AcledQuery(Asked):
    """What /compat/acled/read takes beside the fields of a row."""

    presentation: ClassVar[frozenset[str]] = frozenset({"limit", "page", "fields", "format", "inter_num", "release"})

    limit: WholeNumber = Field(
        default=DEFAULT_ROWS, le=MOST_ROWS, description=f"rows on a page, up to {MOST_ROWS}; 0 for all"
    )
    page: PositiveNumber = Field(
        default=1, description="number of the page; the first is 1, one past the last is empty"
    )
    fields: tuple[str, ...] = Field(default=ACLED_COLUMNS, description="columns to give, with `|` between them")
    format: Literal["json", "csv"] = Field(default="json", description="`json` or `csv`; ACLED's name is `_format`")
    inter_num: Annotated[WholeNumber, Field(le=1)] | None = Field(
        default=None,
        description="`1` for `inter1`, `inter2` and `interaction` as numbers, `0` for words; by default they are as the"
        " export has them",
    )
    release: PositiveNumber | None = Field(
        default=None, description="this database's own release to answer from, which ACLED's API has not"
    )
    groups: SkipJsonSchema[tuple[Group, ...]] = ()
    spelt: SkipJsonSchema[tuple[tuple[str, str], ...]] = ()

    @property
    def question(self) -> Mapping[str, str]:
        """All that was asked, but for tokens and what is empty, as it was spelt."""
        return dict(self.spelt)

    def rows(self) -> RowsAsked:
        """The rows that are asked for: what the index finds of them, and what it does not."""
        filters = EventFilters.model_construct()
        found: dict[str, object] = {"source": (FAMILY,)}
        countries: frozenset[str] | None = None
        tested: list[Group] = []
        first = last = None
        for group in self.groups:
            if (asked := group.countries) is not None:
                countries = asked if countries is None else countries & asked
                continue
            tested.append(group)
            if (span := group.span) is not None:
                first = max(filter(None, (first, span[0])), default=None)
                last = min(filter(None, (last, span[1])), default=None)
        if countries is not None:
            found["country"] = tuple(sorted(countries))
        found |= {"date_from": first, "date_to": last}
        is_nothing = countries == frozenset() or bool(first and last and first > last)
        test = AcledTest(tuple(tested)) if tested else None
        return RowsAsked(filters.model_copy(update=found), test=test, is_nothing=is_nothing)


class _Reading:
    """A query string on its way to a question, with all its faults."""

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        self.faults: list[Fault] = []
        self.given: dict[str, str] = {}
        self.empty: set[str] = set()
        for name, text in items:
            if name in TOKENS:
                continue
            if name in self.given:
                self._fault(name, "is given more than once but takes one value")
            elif text.strip() or not self._is_known(name):
                self.given[name] = text
            else:  # ACLED's own R client sends `timestamp_where=>=&timestamp=` where it asks for none
                self.empty.add(name)

    def _fault(self, name: str, detail: str, near: Iterable[str] = ()) -> None:
        self.faults.append(Fault(name, detail, list(near)))

    @staticmethod
    def _is_known(name: str) -> bool:
        return name in FIELDS or name.removesuffix("_where") in FIELDS or name in _SETTINGS

    def read(self) -> Reading[AcledQuery]:
        values: dict[str, object] = {}
        operators = self._operators()
        groups: list[Group] = []
        for name, text in self.given.items():
            if name in FIELDS:
                groups.append(Group(tuple(self._alternatives(name, text, operators))))
            elif name in _SETTINGS:
                self._take_setting(name, text, values)
            elif name.removesuffix("_where") not in FIELDS or not name.endswith("_where"):
                self._fault_of_unknown(name)
        spelt = tuple(sorted(self.given.items()))
        values |= {"groups": tuple(groups), "spelt": spelt}
        return Reading(AcledQuery.model_construct().model_copy(update=values), self.faults)

    def _fault_of_unknown(self, name: str) -> None:
        if name in _REFUSED:
            self._fault(name, _REFUSED[name])
        else:
            self._fault(name, "there is no such parameter here", nearest(name, [*FIELDS, *_SETTINGS]))

    def _operators(self) -> Mapping[str, str]:
        operators = dict(DEFAULT_OPERATOR)
        for name, text in self.given.items():
            field = name.removesuffix("_where")
            if not name.endswith("_where") or field not in FIELDS:
                continue
            operator = operator_of(text)
            if operator is None:
                self._fault(name, f"{text!r} is not one of {', '.join(COMPARED[FIELDS[field]])}")
            elif operator not in COMPARED[FIELDS[field]]:
                self._fault(name, f"{operator} cannot be honoured: {field} takes {', '.join(COMPARED[FIELDS[field]])}")
            else:
                operators[field] = operator
            if field not in self.empty and not any(_names(field, *each) for each in self.given.items()):
                self._fault(name, f"has no effect without {field}")
        return operators

    def _alternatives(self, name: str, text: str, operators: Mapping[str, str]) -> Iterable[Condition]:
        """What stands between `:OR:`, each of the same field, or of one that it names."""
        for number, part in enumerate(text.split(":OR:")):
            named = _ALTERNATIVE(part) if number else None
            field, value = (named[1], named[2]) if named else (name, part)
            if field not in FIELDS:
                self._fault(name, f"{field!r} is no field of a row", nearest(field, FIELDS))
                continue
            try:
                yield condition_of(field, operators[field], value)
            except ValueError as fault:
                self._fault(name, str(fault))

    def _take_setting(self, name: str, text: str, values: dict[str, object]) -> None:
        try:
            taken = _SETTINGS[name](text)
        except ValueError as fault:
            self._fault(name, str(fault))
        else:
            if taken is not None:
                values[_OWN_NAME.get(name, name)] = taken


def _names(field: str, name: str, text: str) -> bool:
    return name == field or (name in FIELDS and f":OR:{field}=" in text)


def _number(least: int, most: int | None = None, after: str = "") -> Callable[[str], int]:
    def read(text: str) -> int:
        number = a_whole_number(text)
        if number < least or (most is not None and number > most):
            up_to = "" if most is None else f", and the most is {most}{after}"
            raise ValueError(f"the least is {least}{up_to}")
        return number

    return read


def _columns(text: str) -> tuple[str, ...]:
    columns = tuple(dict.fromkeys(part.strip() for part in text.split("|")))
    if unknown := [column for column in columns if column not in ACLED_COLUMNS]:
        raise ValueError(f"{unknown[0]!r} is no column of ACLED's: did you mean {nearest(unknown[0], ACLED_COLUMNS)}")
    return columns


def _format(text: str) -> str:
    if text not in FORMATS:
        raise ValueError(f"{text!r} cannot be honoured: there are {' and '.join(FORMATS)}")
    return text


def _dyadic(text: str) -> None:
    if text != "dyadic":
        raise ValueError(f"{text!r} cannot be honoured: a row is an event with both its sides, which is `dyadic`")


_SETTINGS: Mapping[str, Callable[[str], object]] = {
    "limit": _number(0, MOST_ROWS, ": `page` leads to the rows after"),
    "page": _number(1),
    "fields": _columns,
    "_format": _format,
    "format": _format,
    "export_type": _dyadic,
    "inter_num": _number(0, 1),
    "release": _number(1),
}
_OWN_NAME = {"_format": "format"}
_REFUSED = {
    "population": "cannot be honoured: exports have no columns of people nearby",
    "cursor": "cannot be honoured: ask for pages by `page`",
}


def read_acled_query(items: Iterable[tuple[str, str]]) -> Reading[AcledQuery]:
    """Read a query string's items. Never raises for what a client sent."""
    return _Reading(items).read()
