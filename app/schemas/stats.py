"""Statistics as they are served: what each number of a row counts or adds up. The rules are in docs/methodology.md."""

from typing import Annotated, Any

from pydantic import Field

from app.schemas.answers import AsOf, CiteAs, ItemLinks, ReleaseNumber
from app.schemas.base import Document
from app.schemas.releases import Coverage
from app.vocabulary import EventType, SubEventType, TypeOfViolence

Number = Annotated[int, Field(ge=0)]


class OutcomeTotals(Document):
    """The figures of one outcome, added up over the events of a row, each event's own figure once, in people.

    Each event of the row is in the sums, or is counted in one of `unknown`, `left_out` and `not_allocated`. Null is
    unknown, never 0: a sum over no figures is null.
    """

    low: Number | None = Field(description="sum of low over the events in the sums that have one")
    best: Number | None = Field(
        description="sum of the figure that sorting by killed goes by: best or, where that is null, low"
    )
    best_from_low: Number = Field(description="for how many events in the sum of best that was the low")
    high: Number | None = Field(
        description="sum of high; null as soon as one event of the row has none: `open_ended` or `unknown` is above 0"
    )
    highest_stated: Number | None = Field(
        description="sum of the largest number that any claim on each event states; no upper bound"
    )
    open_ended: Number = Field(description="events in the sums whose figure has no high")
    unknown: Number = Field(description="events of which no claim in force states a number of this outcome")
    disputed: Number = Field(description="events in the sums whose claims exclude one another")
    left_out: Number = Field(
        description="events with parts of which at least one, at any depth, has a figure: only the parts count,"
        " whether the filters find them or not"
    )
    not_allocated: Number = Field(
        description="events whose figure is in no row, as they lie in several groups and it cannot be split"
    )


class StatsRowDocument(Document):
    """One group, of one source family. Of the groups' members a row has those that `group_by` names, in its order."""

    country: str | None = Field(default=None, description="ISO 3166-1 alpha-2; null for events without a country")
    admin1: str | None = Field(default=None, description="first-level administrative unit; null without one")
    year: int | None = Field(default=None, description="of the event's first day; null where that is unknown")
    month: str | None = Field(
        default=None, description="of the event's first day, as `2014-06`; null where that is unknown"
    )
    week: str | None = Field(
        default=None, description="ISO week of the event's first day, as `2024-W05`; null where that is unknown"
    )
    event_type: EventType | None = Field(default=None, description="as on the event; null where it has none")
    sub_event_type: SubEventType | None = Field(default=None, description="as on the event; null where it has none")
    type_of_violence: TypeOfViolence | None = Field(default=None, description="as on the event; null where it has none")
    actor: str | None = Field(
        default=None, description="id under /actors; whom a denial alone ties to an event is no group of it"
    )
    source: str | None = Field(default=None, description="id under /sources of a source that the event cites")
    claimant: str | None = Field(
        default=None, description="id under /actors; null for claims of nobody named, and events without a claimant"
    )
    cell: str | None = Field(
        default=None,
        description="middle of a cell of the grid that `cell_degrees` asks for, `lat,lon` as `near` takes it; null for"
        " events of which no place has a point",
    )
    source_family: str = Field(description="where the records come from; families are never added together")
    events: Number = Field(description="events of the group, as /events lists them; aggregates are among them")
    incidents: Number = Field(description="those that are records of one incident")
    aggregates: Number = Field(description="those that are records of many incidents (`is_aggregate`)")
    counted: Number = Field(description="events of which a figure of at least one outcome went into the sums")
    killed: OutcomeTotals
    injured: OutcomeTotals
    detained: OutcomeTotals
    abducted: OutcomeTotals
    missing: OutcomeTotals


class StatsMeta(Document):
    """What statistics rest on and how they were asked for."""

    release: ReleaseNumber
    as_of: AsOf
    returned: int = Field(description="rows of this answer, which are all there are")
    events: int = Field(description="events that match: the total of /events with the same filters")
    group_by: list[str] = Field(description="the keys of the groups, in the order that was asked for")
    cell_degrees: float | None = Field(
        description="side of the cells in degrees of latitude and longitude; null where none were asked for"
    )
    filters_applied: dict[str, Any] = Field(description="the filters as they were understood")
    cite_as: CiteAs
    coverage: Coverage
    warnings: list[str] = Field(description="what a reader could misread; empty where nothing")


class StatsAnswer(Document):
    """All rows of a question, in the order of `group_by`, then of source family; null last."""

    data: list[StatsRowDocument]
    meta: StatsMeta
    links: ItemLinks
