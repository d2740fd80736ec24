"""An event as it is served, with its places, actors, counts, claims and citations inline."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.schemas.base import (
    ActorName,
    CitationDocument,
    CountDocument,
    CountryName,
    Document,
    FootnoteIds,
    RowCiteAs,
)
from app.schemas.claims import ClaimInEvent
from app.vocabulary import (
    ActorKind,
    Attribution,
    DatePrecision,
    EventType,
    LocationKind,
    LocationPrecision,
    Measure,
    ReviewStatus,
    Role,
    SubEventType,
    TypeOfViolence,
)


class EventPlace(Document):
    """A place of the event. `precision` says how exactly it says where the event was."""

    id: str = Field(description="id under /locations")
    name: str = Field(description="name of the place")
    kind: LocationKind
    admin1: str | None = Field(description="first-level administrative unit")
    admin2: str | None = Field(description="second-level administrative unit")
    country: CountryName | None = Field(description="null in waters and airspace of no country")
    latitude: float | None = Field(description="WGS84 degrees; null where no point is known")
    longitude: float | None = Field(description="WGS84 degrees; null where no point is known")
    precision: LocationPrecision
    citations: FootnoteIds


class EventActor(Document):
    """What an actor has to do with the event, and on whose word. A denial is not an involvement."""

    id: str = Field(description="id under /actors")
    name: str = Field(description="name of the actor")
    kind: ActorKind
    role: Role
    attribution: Attribution
    attributed_by: ActorName | None = Field(description="who says so; null where that is the source or the actor")
    wording: str | None = Field(description="what the source printed of it")
    citations: FootnoteIds


class ReportedCountDocument(CountDocument):
    """A number other than casualties. Two measures are never compared or added."""

    measure: Measure
    citations: FootnoteIds


class CasualtyFigure(Document):
    """What the claims in force say together by the rule `envelope`, in people. Null is unknown, never 0."""

    low: int | None = Field(description="the smallest low that is stated")
    best: int | None = Field(description="the number, where all that offer one offer the same; never a mere bound")
    high: int | None = Field(description="the largest high; null as soon as one claim states none")
    highest_stated: int | None = Field(description="the largest number that any claim states or implies")
    basis: Literal["total", "groups"] | None = Field(
        description="whether it rests on claims about all victims, or on groups of them only; null without a number"
    )
    claims: int = Field(description="how many claims it was derived from: in force, and stating a number")
    disputed: bool = Field(description="whether two claims about the same victims exclude one another")
    status_disputed: bool = Field(description="whether claimants differ on who the victims were")
    rule: Literal["envelope"] = Field(description="the rule that derived it; see /methodology")


class Casualties(Document):
    """One figure for each outcome; null where there is no claim. Outcomes are never added together."""

    killed: CasualtyFigure | None
    injured: CasualtyFigure | None
    detained: CasualtyFigure | None
    abducted: CasualtyFigure | None
    missing: CasualtyFigure | None


class Conflict(Document):
    """A dataset's own grouping of events."""

    id: str = Field(description="id of the dataset's conflict, as the filter `conflict` takes it")
    name: str = Field(description="the dataset's name of it")


class ExternalId(Document):
    """The event's id elsewhere."""

    scheme: str = Field(description="whose id it is, such as ucdp-ged")
    value: str = Field(description="the id there")


class DatasetCodes(Document):
    """A dataset's own codes, as its codebook defines them."""

    code_status: str | None = Field(description="how sure its coders are")
    event_clarity: int | None = Field(description="UCDP: 1 one event clearly told, 2 several in one record")
    where_prec: int | None = Field(description="UCDP: 1 to 7, from the exact point to waters and airspace")
    date_prec: int | None = Field(description="UCDP: 1 to 5, from the day to a year or more")
    number_of_sources: int | None = Field(description="null where the dataset says that the number is missing")
    country: str | None = Field(description="the country as the dataset names it")
    country_id: int | None = Field(description="the dataset's own number of the country")


class EventLinks(Document):
    """The event's own addresses, relative to the API's root."""

    self: str = Field(description="path and nothing before it")
    original: str | None = Field(description="a dataset's whole original row; null for other events")


class OriginalRecordDocument(Document):
    """A dataset's whole record of an event, so that nobody has to trust how it was mapped."""

    event: str = Field(description="id under /events")
    record: dict[str, str] = Field(description="the record's fields by the file's own column names, as they were read")


class EventDocument(Document):
    """Something that happened in a time and at one or more places."""

    id: str = Field(description="id under /events; for a dataset its own, after its name")
    title: str = Field(description="ours, not the source's: place, act, date")
    summary: str | None = Field(description="ours, not the source's")
    is_aggregate: bool = Field(description="a record of many incidents; counted apart from incidents")
    part_of: str | None = Field(description="id of the larger event that this is a part of")
    parts: list[str] = Field(description="ids of the events that are parts of this one")
    in_response_to: str | None = Field(description="id of the event that this one answers, as the source says")
    event_type: EventType | None = Field(description="ACLED's classes, by our coding; null where it is not said")
    sub_event_type: SubEventType | None = Field(description="ACLED's classes, by our coding")
    type_of_violence: TypeOfViolence | None = Field(description="UCDP's classes, of UCDP's events")
    conflict: Conflict | None
    date_start: date | None = Field(description="first day, as the source prints it; null where unknown")
    date_end: date | None = Field(description="last day, inclusive; null where unknown")
    date_precision: DatePrecision
    date_wording: str | None = Field(description="the date as the source prints it")
    locations: list[EventPlace]
    actors: list[EventActor]
    reported_counts: list[ReportedCountDocument]
    casualties: Casualties
    casualty_claims: list[ClaimInEvent]
    citations: list[CitationDocument] = Field(
        min_length=1, description="footnotes; those that no row inside names support the event itself"
    )
    dataset: DatasetCodes | None
    external_ids: list[ExternalId]
    review_status: list[ReviewStatus]
    links: EventLinks
    cite_as: RowCiteAs
