"""/events and /events/{id}."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.params.events import EventItem, EventQuery
from app.params.paging import Pinned
from app.queries.events import is_quick, list_events
from app.queries.items import get_event, get_original
from app.schemas.answers import ItemAnswer, ListAnswer
from app.schemas.events import EventDocument, OriginalRecordDocument
from app.web.answering import answer_item, answer_list
from app.web.asking import asks
from app.web.documenting import ItemId, documented
from app.web.reading import ReadingRoute

router = APIRouter(tags=["events"], route_class=ReadingRoute)


@router.get("/events", **documented(EventQuery, ListAnswer[EventDocument], "events"))
async def list_of_events(request: Request, asked: Annotated[EventQuery, Depends(asks(EventQuery))]) -> Response:
    """List events, newest first.

    Each event carries its places, actors, counts, casualty claims and citations. Different filters are ANDed, the
    values of one are ORed; an unknown parameter or value is an error, never ignored.
    """
    return await answer_list(request, asked, list_events, is_quick)


@router.get("/events/{id}", **documented(EventItem, ItemAnswer[EventDocument], "event", item=True))
async def one_event(request: Request, id: ItemId, asked: Annotated[EventItem, Depends(asks(EventItem))]) -> Response:  # noqa: A002
    """Get one event, as it is in the newest release or was in an earlier one."""
    return await answer_item(request, asked, f"/events/{id}", lambda db, release: get_event(db, release, id))


@router.get(
    "/events/{id}/original", **documented(Pinned, ItemAnswer[OriginalRecordDocument], "original_record", item=True)
)
async def one_original_record(
    request: Request,
    id: ItemId,  # noqa: A002
    asked: Annotated[Pinned, Depends(asks(Pinned))],
) -> Response:
    """Get the whole record that a dataset's event was read from.

    Its text is the dataset's own, untouched; it is no part of the event's document and is not searched.
    """
    return await answer_item(
        request, asked, f"/events/{id}/original", lambda db, release: get_original(db, release, id)
    )
