"""Neutral facts: what every importer produces and the loader stores, whatever file they came from.

Strict models without SQL. They are also what the facts' YAML files are validated against and what the editors'
JSON schema is generated from, so the descriptions are written for the people who edit those files.
Every row carries at least one citation; a fact that its source does not state has no place here.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from app.counts import bounds_of, fault_of_count
from app.vocabulary import (
    SUB_EVENT_TYPES,
    ActorKind,
    AgeGroup,
    Attribution,
    Cause,
    DatePrecision,
    EventType,
    LocationKind,
    LocationPrecision,
    Measure,
    Outcome,
    Qualifier,
    RelationshipKind,
    Reporting,
    ReviewStatus,
    Role,
    Sex,
    SourceKind,
    Standing,
    SubEventType,
    TypeOfViolence,
    VictimScope,
    VictimStatus,
)


def _as_day(value: object) -> object:
    """A day, as a date or as its ISO text. Pydantic alone would take a number for seconds since 1970."""
    written = isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
    if written or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise ValueError(f"a date such as 2024-02-28 is wanted, not {value!r}")


Day = Annotated[date, BeforeValidator(_as_day)]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=120)]
Text = Annotated[str, Field(min_length=1)]


def _of_the_calendar(partial: str) -> str:
    try:
        date.fromisoformat(partial + "-01-01"[len(partial) - len("2020") :])
    except ValueError:
        raise ValueError(f"{partial!r} is not in the calendar") from None
    return partial


def _unsigned_zero(degrees: float) -> float:
    """-0.0 as 0.0, which is how a database gives it back."""
    return degrees + 0.0


PartialDate = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"), AfterValidator(_of_the_calendar)]
Number = Annotated[int, Field(ge=0, le=2_147_483_647, strict=True)]  # what a column of either database holds
WebAddress = Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2000)]


class Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class CitationFact(Fact):
    """A place in one source that supports a row."""

    source: Identifier = Field(description="id of a source")
    locator: Text = Field(description="where in the source: heading and paragraph, or the row's id")
    quote: Annotated[str, Field(min_length=1, max_length=300)] | None = Field(
        default=None, description="a short exact excerpt; null only where the source is a table without prose"
    )
    supports: tuple[str, ...] = Field(default=(), description="names of the fields it backs; empty = the whole row")


class CitedFact(Fact):
    citations: tuple[CitationFact, ...] = Field(min_length=1, description="what supports this row; at least one")


class AuthorFact(Fact):
    name: Text
    affiliation: Text | None = None


class SourceFact(Fact):
    """A publication that was read."""

    id: Identifier
    kind: SourceKind
    title: Text
    authors: tuple[AuthorFact, ...] = ()
    publisher: Text | None = None
    published_on: Day | None = None
    url: WebAddress | None = Field(default=None, description="the original's own address; null where not known")
    archive_url: WebAddress | None = None
    retrieved_from: WebAddress | None = Field(
        default=None, description="the page whose text was read, where that is not the original"
    )
    retrieved_on: Day | None = None
    licence: Text | None = None
    language: Text | None = Field(default=None, description="ISO 639-1 code, such as en")
    republication_of: Identifier | None = None
    family: Identifier | None = Field(default=None, description="the dataset whose release it is, such as ucdp-ged")
    notes: Text | None = None
    text_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default=None, description="SHA-256 of the UTF-8 text that was read"
    )


class LocationFact(CitedFact):
    """A named place. Coordinates, codes and admin units come from a gazetteer and cite it with `supports`."""

    id: Identifier
    name: Text
    names: tuple[str, ...] = Field(default=(), description="other spellings")
    kind: LocationKind
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = Field(
        default=None, description="ISO 3166-1 alpha-2; null only outside every country"
    )
    admin1: Text | None = None
    admin2: Text | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, strict=True), AfterValidator(_unsigned_zero)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, strict=True), AfterValidator(_unsigned_zero)] | None = None
    within: Identifier | None = Field(default=None, description="id of the location it lies in")

    @model_validator(mode="after")
    def _has_both_coordinates_or_none(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude go together: give both or neither")
        if self.country is None and self.kind is not LocationKind.WATER_OR_AIR:
            raise ValueError("a place on land needs its country")
        return self


class RelationshipFact(CitedFact):
    """How the actor that this stands under relates to another."""

    kind: RelationshipKind
    actor: Identifier = Field(description="id of the other actor")
    since: PartialDate | None = Field(default=None, description="2020, 2020-03 or 2020-03-01, in quotes")
    until: PartialDate | None = None
    wording: Text = Field(description="what the source printed of it")

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        """As far as both are known: what began in March 2020 may have ended in 2020."""
        if self.since and self.until and self.since[: len(self.until)] > self.until[: len(self.since)]:
            raise ValueError(f"since {self.since} is after until {self.until}")
        return self


class ActorFact(CitedFact):
    id: Identifier
    name: Text
    names: tuple[str, ...] = Field(default=(), description="other names that the source gives")
    kind: ActorKind
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = Field(
        default=None, description="of a state and its forces: ISO 3166-1 alpha-2"
    )
    description: Text | None = None
    relationships: tuple[RelationshipFact, ...] = ()


class CountFact(CitedFact):
    """A number as it was printed. `low` and `high` follow from `qualifier`; give them for ranges only."""

    wording: Text = Field(description="what the source printed")
    qualifier: Qualifier
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    claimant: Identifier | None = Field(default=None, description="id of the actor who says so; null if none is named")
    reporting: Reporting

    @model_validator(mode="before")
    @classmethod
    def _derive_bounds(cls, row: Any) -> Any:
        """Fill in the bounds that follow; printed ones stay and are checked."""
        if not isinstance(row, dict) or "low" in row or "high" in row:
            return row
        qualifier = row.get("qualifier")
        derivable = {q.value for q in Qualifier} - {Qualifier.RANGE.value, Qualifier.DISORDERED.value}
        value = row.get("value")
        if not isinstance(qualifier, str) or qualifier not in derivable or not isinstance(value, int):
            return row
        bounds = bounds_of(Qualifier(qualifier), value)
        return {**row, "low": bounds.low, "high": bounds.high}

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        fault = fault_of_count(self.qualifier, self.value, self.low, self.high)
        if fault:
            raise ValueError(fault)
        if (self.reporting is Reporting.ATTRIBUTED) != (self.claimant is not None):
            raise ValueError("a claimant is named exactly where reporting is 'attributed'")
        return self


class ReportedCountFact(CountFact):
    measure: Measure


class VictimsFact(Fact):
    scope: VictimScope
    description: Text = Field(description="the victims in the claimant's or source's own words")
    status: VictimStatus = VictimStatus.UNKNOWN
    actor: Identifier | None = Field(default=None, description="id of the actor they belonged to")
    sex: Sex = Sex.UNKNOWN
    age_group: AgeGroup = AgeGroup.UNKNOWN
    part_of_group: Identifier | None = Field(default=None, description="id of the claim whose group they are part of")

    @model_validator(mode="after")
    def _only_a_group_is_part_of_one(self) -> Self:
        if self.scope is VictimScope.ALL and self.part_of_group is not None:
            raise ValueError("a claim about all victims is not part of a group")
        return self


class CasualtyClaimFact(CountFact):
    """One statement, by one claimant or none named, of how many people came to harm in one event."""

    id: Identifier
    outcome: Outcome
    victims: VictimsFact
    claimant_is_party: Annotated[bool, Field(strict=True)] | None = Field(
        default=None, description="whether the claimant is a party to the event; null if no claimant is named"
    )
    claimed_on: Day | None = None
    standing: Standing = Standing.IN_FORCE
    cause: Cause = Cause.UNKNOWN
    covers: tuple[Identifier, ...] = Field(
        default=(), description="ids of the parts that a claim on the whole is about"
    )

    @model_validator(mode="after")
    def _says_whether_the_claimant_is_a_party(self) -> Self:
        if (self.claimant is None) != (self.claimant_is_party is None):
            raise ValueError("claimant_is_party is given exactly where a claimant is named")
        return self


class EventPlaceFact(CitedFact):
    location: Identifier
    precision: LocationPrecision


class InvolvementFact(CitedFact):
    actor: Identifier
    role: Role
    attribution: Attribution
    attributed_by: Identifier | None = Field(default=None, description="id of the actor who says so")
    wording: Text | None = None

    @model_validator(mode="after")
    def _names_nobody_else_for_the_actors_own_word(self) -> Self:
        own_word = {Attribution.STATED, Attribution.CLAIMED, Attribution.ACKNOWLEDGED, Attribution.DENIED}
        if self.attribution in own_word and self.attributed_by is not None:
            raise ValueError(f"'{self.attribution.value}' is nobody else's word: attributed_by must be null")
        return self


class ExternalIdFact(Fact):
    scheme: Identifier
    value: Text


class ConflictFact(Fact):
    """A dataset's own grouping of events."""

    id: Identifier
    name: Text


class DatasetCodesFact(Fact):
    """A dataset's own codes, as its codebook defines them."""

    code_status: Text | None = None
    event_clarity: int | None = None
    where_prec: int | None = None
    date_prec: int | None = None
    number_of_sources: int | None = None
    country: Text | None = Field(default=None, description="the country as the dataset names it")
    country_id: int | None = Field(default=None, description="the dataset's own number of the country")


class EventFact(CitedFact):
    """Something that happened in a time and at one or more places. Title and summary are ours, plain and short."""

    id: Identifier
    title: Text
    summary: Text | None = None
    is_aggregate: bool = Field(default=False, strict=True)
    part_of: Identifier | None = None
    in_response_to: Identifier | None = None
    event_type: EventType | None = None
    sub_event_type: SubEventType | None = None
    type_of_violence: TypeOfViolence | None = None
    conflict: ConflictFact | None = None
    date_start: Day | None = None
    date_end: Day | None = None
    date_precision: DatePrecision
    date_wording: Text | None = Field(default=None, description="the date as the source prints it")
    locations: tuple[EventPlaceFact, ...] = ()
    actors: tuple[InvolvementFact, ...] = ()
    reported_counts: tuple[ReportedCountFact, ...] = ()
    casualty_claims: tuple[CasualtyClaimFact, ...] = ()
    external_ids: tuple[ExternalIdFact, ...] = ()
    review_status: tuple[ReviewStatus, ...] = ()
    dataset: DatasetCodesFact | None = Field(default=None, description="of a dataset's events only")

    @model_validator(mode="after")
    def _dates_are_in_order_and_as_precise_as_said(self) -> Self:
        start, end = self.date_start, self.date_end
        if start and end and start > end:
            raise ValueError("date_start is after date_end")
        if self.date_precision is DatePrecision.UNKNOWN and start and end:
            raise ValueError("two known dates have a precision: say which")
        if self.date_precision is not DatePrecision.UNKNOWN and not (start and end):
            raise ValueError(f"date_precision '{self.date_precision.value}' needs date_start and date_end")
        if self.date_precision is DatePrecision.DAY and start != end:
            raise ValueError("date_precision 'day' needs date_start = date_end")
        return self

    @model_validator(mode="after")
    def _sub_event_type_belongs_to_its_type(self) -> Self:
        if self.sub_event_type is None:
            return self
        if self.event_type is None or self.sub_event_type not in SUB_EVENT_TYPES[self.event_type]:
            raise ValueError(f"sub_event_type '{self.sub_event_type.value}' is not of that event_type")
        return self


class FactsFile(Fact):
    """One YAML file of facts; any of the lists may be left out."""

    sources: tuple[SourceFact, ...] = ()
    locations: tuple[LocationFact, ...] = ()
    actors: tuple[ActorFact, ...] = ()
    events: tuple[EventFact, ...] = ()


class Facts(FactsFile):
    """All the facts of one import, each row held against the others."""
