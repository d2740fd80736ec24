"""/changes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.params.changes import ChangeQuery
from app.queries.changes import list_changes
from app.schemas.answers import ListAnswer
from app.schemas.changes import ChangeDocument
from app.web.answering import answer_list
from app.web.asking import asks
from app.web.documenting import documented
from app.web.reading import ReadingRoute

router = APIRouter(tags=["releases"], route_class=ReadingRoute)


@router.get("/changes", **documented(ChangeQuery, ListAnswer[ChangeDocument], "changes"))
async def list_of_changes(request: Request, asked: Annotated[ChangeQuery, Depends(asks(ChangeQuery))]) -> Response:
    """List what differs between a release and a later one, one row a thing.

    What was created and withdrawn in between is not there, nor what came back to what it was. Casualty claims are part
    of their events; countries follow from all the rest.
    """
    return await answer_list(request, asked, list_changes)
