"""Releases as they are served."""

from datetime import datetime

from pydantic import Field

from app.schemas.base import Document, RowCiteAs, SelfLink


class ChangeCounts(Document):
    """How many things a release created, updated, withdrew and suppressed."""

    created: int = Field(description="things that were not there before")
    updated: int = Field(description="things that read otherwise than before")
    withdrawn: int = Field(description="things that are there no more")
    suppressed: int = Field(description="things that were taken out of every release")


class ReleaseChanges(Document):
    """What a release changed, by kind of thing: as many as `/changes` lists between the one before and this one."""

    events: ChangeCounts
    locations: ChangeCounts
    actors: ChangeCounts
    sources: ChangeCounts


class Coverage(Document):
    """What an answer rests on: that an event is not here does not mean that it did not happen."""

    sources: int = Field(description="publications that were read for events; gazetteers are not counted")
    note: str = Field(description="what that means for who reads the answer")


class ReleaseCounts(Document):
    """How many of each hold in a release."""

    events: int = Field(description="events, those with parts and their parts alike")
    casualty_claims: int = Field(description="claims of those events, whatever their standing")
    locations: int = Field(description="places")
    actors: int = Field(description="actors")
    sources: int = Field(description="sources")


class KilledSum(Document):
    """The killed over events that count, in people."""

    low: int | None = Field(description="sum over the events that have one; null where none has")
    best: int | None = Field(description="sum of the best or, where that is null, the low")
    best_from_low: int = Field(description="events that went into `best` with their low")
    high: int | None = Field(description="sum over all events; null as soon as one has none")
    unknown: int = Field(description="events without any figure")


class FamilySum(Document):
    """What one source or family of sources says. Families tell the same incidents: never add them."""

    source_family: str = Field(description="id of the source, or of the family that its releases form")
    events: int = Field(description="events that it tells of")
    counted: int = Field(
        description="events that the sums are over: one with parts counts only where none of its parts has a figure"
    )
    killed: KilledSum = Field(description="sums over the counted events")


class SourceName(Document):
    """A source by id and title."""

    id: str = Field(description="id under /sources")
    title: str = Field(description="title as the source prints it")


class ReleaseDocument(Document):
    """A published, frozen state of the whole database. Its numbers are those of the day of its publication."""

    number: int = Field(description="number of the release, from 1 on")
    published_at: datetime = Field(description="instant in UTC")
    notes: str | None = Field(description="what its publisher says of it")
    changes: ReleaseChanges
    counts: ReleaseCounts = Field(description="how many of each hold in it")
    killed: list[FamilySum] = Field(description="by source family, in the order of their ids")
    new_sources: list[SourceName] = Field(description="sources that were first read in this release")
    coverage: Coverage
    links: SelfLink
    cite_as: RowCiteAs
