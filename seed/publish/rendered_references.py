"""Renders locations, actors, sources and countries of the record into documents.

`app.schemas.references` is the contract; tests hold every rendered document to it, byte for byte.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Date, func, select, union

from app.countries import country_of
from app.models import (
    Actor,
    Base,
    CasualtyClaim,
    Citation,
    Event,
    EventLocation,
    FurtherCitation,
    Location,
    Relationship,
    ReportedCount,
    Source,
)
from app.vocabulary import LocationKind
from seed.columns import ROW_COLUMN
from seed.neutral_facts import ActorFact, LocationFact, SourceFact
from seed.publish.citing import CitedText, cited_text
from seed.publish.documents import Document, country_name
from seed.publish.footnotes import Footnotes, QuotedSource, quoted, what_was_read
from seed.stored_facts import read_actors, read_locations, read_sources

COUNTED_ON_A_SOURCE: Mapping[str, type[Base]] = {
    "events": Event,
    "casualty_claims": CasualtyClaim,
    "reported_counts": ReportedCount,
    "locations": Location,
    "actors": Actor,
    "relationships": Relationship,
}


# The lists of what rests on a source. Ids hold nothing that an address could not.
LISTED_BY_SOURCE: Mapping[str, str] = {
    "events": "events",
    "casualty_claims": "casualty-claims",
    "locations": "locations",
    "actors": "actors",
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document with the columns that its list is filtered by."""

    id: str
    text: CitedText
    kind: str
    country: str | None = None
    admin1: str | None = None
    family: str | None = None
    sources: frozenset[str] = frozenset()
    """What it cites, where its list can be filtered by that."""


def read_quoted_sources(connection: Connection) -> dict[str, QuotedSource]:
    """All sources as footnotes quote them, by id."""
    return {source.id: quoted(source) for source in read_sources(connection)}


def render_locations(connection: Connection, ids: Sequence[str]) -> Iterator[Rendered]:
    """Locations, as far as they are there."""
    sources = read_quoted_sources(connection)
    for fact in read_locations(connection, ids):
        text = cited_text(_location(fact, sources), what_was_read(fact.citations, sources, is_record=False))
        sources_of_it = frozenset(citation.source for citation in fact.citations)
        yield Rendered(fact.id, text, fact.kind.value, fact.country, fact.admin1, sources=sources_of_it)


def _location(fact: LocationFact, sources: Mapping[str, QuotedSource]) -> Document:
    notes = Footnotes(sources)
    notes.of_the_thing(fact.citations)
    return {
        "id": fact.id,
        "name": fact.name,
        "names": fact.names,
        "kind": fact.kind,
        "admin1": fact.admin1,
        "admin2": fact.admin2,
        "country": country_name(fact.country),
        "latitude": fact.latitude,
        "longitude": fact.longitude,
        "within": fact.within,
        "citations": notes.documents(),
        "links": {"self": f"/locations/{fact.id}"},
    }


def render_actors(connection: Connection, ids: Sequence[str]) -> Iterator[Rendered]:
    """Actors, as far as they are there."""
    sources = read_quoted_sources(connection)
    facts = read_actors(connection, ids)
    related = {relationship.actor for fact in facts for relationship in fact.relationships}
    names = dict(connection.execute(select(Actor.id, Actor.name).where(Actor.id.in_(sorted(related)))).all())
    for fact in facts:
        text = cited_text(_actor(fact, names, sources), what_was_read(fact.citations, sources, is_record=False))
        cited = (*fact.citations, *(citation for each in fact.relationships for citation in each.citations))
        sources_of_it = frozenset(citation.source for citation in cited)
        yield Rendered(fact.id, text, fact.kind.value, fact.country, sources=sources_of_it)


def _actor(fact: ActorFact, names: Mapping[str, str], sources: Mapping[str, QuotedSource]) -> Document:
    notes = Footnotes(sources)
    notes.of_the_thing(fact.citations)
    relationships = [
        {
            "kind": each.kind,
            "actor": {"id": each.actor, "name": names[each.actor]},
            "since": each.since,
            "until": each.until,
            "wording": each.wording,
            "citations": notes.of(each.citations),
        }
        for each in fact.relationships
    ]
    return {
        "id": fact.id,
        "name": fact.name,
        "names": fact.names,
        "kind": fact.kind,
        "country": country_name(fact.country),
        "description": fact.description,
        "relationships": relationships,
        "citations": notes.documents(),
        "links": {"self": f"/actors/{fact.id}"},
    }


_AS_THE_FACT_SAYS = (
    "publisher",
    "published_on",
    "url",
    "archive_url",
    "retrieved_from",
    "retrieved_on",
    "licence",
    "language",
    "republication_of",
    "family",
    "notes",
    "text_sha256",
)


def render_sources(connection: Connection, ids: Sequence[str]) -> Iterator[Rendered]:
    """Sources, with how much rests on each."""
    counts = {name: _rows_that_cite(connection, model) for name, model in COUNTED_ON_A_SOURCE.items()}
    wanted = set(ids)
    for fact in read_sources(connection):
        if fact.id in wanted:
            rests_on_it = {name: of_source.get(fact.id, 0) for name, of_source in counts.items()}
            text = cited_text(_source(fact, rests_on_it), quoted(fact).cited)
            yield Rendered(fact.id, text, fact.kind.value, family=fact.family)


def _source(fact: SourceFact, rests_on_it: Mapping[str, int]) -> Document:
    return {
        "id": fact.id,
        "kind": fact.kind,
        "title": fact.title,
        "authors": [{"name": author.name, "affiliation": author.affiliation} for author in fact.authors],
        **{name: getattr(fact, name) for name in _AS_THE_FACT_SAYS},
        "rests_on_it": rests_on_it,
        "links": {
            "self": f"/sources/{fact.id}",
            **{name: f"/{path}?source={fact.id}" for name, path in LISTED_BY_SOURCE.items()},
        },
    }


def _rows_that_cite(connection: Connection, model: type[Base]) -> dict[str, int]:
    """How many rows of a table cite each source, first or further; a row that cites one twice counts once."""
    table = model.metadata.tables[model.__tablename__]
    citation, further = Citation.__table__, FurtherCitation.__table__
    row = further.c[ROW_COLUMN[model]]
    first_ones = select(citation.c.source_number, table.c.number).join(
        table, table.c.citation_number == citation.c.number
    )
    further_ones = (
        select(citation.c.source_number, row)
        .join(further, further.c.citation_number == citation.c.number)
        .where(row.is_not(None))
    )
    cited = union(first_ones, further_ones).subquery()
    query = select(Source.id, func.count()).join(cited, cited.c.source_number == Source.number).group_by(Source.id)
    return dict(connection.execute(query).all())


def render_countries(connection: Connection, ids: Sequence[str]) -> Iterator[Rendered]:
    """Countries that places lie in. Codes and name are cited as the country's own location cites them."""
    sources = read_quoted_sources(connection)
    figures = _figures_of_countries(connection)
    for location in read_locations(connection, _locations_that_stand_for(connection, ids)):
        iso2 = str(location.country)
        document = _country(iso2, location, figures.get(iso2, _NO_FIGURES), sources)
        text = cited_text(document, what_was_read(location.citations, sources, is_record=False))
        yield Rendered(iso2, text, "country", iso2)


def _locations_that_stand_for(connection: Connection, countries: Sequence[str]) -> list[str]:
    """For each country the first location that is the country itself, or the first that lies in it."""
    first = select(Location.country, func.min(Location.id)).where(Location.country.in_(countries))
    found: dict[str | None, str] = dict(connection.execute(first.group_by(Location.country)).all())
    itself = first.where(Location.kind == LocationKind.COUNTRY).group_by(Location.country)
    found |= dict(connection.execute(itself).all())
    return sorted(found.values())


def _country(
    iso2: str, location: LocationFact, figures: Mapping[str, Any], sources: Mapping[str, QuotedSource]
) -> Document:
    country, notes = country_of(iso2), Footnotes(sources)
    notes.of_the_thing(location.citations)
    return {
        "iso2": country.iso2,
        "iso3": country.iso3,
        "iso_numeric": country.iso_numeric,
        "gw": country.gw,
        "name": country.name,
        "names": country.aliases,
        **figures,
        "citations": notes.documents(),
        "links": {"self": f"/countries/{iso2}"},
    }


_NO_FIGURES: Mapping[str, Any] = {"events": 0, "casualty_claims": 0, "first_date": None, "last_date": None}


def _figures_of_countries(connection: Connection) -> dict[str, dict[str, Any]]:
    """Events, claims and dates by country; an event with places in two countries counts in both."""
    placed = (
        select(Location.country, EventLocation.event_number)
        .join(EventLocation, EventLocation.location_number == Location.number)
        .where(Location.country.is_not(None))
        .distinct()
        .subquery()
    )
    dates = func.min(Event.date_start, type_=Date()), func.max(Event.date_end, type_=Date())
    events = connection.execute(
        select(placed.c.country, func.count(), *dates)
        .join(Event, Event.number == placed.c.event_number)
        .group_by(placed.c.country)
    )
    claims: dict[str | None, int] = dict(
        connection.execute(
            select(placed.c.country, func.count())
            .join(CasualtyClaim, CasualtyClaim.event_number == placed.c.event_number)
            .group_by(placed.c.country)
        ).all()
    )
    return {
        str(iso2): {
            "events": number,
            "casualty_claims": claims.get(iso2, 0),
            "first_date": first,
            "last_date": last,
        }
        for iso2, number, first, last in events
    }
