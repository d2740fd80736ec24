"""Single things, and why one is not there."""

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection, select

from app.models import FOREVER, EventBody, EventDocument, EventOriginal, ReferenceDocument
from app.problems import NOT_FOUND, WITHDRAWN, Problem
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
    raise gone_or_never_there(what, address, spans, release)


def gone_or_never_there(what: str, address: str, spans: Sequence[tuple[int, int]], release: int) -> Problem:
    """Why a release does not hold a thing; `spans` are the releases, first and past the last, that did, in order."""
    if not spans:
        every = address.rpartition("/")[0]
        return Problem(NOT_FOUND, f"There is no {what} at {address} in any release; {every} lists what there is.")
    ended = [until for _, until in spans if until <= release and until != FOREVER]
    if not ended:
        return Problem(NOT_FOUND, f"This {what} is first in release {spans[0][0]}; release {release} is older.")
    gone = max(ended)
    return Problem(
        WITHDRAWN,
        f"This {what} was withdrawn in release {gone}. It stands as it was at {address}?release={gone - 1}.",
        more={"withdrawn_in": gone, "last_version": f"{address}?release={gone - 1}"},
    )
