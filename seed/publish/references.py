"""Renders locations, actors, sources and countries of the record into documents."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select, union

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
from app.schemas.base import ActorName, Document, SelfLink
from app.schemas.references import (
    ActorDocument,
    Author,
    CountryDocument,
    LocationDocument,
    RelationshipDocument,
    RestsOn,
    SourceDocument,
)
from app.vocabulary import LocationKind, RelationshipKind
from seed.publish.events import country_name
from seed.publish.footnotes import Footnotes, QuotedSource, Row, read_footnotes
from seed.rows import ROW_COLUMN, owner_of

BATCH = 500
COUNTED_ON_A_SOURCE: Mapping[str, type[Base]] = {
    "events": Event,
    "casualty_claims": CasualtyClaim,
    "reported_counts": ReportedCount,
    "locations": Location,
    "actors": Actor,
    "relationships": Relationship,
}


@dataclass(frozen=True, slots=True)
class RenderedReference:
    """A document with the columns that its list is filtered by."""

    resource: str
    id: str
    document: Document
    kind: str
    country: str | None = None
    admin1: str | None = None
    family: str | None = None


def render_references(connection: Connection, sources: Mapping[str, QuotedSource]) -> Iterator[RenderedReference]:
    """Every location, actor, source and country."""
    yield from _render_locations(connection, sources)
    yield from _render_actors(connection, sources)
    yield from _render_sources(connection)
    yield from _render_countries(connection, sources)


def _all(connection: Connection, model: type[Base]) -> list[Row]:
    table = model.metadata.tables[model.__tablename__]
    return [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]


def _with_footnotes(
    connection: Connection, kind: str, rows: Sequence[Row], sources: Mapping[str, QuotedSource]
) -> Iterator[tuple[Row, Footnotes]]:
    """Each row with its own footnotes, which are read for many at once."""
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        citations, further = read_footnotes(connection, [owner_of(kind, row["id"]) for row in batch])
        for row in batch:
            yield row, Footnotes(citations, further, sources)


def _render_locations(connection: Connection, sources: Mapping[str, QuotedSource]) -> Iterator[RenderedReference]:
    same = ("id", "name", "names", "kind", "admin1", "admin2", "latitude", "longitude")
    for row, notes in _with_footnotes(connection, "location", _all(connection, Location), sources):
        notes.of("location_id", row)
        document = LocationDocument(
            **{name: row[name] for name in same},
            country=country_name(row["country"]),
            within=row["within_id"],
            citations=notes.documents(),
            links=SelfLink(self=f"/locations/{row['id']}"),
        )
        yield RenderedReference("location", row["id"], document, row["kind"], row["country"], row["admin1"])


def _render_actors(connection: Connection, sources: Mapping[str, QuotedSource]) -> Iterator[RenderedReference]:
    actors = _all(connection, Actor)
    names = {row["id"]: ActorName(id=row["id"], name=row["name"]) for row in actors}
    relationships = defaultdict(list)
    for row in _all(connection, Relationship):
        relationships[row["actor_id"]].append(row)
    for row, notes in _with_footnotes(connection, "actor", actors, sources):
        notes.of("actor_id", row)
        document = ActorDocument(
            **{name: row[name] for name in ("id", "name", "names", "kind", "description")},
            country=country_name(row["country"]),
            relationships=[
                RelationshipDocument(
                    **{name: relationship[name] for name in ("kind", "since", "until", "wording")},
                    actor=names[relationship["other_id"]],
                    citations=notes.of("relationship_id", relationship),
                )
                for relationship in relationships[row["id"]]
            ],
            citations=notes.documents(),
            links=SelfLink(self=f"/actors/{row['id']}"),
        )
        yield RenderedReference("actor", row["id"], document, row["kind"], row["country"])


def _render_sources(connection: Connection) -> Iterator[RenderedReference]:
    counts = {name: _rows_that_cite(connection, model) for name, model in COUNTED_ON_A_SOURCE.items()}
    apart = {"authors", "republication_of", "rests_on_it", "links"}
    for row in _all(connection, Source):
        document = SourceDocument(
            **{name: row[name] for name in SourceDocument.model_fields if name not in apart},
            authors=[Author(**author) for author in row["authors"]],
            republication_of=row["republication_of_id"],
            rests_on_it=RestsOn(**{name: of_source.get(row["id"], 0) for name, of_source in counts.items()}),
            links=SelfLink(self=f"/sources/{row['id']}"),
        )
        yield RenderedReference("source", row["id"], document, row["kind"], family=row["family"])


def _rows_that_cite(connection: Connection, model: type[Base]) -> dict[str, int]:
    """How many rows of a table cite each source, first or further; a row that cites one twice counts once."""
    table = model.metadata.tables[model.__tablename__]
    citation, further = Citation.__table__, FurtherCitation.__table__
    row_id = further.c[ROW_COLUMN[model]]
    first_ones = select(citation.c.source_id, table.c.id).join(table, table.c.citation_id == citation.c.id)
    further_ones = (
        select(citation.c.source_id, row_id)
        .join(further, further.c.citation_id == citation.c.id)
        .where(row_id.is_not(None))
    )
    cited = union(first_ones, further_ones).subquery()
    query = select(cited.c.source_id, func.count()).group_by(cited.c.source_id)
    return dict(connection.execute(query).all())


def _render_countries(connection: Connection, sources: Mapping[str, QuotedSource]) -> Iterator[RenderedReference]:
    """Countries that places lie in. Codes and name are cited as the country's own location cites them."""
    by_country: dict[str, list[Row]] = defaultdict(list)
    for row in _all(connection, Location):
        if row["country"]:
            by_country[row["country"]].append(row)
    figures = _figures_of_countries(connection)
    itself = [
        next((row for row in locations if row["kind"] == LocationKind.COUNTRY), locations[0])
        for _, locations in sorted(by_country.items())
    ]
    for location, notes in _with_footnotes(connection, "location", itself, sources):
        notes.of("location_id", location)
        iso2 = location["country"]
        country = country_of(iso2)
        document = CountryDocument(
            iso2=country.iso2,
            iso3=country.iso3,
            iso_numeric=country.iso_numeric,
            gw=list(country.gw),
            name=country.name,
            names=list(country.aliases),
            **figures.get(iso2, {"events": 0, "casualty_claims": 0, "first_date": None, "last_date": None}),
            citations=notes.documents(),
            links=SelfLink(self=f"/countries/{iso2}"),
        )
        yield RenderedReference("country", iso2, document, "country", iso2)


def _figures_of_countries(connection: Connection) -> dict[str, dict[str, Any]]:
    """Events, claims and dates by country; an event with places in two countries counts in both."""
    placed = (
        select(Location.country, EventLocation.event_id)
        .join(EventLocation, EventLocation.location_id == Location.id)
        .distinct()
        .subquery()
    )
    dates = func.min(Event.date_start), func.max(Event.date_end)
    events = connection.execute(
        select(placed.c.country, func.count(), *dates)
        .join(Event, Event.id == placed.c.event_id)
        .group_by(placed.c.country)
    )
    claims: dict[str | None, int] = dict(
        connection.execute(
            select(placed.c.country, func.count())
            .join(CasualtyClaim, CasualtyClaim.event_id == placed.c.event_id)
            .group_by(placed.c.country)
        ).all()
    )
    return {
        iso2: _figures_of_country(number, claims.get(iso2, 0), first, last)
        for iso2, number, first, last in events
        if iso2 is not None
    }


def _figures_of_country(events: int, claims: int, first: date | None, last: date | None) -> dict[str, Any]:
    return {"events": events, "casualty_claims": claims, "first_date": first, "last_date": last}


def memberships(connection: Connection) -> set[tuple[str, str]]:
    """(whole, member) of every `part_of` and `umbrella_of`; who backs or is linked to whom makes nobody a member."""
    rows: Sequence[Row] = _all(connection, Relationship)
    return {
        (row["other_id"], row["actor_id"])
        if row["kind"] == RelationshipKind.PART_OF
        else (row["actor_id"], row["other_id"])
        for row in rows
        if row["kind"] in (RelationshipKind.PART_OF, RelationshipKind.UMBRELLA_OF)
    }
