"""Casualty claims: found by their entries, cut from the documents of their events."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, and_, bindparam, distinct, func, literal, or_, select

from app.citing import PROJECT, cite_row, cite_source, cite_sources
from app.models import UNKNOWN_LAST, ClaimEntry, ClaimSource, EventBody, EventDocument, EventTerm
from app.params.claims import ClaimQuery
from app.params.cursors import Cursor, read_cursor
from app.problems import invalid_parameters
from app.queries.bodies import unpack, unpack_all
from app.queries.event_clauses import Expression, Rows, in_window, left_out_as_undated
from app.queries.event_filters import match_events
from app.queries.event_pages import Shape, Statement, matches, rows_of, shape_of, values_of
from app.queries.event_totals import Tally
from app.queries.events import pointless_warning, warnings_of
from app.queries.items import gone_or_never_there
from app.queries.known import unknown_values
from app.queries.pages import Page
from app.queries.releases import AnsweringRelease
from app.queries.terms import find_terms

# What is asked of the claim itself, and not of its event.
OF_THE_CLAIM = {"claimant": (), "source": (), "killed_min": None, "killed_max": None, "killed_on": None}
# Rows of an event's document that name footnotes of their own.
ROWS_INSIDE = ("locations", "actors", "reported_counts", "casualty_claims")
_FIGURES = {"low": ClaimEntry.low, "best": ClaimEntry.best, "high": ClaimEntry.high}


def list_claims(connection: Connection, release: AnsweringRelease, asked: ClaimQuery) -> Page:
    """One page of the claims that match. Raises Problem 400 for ids and names that do not exist."""
    if faults := unknown_values(connection, asked):
        raise invalid_parameters(faults)
    matching = match_events(connection, asked.model_copy(update=OF_THE_CLAIM), release.number)
    if matching.finds_nothing:
        return Page([], 0 if asked.total else None, None)
    shape, values = shape_of(matching), values_of(matching, release.number)
    rows = rows_of(shape)
    of_the_claim = list(_conditions(connection, asked, rows))
    found = _find(connection, asked, shape, rows, of_the_claim, values)
    shown = found[: asked.limit]
    last = (shown[-1].key if asked.sort != "id" else None, shown[-1].id) if len(found) > asked.limit else None
    rows_alone = asked.takes_rows_alone
    tally = Tally({}) if rows_alone else _count(connection, shape, rows, of_the_claim, values)
    bodies = _bodies_of(connection, [row.document for row in shown])
    documents = [cut_claim(bodies[row.document], row.position) for row in shown]
    warnings = (
        *warnings_of(connection, tally, "claim"),
        *pointless_warning(connection, asked, release.number),
    )
    return Page(documents, tally.total if asked.total else None, last, warnings)


def _claims(query: Statement, shape: Shape, rows: Rows, of_the_claim: Sequence[Expression]) -> Statement:
    """The query, of the claims of events that match; the window is the caller's."""
    start = query.select_from(rows.keys).join(ClaimEntry, ClaimEntry.document == rows.number)
    return matches(start, shape, rows).where(*of_the_claim)


def _in_window(shape: Shape, rows: Rows) -> list[Expression]:
    if shape.window is None:
        return []
    return [in_window(rows, shape.window)]


def _find(
    connection: Connection,
    asked: ClaimQuery,
    shape: Shape,
    rows: Rows,
    of_the_claim: Sequence[Expression],
    values: dict[str, Any],
) -> Sequence[Any]:
    key: ColumnElement[int] = {
        "date": rows.keys.by_newest,
        "killed": ClaimEntry.by_most_killed,
        "id": literal(0),
    }[asked.sort.removeprefix("-")]
    columns = (key.label("key"), ClaimEntry.id.label("id"), ClaimEntry.position, rows.number.label("document"))
    query = _claims(select(*columns), shape, rows, of_the_claim).where(*_in_window(shape, rows))
    # A key is negated, so that the largest comes first; an unknown comes last both ways.
    backwards = asked.sort in ("date", "killed")
    order: list[Any] = [key]
    if backwards:
        unknown = (key == UNKNOWN_LAST).label("unknown")
        query, order = query.add_columns(unknown), [unknown, key.desc()]
    after = read_cursor(asked)
    if after is not None:
        query = query.where(_comes_after(after, key, backwards=backwards))
    order = [ClaimEntry.id] if asked.sort == "id" else [*order, ClaimEntry.id]
    if shape.terms > 1:
        query = query.distinct()
    return connection.execute(query.order_by(*order).limit(asked.limit + 1), values).all()


def _comes_after(cursor: Cursor, key: ColumnElement[int], *, backwards: bool) -> Expression:
    later_id = ClaimEntry.id > cursor.id
    if cursor.key is None:
        return later_id
    beyond = key < cursor.key if backwards else key > cursor.key
    if backwards and cursor.key == UNKNOWN_LAST:
        return and_(key == UNKNOWN_LAST, later_id)
    further = or_(beyond, and_(key == cursor.key, later_id))
    return or_(further, key == UNKNOWN_LAST) if backwards else further


def _count(
    connection: Connection, shape: Shape, rows: Rows, of_the_claim: Sequence[Expression], values: dict[str, Any]
) -> Tally:
    number = func.count() if shape.terms <= 1 else func.count(distinct(ClaimEntry.id))
    counted = _claims(select(rows.keys.family, number), shape, rows, of_the_claim)
    in_families = counted.where(*_in_window(shape, rows)).group_by(rows.keys.family)
    found: Any = connection.execute(in_families, values).all()
    by_family: dict[int, int] = dict(found)
    undated = None if shape.window is None else left_out_as_undated(rows, shape.window)
    if undated is None:
        return Tally(by_family)
    left_out = _claims(select(number), shape, rows, of_the_claim).where(undated)
    return Tally(by_family, connection.scalar(left_out, values) or 0)


def _conditions(connection: Connection, asked: ClaimQuery, rows: Rows) -> Iterator[Expression]:
    """Filters on the claim itself."""
    if asked.outcome:
        yield ClaimEntry.outcome.in_(asked.outcome)
    if asked.claimant:
        claimants = [term.number for term in find_terms(connection, "claimant", asked.claimant).values()]
        yield ClaimEntry.claimant.in_(claimants)
    if asked.source:
        yield _cites([term.number for term in find_terms(connection, "source", asked.source).values()], rows)
    if asked.killed_min is not None:
        number, best, low = asked.killed_min, ClaimEntry.best, ClaimEntry.low
        either = or_(best >= number, and_(best.is_(None), low >= number))
        yield _FIGURES[asked.killed_on] >= number if asked.killed_on else either
    if asked.killed_max is not None:
        yield _FIGURES[asked.killed_on or "high"] <= asked.killed_max


def _cites(sources: Sequence[int], rows: Rows) -> Expression:
    """A claim that cites all that its event does is found by the event's terms, which later releases add to."""
    of_event = EventTerm.__table__.alias("source_of_event")
    same_event = (
        of_event.c.by_newest == rows.keys.by_newest,
        of_event.c.id == rows.keys.id,
        of_event.c.document == rows.number,
        of_event.c.valid_from <= bindparam("release"),
    )
    by_event = select(of_event.c.term).where(of_event.c.term.in_(sources), *same_event).exists()
    same_claim = (ClaimSource.document == ClaimEntry.document, ClaimSource.position == ClaimEntry.position)
    by_claim = select(ClaimSource.source).where(ClaimSource.source.in_(sources), *same_claim).exists()
    return or_(and_(ClaimEntry.cites_all.is_(True), by_event), by_claim)


def _bodies_of(connection: Connection, documents: Sequence[int]) -> dict[int, bytes]:
    query = select(EventBody.document, EventBody.dictionary, EventBody.body)
    rows = connection.execute(query.where(EventBody.document.in_(set(documents)))).all()
    texts = unpack_all(connection, ((row.dictionary, row.body) for row in rows))
    return {row.document: text for row, text in zip(rows, texts, strict=True)}


def get_claim(connection: Connection, release: AnsweringRelease, claim_id: str) -> bytes:
    """A claim's document. Raises Problem 404 or 410."""
    query = (
        select(
            ClaimEntry.position,
            EventDocument.valid_from,
            EventDocument.valid_until,
            EventBody.dictionary,
            EventBody.body,
        )
        .join(EventDocument, ClaimEntry.document == EventDocument.number)
        .join(EventBody, EventBody.document == EventDocument.number)
        .where(ClaimEntry.id == claim_id)
        .order_by(EventDocument.valid_from)
    )
    versions = connection.execute(query).all()
    for version in versions:
        if version.valid_from <= release.number < version.valid_until:
            return cut_claim(unpack(connection, version.dictionary, version.body), version.position)
    spans = [(version.valid_from, version.valid_until) for version in versions]
    raise gone_or_never_there(connection, "casualty claim", f"/casualty-claims/{claim_id}", spans, release.number)


def cut_claim(event_body: bytes, position: int) -> bytes:
    """The document of an event's claim: the claim, the event's own facts, and the claim's footnotes as objects."""
    event: dict[str, Any] = orjson.loads(event_body)
    claim: dict[str, Any] = event["casualty_claims"][position]
    countries = {place["country"]["iso2"]: place["country"] for place in event["locations"] if place["country"]}
    cited = _cite_claim(event, claim) if "cite_as" in event else None  # which older documents do not have
    own_notes = set(claim.pop("citations"))
    claim["event"] = {name: event[name] for name in ("id", "title", "date_start", "date_end", "date_precision")}
    claim["event"]["countries"] = [countries[iso2] for iso2 in sorted(countries)]
    claim["citations"] = [note for note in event["citations"] if note["id"] in own_notes]
    claim["links"] = {"self": _address_of(claim)}
    if cited is not None:
        claim["cite_as"] = cited
    return orjson.dumps(claim)


def _address_of(claim: dict[str, Any]) -> str:
    return f"/casualty-claims/{claim['id']}"


def _cite_claim(event: dict[str, Any], claim: dict[str, Any]) -> str:
    """As the event is cited where the claim rests on the same sources; else by what its own footnotes say of theirs."""
    read, _, where = event["cite_as"].rpartition(f". In: {PROJECT}, release ")
    of_rows = {name for rows in ROWS_INSIDE for row in event[rows] for name in row["citations"]}
    of_event = {note["source"]["id"] for note in event["citations"] if note["id"] not in of_rows}
    own = {note["source"]["id"]: note["source"] for note in event["citations"] if note["id"] in claim["citations"]}
    if own.keys() != of_event:
        read = cite_sources(
            cite_source(source["title"], (), source["publisher"], source["published_on"]) for source in own.values()
        )
    return cite_row(read, _address_of(claim), int(where.partition(",")[0]))
