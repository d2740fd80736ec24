"""Locations, actors, sources and countries as they are served."""

from datetime import date

from pydantic import Field

from app.schemas.base import ActorName, CitationDocument, CountryName, Document, FootnoteIds, RowCiteAs, SelfLink
from app.vocabulary import ActorKind, LocationKind, RelationshipKind, SourceKind

Citations = Field(min_length=1, description="footnotes; those that no row inside names support the document's own row")


class LocationDocument(Document):
    """A named place. Its coordinates and codes come from a gazetteer, whose citation says so in `supports`."""

    id: str
    name: str
    names: list[str] = Field(description="other spellings")
    kind: LocationKind
    admin1: str | None
    admin2: str | None
    country: CountryName | None
    latitude: float | None = Field(description="WGS84 degrees")
    longitude: float | None = Field(description="WGS84 degrees")
    within: str | None = Field(description="id of the location that it lies in")
    citations: list[CitationDocument] = Citations
    links: SelfLink
    cite_as: RowCiteAs


class RelationshipDocument(Document):
    """How this actor stands to another, read from this actor: this `kind` that."""

    kind: RelationshipKind
    actor: ActorName
    since: str | None = Field(description="ISO date as exact as the source: 2020, 2020-03 or 2020-03-01")
    until: str | None
    wording: str = Field(description="what the source printed")
    citations: FootnoteIds


class ActorDocument(Document):
    """Someone who acts, is struck or speaks in an event, with relationships as far as sources state them."""

    id: str
    name: str
    names: list[str] = Field(description="other names")
    kind: ActorKind
    country: CountryName | None = Field(description="of a state and its forces")
    description: str | None
    relationships: list[RelationshipDocument]
    citations: list[CitationDocument] = Citations
    links: SelfLink
    cite_as: RowCiteAs


class Author(Document):
    """Who wrote a source."""

    name: str
    affiliation: str | None


class RestsOn(Document):
    """How many rows of this release cite the source."""

    events: int
    casualty_claims: int
    reported_counts: int
    locations: int
    actors: int
    relationships: int


class SourceDocument(Document):
    """A publication that was read."""

    id: str
    kind: SourceKind
    title: str
    authors: list[Author]
    publisher: str | None
    published_on: date | None
    url: str | None = Field(description="the original's own address; null where it is not known")
    archive_url: str | None
    retrieved_from: str | None = Field(description="the page whose text was read, where that is not the original")
    retrieved_on: date | None
    licence: str | None
    language: str | None = Field(description="ISO 639-1")
    republication_of: str | None = Field(description="id of the source that this is a version of")
    family: str | None = Field(description="the dataset whose release it is")
    notes: str | None
    text_sha256: str | None = Field(description="SHA-256 of the text that was read and quoted")
    rests_on_it: RestsOn
    links: SelfLink
    cite_as: RowCiteAs


class CountryDocument(Document):
    """A country as far as this database knows it."""

    iso2: str = Field(description="ISO 3166-1 alpha-2")
    iso3: str = Field(description="ISO 3166-1 alpha-3")
    iso_numeric: str | None = Field(description="ISO 3166-1 numeric, three digits")
    gw: list[int] = Field(description="Gleditsch–Ward numbers, historic ones included")
    name: str
    names: list[str] = Field(description="other names that the filter `country` takes")
    events: int = Field(description="events with a place in the country")
    casualty_claims: int = Field(description="casualty claims on those events")
    first_date: date | None = Field(description="first day of the first dated event")
    last_date: date | None = Field(description="last day of the last dated event")
    citations: list[CitationDocument] = Citations
    links: SelfLink
    cite_as: RowCiteAs
