"""Casualty claims: found by their entries, cut from the documents of their events."""

from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from app.models import ClaimEntry, ClaimSource, EventDocument
from app.params.claims import ClaimQuery
from app.problems import invalid_parameters
from app.queries.event_filters import conditions, left_out_as_undated
from app.queries.events import DATELESS, families_warning, undated_warning
from app.queries.items import gone_or_never_there
from app.queries.known import unknown_values
from app.queries.pages import Page, fetch_page, holds_in
from app.queries.releases import AnsweringRelease

OF_EVENT = ClaimEntry.document == EventDocument.number
SORT_KEYS: dict[str, ColumnElement[int] | None] = {
    "date": EventDocument.by_oldest.expression,
    "-date": EventDocument.by_newest.expression,
    "killed": ClaimEntry.by_fewest_killed.expression,
    "-killed": ClaimEntry.by_most_killed.expression,
    "id": None,
}


def list_claims(connection: Connection, release: AnsweringRelease, asked: ClaimQuery) -> Page:
    """One page of the claims that match. Raises Problem 400 for ids and names that do not exist."""
    faults = unknown_values(connection, asked)
    if faults:
        raise invalid_parameters(faults)
    columns = (ClaimEntry.id, ClaimEntry.position, EventDocument.body)
    matching = [holds_in(EventDocument, release.number), *_conditions(asked, release.number)]
    query = select(*columns).join(EventDocument, OF_EVENT).where(*matching)
    shown, last = fetch_page(connection, query, asked, ClaimEntry.id.expression, SORT_KEYS[asked.sort])
    total = _count(connection, matching) if asked.total else None
    documents = [cut_claim(row.body, row.position) for row in shown]
    of_families = select(EventDocument.family).join(ClaimEntry, OF_EVENT).where(*matching).distinct()
    warnings = (*families_warning(connection.scalars(of_families).all()), *_warnings(connection, release, asked))
    return Page(documents, total, last, warnings)


def _count(connection: Connection, matching: list[ColumnElement[bool]]) -> int:
    counted = select(func.count()).select_from(ClaimEntry).join(EventDocument, OF_EVENT).where(*matching)
    return connection.scalar(counted) or 0


def _warnings(connection: Connection, release: AnsweringRelease, asked: ClaimQuery) -> tuple[str, ...]:
    undated = left_out_as_undated(asked)
    if undated is None:
        return ()
    otherwise = _conditions(asked.model_copy(update=DATELESS), release.number)
    left_out = _count(connection, [holds_in(EventDocument, release.number), *otherwise, undated])
    return undated_warning(left_out, "claim")


def _conditions(asked: ClaimQuery, release: int) -> list[ColumnElement[bool]]:
    """Filters on the claim itself, and the rest on its event."""
    of_the_claim = {"claimant": (), "source": (), "killed_min": None, "killed_max": None, "killed_on": None}
    wanted = list(conditions(asked.model_copy(update=of_the_claim), release))
    if asked.outcome:
        wanted.append(ClaimEntry.outcome.in_(asked.outcome))
    if asked.claimant:
        wanted.append(ClaimEntry.claimant.in_(asked.claimant))
    if asked.source:
        cites = and_(ClaimSource.source.in_(asked.source), ClaimSource.since <= release)
        same_row = and_(ClaimSource.claim == ClaimEntry.id, ClaimSource.document == ClaimEntry.document)
        wanted.append(select(ClaimSource.claim).where(cites, same_row).exists())
    figures = {"low": ClaimEntry.low, "best": ClaimEntry.best, "high": ClaimEntry.high}
    if asked.killed_min is not None:
        number, best, low = asked.killed_min, ClaimEntry.best, ClaimEntry.low
        either = or_(best >= number, and_(best.is_(None), low >= number))
        wanted.append(figures[asked.killed_on] >= number if asked.killed_on else either)
    if asked.killed_max is not None:
        wanted.append(figures[asked.killed_on or "high"] <= asked.killed_max)
    return wanted


def get_claim(connection: Connection, release: AnsweringRelease, claim_id: str) -> bytes:
    """A claim's document. Raises Problem 404 or 410."""
    query = (
        select(ClaimEntry.position, EventDocument.body, EventDocument.valid_from, EventDocument.valid_until)
        .join(EventDocument, ClaimEntry.document == EventDocument.number)
        .where(ClaimEntry.id == claim_id)
        .order_by(EventDocument.valid_from)
    )
    versions = connection.execute(query).all()
    for version in versions:
        if version.valid_from <= release.number < version.valid_until:
            return cut_claim(version.body, version.position)
    spans = [(version.valid_from, version.valid_until) for version in versions]
    raise gone_or_never_there("casualty claim", f"/casualty-claims/{claim_id}", spans, release.number)


def cut_claim(event_body: bytes, position: int) -> bytes:
    """The document of an event's claim: the claim, the event's own facts, and the claim's footnotes as objects."""
    event: dict[str, Any] = orjson.loads(event_body)
    claim: dict[str, Any] = event["casualty_claims"][position]
    countries = {place["country"]["iso2"]: place["country"] for place in event["locations"] if place["country"]}
    own_notes = set(claim.pop("citations"))
    claim["event"] = {name: event[name] for name in ("id", "title", "date_start", "date_end", "date_precision")}
    claim["event"]["countries"] = [countries[iso2] for iso2 in sorted(countries)]
    claim["citations"] = [note for note in event["citations"] if note["id"] in own_notes]
    claim["links"] = {"self": f"/casualty-claims/{claim['id']}"}
    return orjson.dumps(claim)
