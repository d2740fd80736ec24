"""Single things, and why one is not there."""

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection, select

from app.models import FOREVER, ClaimEntry, EventBody, EventDocument, EventOriginal, ReferenceDocument, Suppression
from app.problems import NOT_FOUND, SUPPRESSED, WITHDRAWN, Problem
from app.queries.bodies import unpack
from app.queries.releases import AnsweringRelease
from app.schemas.events import OriginalRecordDocument

# When a version of a thing holds, from and until, and its packed text.
Version = tuple[int, int, int | None, bytes]


def get_event(connection: Connection, release: AnsweringRelease, event_id: str) -> bytes:
    """An event's document. Raises Problem 404 or 410."""
    document = EventDocument
    query = (
        select(document.valid_from, document.valid_until, EventBody.dictionary, EventBody.body)
        .join(EventBody, EventBody.document == document.number)
        .where(document.id == event_id)
        .order_by(document.valid_until)
    )
    return _holding(connection, connection.execute(query).all(), "event", f"/events/{event_id}", release.number)


def get_original(connection: Connection, release: AnsweringRelease, event_id: str) -> bytes:
    """A dataset's whole record of an event, as it was read. Raises Problem 404 (of no dataset, too) or 410."""
    document = EventDocument
    query = (
        select(document.valid_from, document.valid_until, EventOriginal.dictionary, EventOriginal.record)
        .outerjoin(EventOriginal, EventOriginal.document == document.number)
        .where(document.id == event_id)
        .order_by(document.valid_until)
    )
    address = f"/events/{event_id}"
    versions = connection.execute(query).all()
    if versions and all(version.record is None for version in versions):
        raise Problem(NOT_FOUND, f"The event at {address} comes from no dataset, so there is no original record of it.")
    record = _holding(connection, versions, "event", address, release.number)
    return OriginalRecordDocument(event=event_id, record=orjson.loads(record)).model_dump_json().encode()


def get_reference(connection: Connection, release: AnsweringRelease, resource: str, path: str, thing_id: str) -> bytes:
    """A location's, actor's, source's or country's document. Raises Problem 404 or 410."""
    table = ReferenceDocument
    query = select(table.valid_from, table.valid_until, table.dictionary, table.body).where(
        table.resource == resource, table.id == thing_id
    )
    rows = connection.execute(query.order_by(table.valid_until)).all()
    return _holding(connection, rows, resource, f"/{path}/{thing_id}", release.number)


def _holding(connection: Connection, versions: Sequence[Version], what: str, address: str, release: int) -> bytes:
    for valid_from, valid_until, dictionary, packed in versions:
        if valid_from <= release < valid_until:
            return unpack(connection, dictionary, packed)
    spans = [(valid_from, valid_until) for valid_from, valid_until, *_ in versions]
    raise gone_or_never_there(connection, what, address, spans, release)


def gone_or_never_there(
    connection: Connection, what: str, address: str, spans: Sequence[tuple[int, int]], release: int
) -> Problem:
    """Why a release does not hold a thing; `spans` are the releases, first and past the last, that did, in order."""
    if not spans:
        return _suppressed_or_never_there(connection, what, address)
    ended = [until for _, until in spans if until <= release and until != FOREVER]
    if not ended:
        return Problem(NOT_FOUND, f"This {what} is first in release {spans[0][0]}; release {release} is older.")
    gone, last_version = max(ended), f"{address}?release={max(ended) - 1}"
    return Problem(
        WITHDRAWN,
        f"This {what} was withdrawn in release {gone}. It stands as it was at {last_version}.",
        more={
            "withdrawn_in": gone,
            "was": _title_at_its_end(connection, what, address.rpartition("/")[2], gone),
            "last_version": last_version,
        },
    )


def _title_at_its_end(connection: Connection, what: str, thing: str, ended: int) -> str:
    """What a thing was called when it was withdrawn; a casualty claim is called by its event."""
    document, table = EventDocument, ReferenceDocument
    of_event = select(EventBody.dictionary, EventBody.body).join(document, document.number == EventBody.document)
    if what == "event":
        query = of_event.where(document.id == thing, document.valid_until == ended)
    elif what == "casualty claim":
        claimed = of_event.join(ClaimEntry, ClaimEntry.document == document.number)
        query = claimed.where(ClaimEntry.id == thing, document.valid_until == ended)
    else:
        of_thing = select(table.dictionary, table.body).where(table.resource == what, table.id == thing)
        query = of_thing.where(table.valid_until == ended)
    row = connection.execute(query.limit(1)).one()
    called = orjson.loads(unpack(connection, row.dictionary, row.body))
    return str(called.get("title") or called["name"])


def _suppressed_or_never_there(connection: Connection, what: str, address: str) -> Problem:
    every, _, thing = address.rpartition("/")
    query = select(Suppression.suppressed_at).where(Suppression.resource == what, Suppression.id == thing)
    suppressed_at = connection.scalar(query)
    if suppressed_at is None:
        return Problem(NOT_FOUND, f"There is no {what} at {address} in any release; {every} lists what there is.")
    day = f"{suppressed_at:%Y-%m-%d}"
    return Problem(SUPPRESSED, f"This was suppressed on {day}.", more={"suppressed_on": day})
