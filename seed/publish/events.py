"""Renders events of the record into documents, in batches of plain rows: no object graph is built."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from app.countries import country_of
from app.envelope import RULE, Claim, envelope
from app.models import (
    Actor,
    Base,
    CasualtyClaim,
    ClaimCoverage,
    Event,
    EventLocation,
    Involvement,
    Location,
    ReportedCount,
)
from app.schemas.base import ActorName, Claimant, CountryName
from app.schemas.claims import ClaimInEvent, Victims
from app.schemas.events import (
    Casualties,
    CasualtyFigure,
    Conflict,
    EventActor,
    EventDocument,
    EventLinks,
    EventPlace,
    ReportedCountDocument,
)
from app.vocabulary import Outcome
from seed.publish.footnotes import Footnotes, QuotedSource, Row, read_footnotes
from seed.rows import FACTS_ORIGIN, owner_of


@dataclass(frozen=True, slots=True)
class RenderedEvent:
    """An event's document, and the sources that each of its claims cites."""

    document: EventDocument
    claim_sources: dict[str, set[str]]
    sources: set[str]


def render_events(
    connection: Connection, event_ids: Sequence[str], sources: dict[str, QuotedSource]
) -> Iterator[RenderedEvent]:
    """The documents of some events, in their order; all their rows are read at once."""
    batch = _Batch(connection, event_ids, sources)
    for event_id in event_ids:
        yield _render(batch, event_id)


class _Batch:
    """The record's rows for some events."""

    def __init__(self, connection: Connection, event_ids: Sequence[str], sources: dict[str, QuotedSource]) -> None:
        ids = list(event_ids)
        self.sources = sources
        self.events = {row["id"]: row for row in _rows(connection, Event, "id", ids)}
        self.places = _by(_rows(connection, EventLocation, "event_id", ids), "event_id")
        self.involvements = _by(_rows(connection, Involvement, "event_id", ids), "event_id")
        self.counts = _by(_rows(connection, ReportedCount, "event_id", ids), "event_id")
        claims = _rows(connection, CasualtyClaim, "event_id", ids, order="position")
        self.claims = _by(claims, "event_id")
        self.covers = _by(
            _rows(connection, ClaimCoverage, "claim_id", [row["id"] for row in claims], "event_id"), "claim_id"
        )
        self.parts = _by(_rows(connection, Event, "part_of_id", ids, only=("id", "part_of_id")), "part_of_id")
        location_ids = {row["location_id"] for rows in self.places.values() for row in rows}
        self.locations = {row["id"]: row for row in _rows(connection, Location, "id", list(location_ids))}
        actor_ids = {
            row[column]
            for rows in (*self.involvements.values(), *self.counts.values(), *self.claims.values())
            for row in rows
            for column in ("actor_id", "attributed_by_id", "claimant_id")
            if row.get(column)
        }
        self.actors = {row["id"]: row for row in _rows(connection, Actor, "id", list(actor_ids))}
        owners = [owner_of("event", event_id) for event_id in ids] + [owner_of("location", id_) for id_ in location_ids]
        self.citations, self.further = read_footnotes(connection, owners)

    def footnotes(self) -> Footnotes:
        return Footnotes(self.citations, self.further, self.sources)


def _rows(
    connection: Connection,
    model: type[Base],
    column: str,
    keys: Sequence[Any],
    order: str = "id",
    only: Sequence[str] = (),
) -> list[Row]:
    table: Table = model.metadata.tables[model.__tablename__]
    columns = [table.c[name] for name in only or table.c.keys()]
    query = select(*columns).where(table.c[column].in_(keys)).order_by(table.c[order])
    return [dict(row) for row in connection.execute(query).mappings()]


def _by(rows: Sequence[Row], column: str) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row[column]].append(row)
    return grouped


def _render(batch: _Batch, event_id: str) -> RenderedEvent:
    event, notes = batch.events[event_id], batch.footnotes()
    notes.of("event_id", event)
    claims = batch.claims.get(event_id, [])
    claim_documents = [_claim(batch, notes, row) for row in claims]
    original = None if event["origin"] == FACTS_ORIGIN else f"/events/{event_id}/original"
    document = EventDocument(
        **{name: event[name] for name in _TAKEN_AS_THEY_ARE},
        part_of=event["part_of_id"],
        parts=[part["id"] for part in batch.parts.get(event_id, [])],
        in_response_to=event["in_response_to_id"],
        conflict=Conflict(id=event["conflict_id"], name=event["conflict_name"]) if event["conflict_id"] else None,
        locations=[_place(batch, notes, event, row) for row in batch.places.get(event_id, [])],
        actors=[_actor(batch, notes, row) for row in batch.involvements.get(event_id, [])],
        reported_counts=[_reported_count(batch, notes, row) for row in batch.counts.get(event_id, [])],
        casualties=_casualties(batch, claims),
        casualty_claims=claim_documents,
        citations=notes.documents(),
        links=EventLinks(self=f"/events/{event_id}", original=original),
    )
    source_of_note = {note.id: note.source.id for note in document.citations}
    return RenderedEvent(
        document,
        {claim.id: {source_of_note[name] for name in claim.citations} for claim in claim_documents},
        set(source_of_note.values()),
    )


_TAKEN_AS_THEY_ARE = (
    "id",
    "title",
    "summary",
    "is_aggregate",
    "event_type",
    "sub_event_type",
    "type_of_violence",
    "date_start",
    "date_end",
    "date_precision",
    "date_wording",
    "dataset",
    "external_ids",
    "review_status",
)


def country_name(iso2: str | None) -> CountryName | None:
    """A country as documents name it."""
    if iso2 is None:
        return None
    country = country_of(iso2)
    return CountryName(iso2=country.iso2, iso3=country.iso3, name=country.name)


def _place(batch: _Batch, notes: Footnotes, event: Row, row: Row) -> EventPlace:
    """The event's link to a place, with the footnotes of the place's own coordinates and codes.

    A dataset's record gives these itself: what it was first read from says nothing more of this event.
    """
    location = batch.locations[row["location_id"]]
    link_notes = notes.of("event_location_id", row)
    own_notes = notes.of("location_id", location) if event["origin"] == FACTS_ORIGIN else []
    return EventPlace(
        **{name: location[name] for name in ("id", "name", "kind", "admin1", "admin2", "latitude", "longitude")},
        country=country_name(location["country"]),
        precision=row["precision"],
        citations=link_notes + own_notes,
    )


def _actor(batch: _Batch, notes: Footnotes, row: Row) -> EventActor:
    actor, by = batch.actors[row["actor_id"]], batch.actors.get(row["attributed_by_id"])
    return EventActor(
        id=actor["id"],
        name=actor["name"],
        kind=actor["kind"],
        role=row["role"],
        attribution=row["attribution"],
        attributed_by=ActorName(id=by["id"], name=by["name"]) if by else None,
        wording=row["wording"],
        citations=notes.of("involvement_id", row),
    )


def _count(batch: _Batch, row: Row, *, is_party: bool | None) -> dict[str, Any]:
    claimant = batch.actors.get(row["claimant_id"])
    return {
        **{name: row[name] for name in ("wording", "value", "qualifier", "low", "high", "reporting")},
        "claimant": Claimant(id=claimant["id"], name=claimant["name"], is_party=is_party) if claimant else None,
    }


def _reported_count(batch: _Batch, notes: Footnotes, row: Row) -> ReportedCountDocument:
    return ReportedCountDocument(
        **_count(batch, row, is_party=None),
        measure=row["measure"],
        citations=notes.of("reported_count_id", row),
    )


def _claim(batch: _Batch, notes: Footnotes, row: Row) -> ClaimInEvent:
    return ClaimInEvent(
        **_count(batch, row, is_party=row["claimant_is_party"]),
        **{name: row[name] for name in ("id", "outcome", "claimed_on", "standing", "cause")},
        victims=Victims(
            scope=row["victims_scope"],
            description=row["victims_description"],
            status=row["victims_status"],
            actor=row["victims_actor_id"],
            sex=row["victims_sex"],
            age_group=row["victims_age_group"],
            part_of_group=row["part_of_group_id"],
        ),
        covers=[covered["event_id"] for covered in batch.covers.get(row["id"], [])],
        citations=notes.of("casualty_claim_id", row),
    )


def _casualties(batch: _Batch, claims: Sequence[Row]) -> Casualties:
    """One figure for each outcome that anyone made a claim on."""
    by_outcome = {
        outcome.value: [_as_rule_sees_it(batch, row) for row in claims if row["outcome"] == outcome]
        for outcome in Outcome
    }
    return Casualties(**{outcome: _figure(claims) if claims else None for outcome, claims in by_outcome.items()})


def _figure(claims: Sequence[Claim]) -> CasualtyFigure:
    figure = envelope(claims)
    return CasualtyFigure(
        low=figure.low,
        best=figure.best,
        high=figure.high,
        highest_stated=figure.highest_stated,
        basis=figure.basis,
        claims=figure.claims,
        disputed=figure.disputed,
        status_disputed=figure.status_disputed,
        rule=RULE,
    )


def _as_rule_sees_it(batch: _Batch, row: Row) -> Claim:
    return Claim(
        id=row["id"],
        voice=row["claimant_id"] or f"source:{batch.citations[row['citation_id']]['source_id']}",
        qualifier=row["qualifier"],
        value=row["value"],
        low=row["low"],
        high=row["high"],
        scope=row["victims_scope"],
        description=row["victims_description"],
        status=row["victims_status"],
        sex=row["victims_sex"],
        age_group=row["victims_age_group"],
        actor=row["victims_actor_id"],
        part_of_group=row["part_of_group_id"],
        standing=row["standing"],
    )
