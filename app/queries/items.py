"""Single things, and why one is not there."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from app.models import FOREVER, EventDocument, ReferenceDocument
from app.problems import NOT_FOUND, WITHDRAWN, Problem
from app.queries.releases import AnsweringRelease


def get_event(connection: Connection, release: AnsweringRelease, event_id: str) -> bytes:
    """An event's document. Raises Problem 404 or 410."""
    columns = (EventDocument.valid_from, EventDocument.valid_until, EventDocument.body)
    query = select(*columns).where(EventDocument.id == event_id).order_by(EventDocument.valid_from)
    return _holding(connection.execute(query).all(), "event", f"/events/{event_id}", release.number)


def get_reference(connection: Connection, release: AnsweringRelease, resource: str, path: str, thing_id: str) -> bytes:
    """A location's, actor's, source's or country's document. Raises Problem 404 or 410."""
    table = ReferenceDocument
    query = select(table.valid_from, table.valid_until, table.body).where(
        table.resource == resource, table.id == thing_id
    )
    rows = connection.execute(query.order_by(table.valid_from)).all()
    return _holding(rows, resource, f"/{path}/{thing_id}", release.number)


def _holding(versions: Sequence[tuple[int, int, bytes]], what: str, address: str, release: int) -> bytes:
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
