"""/releases and /releases/{id}."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.params.references import ReleaseItem, ReleaseQuery
from app.queries.releases import get_release, list_releases
from app.schemas.answers import ItemAnswer, ListAnswer
from app.schemas.releases import ReleaseDocument
from app.web.answering import answer_item, answer_list
from app.web.asking import asks
from app.web.documenting import ItemId, documented
from app.web.reading import ReadingRoute

router = APIRouter(tags=["releases"], route_class=ReadingRoute)


@router.get("/releases", **documented(ReleaseQuery, ListAnswer[ReleaseDocument], "releases"))
async def list_of_releases(request: Request, asked: Annotated[ReleaseQuery, Depends(asks(ReleaseQuery))]) -> Response:
    """List what was published when, newest first."""
    return await answer_list(request, asked, list_releases)


@router.get("/releases/{id}", **documented(ReleaseItem, ItemAnswer[ReleaseDocument], "release", item=True))
async def one_release(
    request: Request,
    id: ItemId,  # noqa: A002
    asked: Annotated[ReleaseItem, Depends(asks(ReleaseItem))],
) -> Response:
    """Get one release by its number."""
    return await answer_item(request, asked, f"/releases/{id}", lambda db, release: get_release(db, release, id))
