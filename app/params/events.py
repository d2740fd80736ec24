"""What a client may ask of events. To add a filter: a field here, a condition in `app.queries.event_filters`."""

import calendar
import re
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from app.countries import Ambiguous, Found, Unknown, resolve_countries
from app.params.asking import MAX_VALUES, Asked, SplitAtCommas, WholeNumber, YesOrNo, one_of, words_of, wrong
from app.params.paging import Paged, Pinned, a_field_of
from app.params.places import BoxOfDegrees, Kilometres, PointInDegrees, faults_of_near
from app.params.words import Words
from app.problems import Fault
from app.schemas.columns.events import EVENTS
from app.vocabulary import Attribution, EventType, LocationPrecision, Role, SubEventType, TypeOfViolence

SORTS = ("date", "-date", "killed", "-killed", "id")
DATE_MODES = ("overlap", "within", "start", "possible")
# As `overlap`, and what has no date at all matches too: what OGC API – Features wants of `datetime`.
OVERLAP_OR_UNDATED = "overlap_or_undated"
LEVELS = ("operation", "event", "all")
FIGURES = ("low", "best", "high")


def _resolved(texts: list[str]) -> list[str | Ambiguous | Unknown]:
    """Alpha-2 codes, each once, and what names no country.

    A whole value is tried before its parts, as 15 ISO names have commas.
    """
    if len(texts) > MAX_VALUES:
        raise wrong(f"has {len(texts)} values; the most is {MAX_VALUES}")
    # The names of some countries have a comma.
    if (parts := sum(text.count(",") + 1 for text in texts)) > 2 * MAX_VALUES:
        raise wrong(f"has {parts} values; the most is {MAX_VALUES}")
    found: dict[str | Ambiguous | Unknown, None] = {}
    for resolution in (resolution for text in texts for resolution in resolve_countries(text)):
        found |= dict.fromkeys(resolution.iso2 if isinstance(resolution, Found) else [resolution])
    return list(found)


def _code(resolution: str | Ambiguous | Unknown) -> str:
    if isinstance(resolution, str):
        return resolution
    if isinstance(resolution, Ambiguous):
        raise wrong(f"{resolution.text!r} fits more than one country", resolution.suggestions)
    if not resolution.text.strip():
        raise wrong("has nothing before, between or after its commas")
    raise wrong(f"{resolution.text.strip()!r} is not a country that is known here", resolution.suggestions)


Countries = Annotated[tuple[Annotated[str, BeforeValidator(_code)], ...], BeforeValidator(_resolved)]


def _first_and_last_day(text: str) -> tuple[date, date]:
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text, re.ASCII)
    try:
        if match:
            year, month, day = (int(part) if part else None for part in match.groups())
            first = date(year or 0, month or 1, day or 1)
            last_month = month or 12
            return first, date(first.year, last_month, day or calendar.monthrange(first.year, last_month)[1])
    except ValueError:
        pass
    raise wrong(f"{text!r} is not a day, a month or a year, such as 2024-02-02, 2024-02 or 2024")


_DAY_MONTH_OR_YEAR = WithJsonSchema({"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"})
FirstDay = Annotated[date, BeforeValidator(lambda text: _first_and_last_day(text)[0]), _DAY_MONTH_OR_YEAR]
LastDay = Annotated[date, BeforeValidator(lambda text: _first_and_last_day(text)[1]), _DAY_MONTH_OR_YEAR]
Ids = Annotated[tuple[str, ...], SplitAtCommas]


class EventFilters(Asked):
    """The filters on events; different ones are ANDed, the values of one are ORed."""

    country: Countries = Field(
        default=(),
        description="name, alias, ISO 3166-1 alpha-2, alpha-3 or numeric code, or a Gleditsch–Ward number as `gw:645`;"
        " repeat or separate by commas for OR",
        examples=["iraq"],
    )
    date_from: FirstDay | None = Field(
        default=None, description="first day, inclusive: `2024-02-02`, `2024-02` or `2024`", examples=["2024-01"]
    )
    date_to: LastDay | None = Field(
        default=None, description="last day, inclusive: `2024-02-02`, `2024-02` or `2024`", examples=["2024-02-02"]
    )
    date_mode: Annotated[str, one_of(DATE_MODES)] = Field(
        default="overlap",
        description="`overlap`: the event's interval meets the window, a single known bound lies inside it; `within`:"
        " lies in it whole; `start`: begins in it; `possible`: `overlap`, and what is too vaguely dated to rule out",
    )
    event_type: Annotated[tuple[Annotated[EventType, words_of(EventType)], ...], SplitAtCommas] = Field(
        default=(), description="ACLED's event types"
    )
    sub_event_type: Annotated[tuple[Annotated[SubEventType, words_of(SubEventType)], ...], SplitAtCommas] = Field(
        default=(), description="ACLED's sub-event types"
    )
    type_of_violence: Annotated[tuple[Annotated[TypeOfViolence, words_of(TypeOfViolence)], ...], SplitAtCommas] = Field(
        default=(), description="UCDP's type, which events of other sources do not have"
    )
    actor: Ids = Field(default=(), description="ids of actors that have to do with the event")
    role: Annotated[tuple[Annotated[Role, words_of(Role)], ...], SplitAtCommas] = Field(
        default=(), description="what that actor has to do with it; a denial counts for no role"
    )
    attribution: Annotated[tuple[Annotated[Attribution, words_of(Attribution)], ...], SplitAtCommas] = Field(
        default=(), description="on whose word; actor, role and attribution are about the same involvement"
    )
    network: YesOrNo = Field(
        default=False, description="`true` takes in what is part of those actors or under their umbrella, nothing else"
    )
    location: Ids = Field(default=(), description="ids of locations; each takes in everything within it")
    admin1: tuple[str, ...] = Field(
        default=(), description="names of first-level administrative units; repeat for OR, commas belong to the name"
    )
    bbox: BoxOfDegrees | None = Field(
        default=None,
        description="`minLon,minLat,maxLon,maxLat` in WGS84 degrees, edges included; minLon > maxLon crosses the"
        " antimeridian. One of the event's locations has its point there; an event without a point never matches",
        examples=["38.8,33.1,45.9,37.4"],
    )
    near: PointInDegrees | None = Field(
        default=None,
        description="`lat,lon` in WGS84 degrees: one of the event's locations has its point within radius_km of it",
        examples=["35.02,40.45"],
    )
    radius_km: Kilometres | None = Field(
        default=None,
        description="how far from near, in kilometres along a great circle; the edge is included",
        examples=[50],
    )
    precision: Annotated[LocationPrecision, words_of(LocationPrecision)] | None = Field(
        default=None,
        description="the coarsest precision that is still accepted, of one of the event's locations; bbox, near and"
        " precision are about the same location",
    )
    q: Words | None = Field(
        default=None,
        description="words, all of which stand in title, summary, names of places or of actors (but those that only"
        " deny); case, accents, apostrophes and articles before names do not count; `word*` finds what begins so",
        examples=["deir ez-zor"],
    )
    claimant: Ids = Field(default=(), description="ids of actors that made a casualty claim or stated a count")
    source: Ids = Field(default=(), description="ids of sources, or families of datasets, that the event cites")
    killed_min: WholeNumber | None = Field(
        default=None, description="at least so many killed, by best or, where that is null, low; unknown never matches"
    )
    killed_max: WholeNumber | None = Field(
        default=None, description="at most so many killed, by high; unknown never matches"
    )
    killed_on: Annotated[Literal["low", "best", "high"], one_of(FIGURES)] | None = Field(
        default=None, description="the figure that killed_min and killed_max compare with instead"
    )
    disputed: YesOrNo | None = Field(default=None, description="whether claims on the event exclude one another")
    part_of: Ids = Field(default=(), description="ids of larger events; their direct parts match")
    level: Annotated[Literal["operation", "event", "all"], one_of(LEVELS)] = Field(
        default="all", description="`operation`: events that have parts; `event`: events that have none"
    )
    conflict: Ids = Field(default=(), description="ids of a dataset's conflicts")

    @property
    def asks_for_a_place(self) -> bool:
        """Whether an event has to have a point somewhere."""
        return self.bbox is not None or self.near is not None

    @property
    def finds_pointless(self) -> bool:
        """Whether an event without any point matches every box; never so here."""
        return False

    def faults_between(self) -> list[Fault]:
        faults = super().faults_between()
        if self.date_from and self.date_to and self.date_from > self.date_to:
            faults.append(Fault("date_to", "lies before date_from"))
        if self.killed_min is not None and self.killed_max is not None and self.killed_min > self.killed_max:
            faults.append(Fault("killed_max", "is less than killed_min"))
        faults += faults_of_near(self.near, self.radius_km)
        without_effect = {
            "date_mode": (self.date_from or self.date_to or self.date_mode == "overlap", "date_from or date_to"),
            "killed_on": (not (self.killed_min is self.killed_max is None), "killed_min or killed_max"),
            "network": (self.actor or not self.network, "actor"),
        }
        for name, (has_effect, needed) in without_effect.items():
            if name in self.model_fields_set and not has_effect:
                faults.append(Fault(name, f"has no effect without {needed}"))
        return faults


class EventQuery(EventFilters, Paged):
    """What /events takes."""

    table = EVENTS
    presentation: ClassVar[frozenset[str]] = Paged.presentation

    sort: Annotated[str, one_of(SORTS)] = Field(
        default="-date",
        description="the order of the rows: by first day or by killed (best, else low), `-` for the largest first;"
        " unknown last; every order ends in the id",
    )
    fields: Annotated[tuple[Annotated[str, a_field_of(EVENTS)], ...], SplitAtCommas] = Field(
        default=(), description="members to give of each row; default: all"
    )


class EventItem(Pinned):
    """What /events/{id} takes."""

    table = EVENTS
