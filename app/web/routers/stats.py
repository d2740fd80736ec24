"""/stats."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.params.stats import StatsQuery
from app.schemas.stats import StatsAnswer
from app.web.answering import answer_stats
from app.web.asking import asks
from app.web.documenting import documented
from app.web.reading import ReadingRoute

router = APIRouter(tags=["stats"], route_class=ReadingRoute)


@router.get("/stats", **documented(StatsQuery, StatsAnswer, "stats"))
async def statistics(request: Request, asked: Annotated[StatsQuery, Depends(asks(StatsQuery))]) -> Response:
    """Add up events and casualty figures by group.

    Each event's own figure is added once, and source families are never added: each has rows of its own. All rows are
    given at once.
    """
    return await answer_stats(request, asked)
