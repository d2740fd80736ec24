"""Single things, and why one is not there."""

import zlib
from collections.abc import Sequence
from typing import TypeVar

import orjson
from sqlalchemy import Connection, select

from app.models import FOREVER, EventDocument, ReferenceDocument
from app.problems import NOT_FOUND, WITHDRAWN, Problem
from app.queries.releases import AnsweringRelease
from app.schemas.events import OriginalRecordDocument

Body = TypeVar("Body")


def get_event(connection: Connection, release: AnsweringRelease, event_id: str) -> bytes:
    """An event's document. Raises Problem 404 or 410."""
    columns = (EventDocument.valid_from, EventDocument.valid_until, EventDocument.body)
    query = select(*columns).where(EventDocument.id == event_id).order_by(EventDocument.valid_from)
    return _holding(connection.execute(query).all(), "event", f"/events/{event_id}", release.number)


def get_original(connection: Connection, release: AnsweringRelease, event_id: str) -> bytes:
    """A dataset's whole record of an event, as it was read. Raises Problem 404 (of no dataset, too) or 410."""
    columns = (EventDocument.valid_from, EventDocument.valid_until, EventDocument.original)
    query = select(*columns).where(EventDocument.id == event_id).order_by(EventDocument.valid_from)
    address = f"/events/{event_id}"
    packed = _holding(connection.execute(query).all(), "event", address, release.number)
    if packed is None:
        raise Problem(NOT_FOUND, f"The event at {address} comes from no dataset, so there is no original record of it.")
    document = OriginalRecordDocument(event=event_id, record=orjson.loads(zlib.decompress(packed)))
    return document.model_dump_json().encode()


def get_reference(connection: Connection, release: AnsweringRelease, resource: str, path: str, thing_id: str) -> bytes:
    """A location's, actor's, source's or country's document. Raises Problem 404 or 410."""
    table = ReferenceDocument
    query = select(table.valid_from, table.valid_until, table.body).where(
        table.resource == resource, table.id == thing_id
    )
    rows = connection.execute(query.order_by(table.valid_from)).all()
    return _holding(rows, resource, f"/{path}/{thing_id}", release.number)


def _holding(versions: Sequence[tuple[int, int, Body]], what: str, address: str, release: int) -> Body:
    for valid_from, valid_until, body in versions:
        if valid_from <= release < valid_until:
            return body
    spans = [(valid_from, valid_until) for valid_from, valid_until, _ in versions]
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
