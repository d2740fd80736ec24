"""What clients of UCDP's API ask of GED's events, in UCDP's own names. The case of letters in a name does not count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from app.countries import countries_of_gw, country_of
from app.params.asking import (
    Asked,
    PositiveNumber,
    Reading,
    WholeNumber,
    a_whole_number,
    read_query,
    split_at_commas,
    wrong,
)
from app.params.datasets import RowsAsked
from app.params.events import EventFilters
from app.params.paging import DEFAULT_LIMIT, MAX_LIMIT, a_day
from app.params.places import BoxOfCorners
from app.problems import Fault
from app.schemas.ucdp import ged_cell
from app.vocabulary import TypeOfViolence

FAMILY = "ucdp-ged"
# What UCDP asks of its users. Here it opens nothing, and is not looked at.
TOKENS = frozenset({"x-ucdp-access-token", "key"})
TYPES = {1: TypeOfViolence.STATE_BASED, 2: TypeOfViolence.NON_STATE, 3: TypeOfViolence.ONE_SIDED}
ISRAEL_GW = 666


def _a_page_size(text: str) -> int:
    number = a_whole_number(text)
    if not 1 <= number <= MAX_LIMIT:
        raise wrong(f"{number} is not from 1 to {MAX_LIMIT}; NextPageUrl leads to the rows after the page")
    return number


def _numbers(texts: list[str]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(a_whole_number(text) for text in split_at_commas(texts)))


def _states(numbers: tuple[int, ...]) -> tuple[int, ...]:
    for number in numbers:
        if not countries_of_gw(number):
            raise wrong(f"{number} is no number of Gleditsch and Ward's that is known here: Iraq is 645")
    return numbers


def _types(numbers: tuple[int, ...]) -> tuple[int, ...]:
    for number in numbers:
        if number not in TYPES:
            raise wrong(f"{number} is none of 1 (state-based), 2 (non-state) and 3 (one-sided)", ["1", "2", "3"])
    return numbers


_LIST_OF_NUMBERS = WithJsonSchema({"type": "string", "pattern": "^[0-9]+(,[0-9]+)*$"})
Numbers = Annotated[tuple[int, ...], BeforeValidator(_numbers), _LIST_OF_NUMBERS]
Day = Annotated[date, BeforeValidator(a_day)]


class GedQuery(Asked):
    """What /compat/ucdp/gedevents/{version} takes."""

    presentation: ClassVar[frozenset[str]] = frozenset({"pagesize", "page", "release"})

    pagesize: Annotated[
        int,
        BeforeValidator(_a_page_size),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}),
    ] = Field(default=DEFAULT_LIMIT, description=f"rows on a page, 1 to {MAX_LIMIT}")
    page: WholeNumber = Field(
        default=0, description="number of the page; the first is 0, and one past the last is empty"
    )
    Id: Numbers = Field(default=(), description="ids of events, with commas between them")
    Country: Annotated[Numbers, AfterValidator(_states)] = Field(
        default=(), description="Gleditsch and Ward's numbers of countries (`country_id`), with commas between them"
    )
    Geography: BoxOfCorners | None = Field(
        default=None, description="two corners of a box, latitude first: `y0 x0,y1 x1`; its edges are included"
    )
    StartDate: Day | None = Field(
        default=None, description="`YYYY-MM-DD`: events that began on this day or later, without any doubt"
    )
    EndDate: Day | None = Field(
        default=None, description="`YYYY-MM-DD`: events that were over on this day, without any doubt"
    )
    TypeOfViolence: Annotated[Numbers, AfterValidator(_types)] = Field(
        default=(), description="1 state-based, 2 non-state, 3 one-sided, with commas between them"
    )
    Dyad: Numbers = Field(default=(), description="`dyad_new_id` of dyads, with commas between them")
    Actor: Numbers = Field(
        default=(), description="ids of actors (`side_a_new_id`, `side_b_new_id`), with commas between them"
    )
    release: PositiveNumber | None = Field(
        default=None, description="this database's own release to answer from, which UCDP's API has not"
    )

    def faults_between(self) -> list[Fault]:
        if self.StartDate and self.EndDate and self.StartDate > self.EndDate:
            return [Fault("EndDate", "lies before StartDate")]
        return []

    def rows(self, version: str) -> RowsAsked:
        """The rows that are asked for, of one version of GED."""
        types = [TYPES[number] for number in self.TypeOfViolence]
        placed = dict.fromkeys(iso2 for number in self.Country for iso2 in _placed_in(number))
        given: dict[str, Any] = {
            "source": (f"{FAMILY}-{version}",),
            "country": tuple(placed),
            "type_of_violence": tuple(types),
            "actor": tuple(f"ucdp-actor-{number}" for number in self.Actor),
            "bbox": self.Geography,
            "date_from": self.StartDate,
            "date_to": self.EndDate,
            "date_mode": "within",
        }
        filters = EventFilters.model_construct().model_copy(update=given)
        states = frozenset(self.Country) if _share_countries(self.Country, placed) else frozenset[int]()
        test = GedTest(states, frozenset(self.Dyad)) if states or self.Dyad else None
        return RowsAsked(filters, tuple(f"ucdp-{number}" for number in self.Id), test, newest_first=False)


@dataclass(frozen=True, slots=True)
class GedTest:
    """What only the rows tell: their dyad, and the number of a state where several share today's country."""

    states: frozenset[int]
    dyads: frozenset[int]

    def by_days(self, _: int | None, __: int | None) -> bool | None:
        return None

    def by_record(self, record: Mapping[str, str]) -> bool:
        return (not self.states or ged_cell(record, "country_id") in self.states) and (
            not self.dyads or ged_cell(record, "dyad_new_id") in self.dyads
        )


def _placed_in(state: int) -> tuple[str, ...]:
    """The countries that events of a state are placed in: today's, and Palestine's for what UCDP has under Israel."""
    countries = countries_of_gw(state)
    return countries if state == ISRAEL_GW else countries[:1]


def _share_countries(states: tuple[int, ...], placed: Iterable[str]) -> bool:
    """Whether events of other states are placed in these countries too."""
    others = {number for iso2 in placed for number in country_of(iso2).gw} - set(states)
    return any(not set(placed).isdisjoint(_placed_in(other)) for other in others)


_SPELT = {name.casefold(): name for name in GedQuery.model_fields}


def read_ged_query(items: Iterable[tuple[str, str]]) -> Reading[GedQuery]:
    """Read a query string's items. Never raises for what a client sent."""
    spelt = [(_SPELT.get(name.casefold(), name), text) for name, text in items if name.casefold() not in TOKENS]
    return read_query(GedQuery, spelt)
