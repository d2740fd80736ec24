"""Casualty claims, as they stand in their event and as rows of their own."""

from datetime import date

from pydantic import Field

from app.schemas.base import CitationDocument, CountDocument, CountryName, Document, FootnoteIds, RowCiteAs, SelfLink
from app.vocabulary import AgeGroup, Cause, DatePrecision, Outcome, Sex, Standing, VictimScope, VictimStatus


class Victims(Document):
    """Whom a claim counts, as the claimant describes them."""

    scope: VictimScope = Field(description="all victims of the event, or a group of them")
    description: str = Field(description="in the claimant's or the source's words")
    status: VictimStatus
    actor: str | None = Field(description="id of the actor that they belonged to")
    sex: Sex
    age_group: AgeGroup
    part_of_group: str | None = Field(description="id of the claim on the group that these are a part of")


class ClaimFields(CountDocument):
    """One statement of how many people came to harm. It stays as it was made and is never merged."""

    id: str = Field(description="id under /casualty-claims")
    outcome: Outcome
    victims: Victims
    claimed_on: date | None = Field(description="day on which the claim was made; null where not known")
    standing: Standing = Field(description="a superseded or retracted claim stays listed and leaves the figure")
    cause: Cause = Field(description="SDG indicator 16.1.2's classes")
    covers: list[str] = Field(description="ids of the parts of the event that the claim is about; empty = the event")


class ClaimInEvent(ClaimFields):
    """A casualty claim as it stands in its event."""

    citations: FootnoteIds


class EventOfClaim(Document):
    """The event that a claim is about."""

    id: str = Field(description="id under /events")
    title: str = Field(description="ours, not the source's: place, act, date")
    date_start: date | None = Field(description="first day of the event; null where unknown")
    date_end: date | None = Field(description="last day of the event, inclusive; null where unknown")
    date_precision: DatePrecision
    countries: list[CountryName] = Field(description="countries of its places")


class CasualtyClaimDocument(ClaimFields):
    """A casualty claim as a row of its own, with its event."""

    event: EventOfClaim
    citations: list[CitationDocument] = Field(min_length=1, description="what supports the claim")
    links: SelfLink
    cite_as: RowCiteAs
