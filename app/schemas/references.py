"""Locations, actors, sources and countries as they are served."""

from datetime import date

from pydantic import Field

from app.schemas.base import ActorName, CitationDocument, CountryName, Document, FootnoteIds, RowCiteAs, SelfLink
from app.vocabulary import ActorKind, LocationKind, RelationshipKind, SourceKind

Citations = Field(min_length=1, description="footnotes; those that no row inside names support the document's own row")


class LocationDocument(Document):
    """A named place. Its coordinates and codes come from a gazetteer, whose citation says so in `supports`."""

    id: str = Field(description="id under /locations")
    name: str = Field(description="name of the place")
    names: list[str] = Field(description="other spellings")
    kind: LocationKind
    admin1: str | None = Field(description="first-level administrative unit")
    admin2: str | None = Field(description="second-level administrative unit")
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
    until: str | None = Field(description="ISO date as exact as the source; null where it lasts or is not known")
    wording: str = Field(description="what the source printed")
    citations: FootnoteIds


class ActorDocument(Document):
    """Someone who acts, is struck or speaks in an event, with relationships as far as sources state them."""

    id: str = Field(description="id under /actors")
    name: str = Field(description="name of the actor")
    names: list[str] = Field(description="other names")
    kind: ActorKind
    country: CountryName | None = Field(description="of a state and its forces")
    description: str | None = Field(description="what the source says that it is; null where it says nothing")
    relationships: list[RelationshipDocument]
    citations: list[CitationDocument] = Citations
    links: SelfLink
    cite_as: RowCiteAs


class Author(Document):
    """Who wrote a source."""

    name: str = Field(description="name as the source prints it")
    affiliation: str | None = Field(description="where the author works, as the source says; null where it does not")


class RestsOn(Document):
    """How many rows of this release cite the source."""

    events: int = Field(description="events that cite it as a whole")
    casualty_claims: int = Field(description="casualty claims")
    reported_counts: int = Field(description="reported counts")
    locations: int = Field(description="locations")
    actors: int = Field(description="actors")
    relationships: int = Field(description="relationships of actors")


class SourceLinks(SelfLink):
    """The source's own address, and the lists of what cites it, relative to the API's root.

    Lists may be longer than the counts in `rests_on_it`: an event is listed where any row inside cites the source, and
    where a later release of a dataset repeats it.
    """

    events: str = Field(description="events in which anything cites the source")
    casualty_claims: str = Field(description="casualty claims that cite it")
    locations: str = Field(description="locations that cite it")
    actors: str = Field(description="actors that cite it, or one of whose relationships does")


class SourceDocument(Document):
    """A publication that was read."""

    id: str = Field(description="id under /sources")
    kind: SourceKind
    title: str = Field(description="title as it was published")
    authors: list[Author] = Field(description="who wrote it, in the order of the source")
    publisher: str | None = Field(description="who published it; null where not known")
    published_on: date | None = Field(description="day of publication, as the source gives it")
    url: str | None = Field(description="the original's own address; null where it is not known")
    archive_url: str | None = Field(description="an archived copy")
    retrieved_from: str | None = Field(description="the page whose text was read, where that is not the original")
    retrieved_on: date | None = Field(description="day on which the text was read")
    licence: str | None = Field(description="licence or terms of the text or the data; null where not known")
    language: str | None = Field(description="ISO 639-1")
    republication_of: str | None = Field(description="id of the source that this is a version of")
    family: str | None = Field(description="the dataset whose release it is")
    notes: str | None = Field(description="what else a reader should know of it")
    text_sha256: str | None = Field(description="SHA-256 of the text that was read and quoted")
    rests_on_it: RestsOn
    links: SourceLinks
    cite_as: RowCiteAs


class CountryDocument(Document):
    """A country as far as this database knows it."""

    iso2: str = Field(description="ISO 3166-1 alpha-2")
    iso3: str = Field(description="ISO 3166-1 alpha-3")
    iso_numeric: str | None = Field(description="ISO 3166-1 numeric, three digits")
    gw: list[int] = Field(description="Gleditsch–Ward numbers, historic ones included")
    name: str = Field(description="short English name")
    names: list[str] = Field(description="other names that the filter `country` takes")
    events: int = Field(description="events with a place in the country")
    casualty_claims: int = Field(description="casualty claims on those events")
    first_date: date | None = Field(description="first day of the first dated event")
    last_date: date | None = Field(description="last day of the last dated event")
    citations: list[CitationDocument] = Citations
    links: SelfLink
    cite_as: RowCiteAs
