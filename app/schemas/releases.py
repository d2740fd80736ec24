"""Releases as they are served."""

from datetime import datetime

from pydantic import Field

from app.schemas.base import Document, RowCiteAs, SelfLink


class ChangeCounts(Document):
    """How many things a release created, updated and withdrew."""

    created: int = Field(description="things that were not there before")
    updated: int = Field(description="things that read otherwise than before")
    withdrawn: int = Field(description="things that are there no more")


class ReleaseChanges(Document):
    """What a release changed, by kind of thing."""

    events: ChangeCounts
    locations: ChangeCounts
    actors: ChangeCounts
    sources: ChangeCounts


class Coverage(Document):
    """What an answer rests on: that an event is not here does not mean that it did not happen."""

    sources: int = Field(description="publications that were read for events; gazetteers are not counted")
    note: str = Field(description="what that means for who reads the answer")


class ReleaseDocument(Document):
    """A published, frozen state of the whole database."""

    number: int = Field(description="number of the release, from 1 on")
    published_at: datetime = Field(description="instant in UTC")
    notes: str | None = Field(description="what its publisher says of it")
    changes: ReleaseChanges
    coverage: Coverage
    links: SelfLink
    cite_as: RowCiteAs
