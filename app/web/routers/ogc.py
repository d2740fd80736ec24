"""/ogc: the events as OGC API – Features. /ogc/api describes it, in the standard's own version of OpenAPI."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.params.features import FeatureItem, FeaturesAsked, FeaturesQuery
from app.web.asking import asks, asks_nothing
from app.web.links import root_of
from app.web.ogc.answering import answer_feature, answer_features, answer_said, extent_now
from app.web.ogc.description import description_of
from app.web.ogc.documents import COLLECTION, ITEMS, OPENAPI_3_0, collection, collections, conformance, landing_page
from app.web.reading import ReadingRoute
from app.web.turns import in_turn

router = APIRouter(include_in_schema=False, route_class=ReadingRoute)
Nothing = Annotated[None, Depends(asks_nothing)]


@router.get("/ogc")
@router.get("/ogc/")
async def the_landing_page(request: Request, _: Nothing) -> Response:
    """The entry: links to the rest."""
    return answer_said(request, landing_page(root_of(request)))


@router.get("/ogc/conformance")
async def the_conformance(request: Request, _: Nothing) -> Response:
    """The classes of the standard that are met."""
    return answer_said(request, conformance())


@router.get("/ogc/api")
async def the_description(request: Request, _: Nothing) -> Response:
    """This part of the API as OpenAPI 3.0."""
    return answer_said(request, description_of(root_of(request), request.app.version), OPENAPI_3_0)


@router.get("/ogc/collections")
async def the_collections(request: Request, _: Nothing) -> Response:
    """The one collection that there is."""
    extent = await in_turn(request, extent_now, request)
    return answer_said(request, collections(root_of(request), extent))


@router.get(COLLECTION)
async def the_collection(request: Request, _: Nothing) -> Response:
    """The events, and where and when they are."""
    extent = await in_turn(request, extent_now, request)
    return answer_said(request, collection(root_of(request), extent))


@router.get(ITEMS)
async def features(request: Request, asked: Annotated[FeaturesAsked, Depends(asks(FeaturesQuery))]) -> Response:
    """One page of features."""
    return await in_turn(request, answer_features, request, asked)


@router.get(f"{ITEMS}/{{id}}")
async def one_feature(
    request: Request,
    id: str,  # noqa: A002
    asked: Annotated[FeatureItem, Depends(asks(FeatureItem))],
) -> Response:
    """One feature, as it is in the newest release or was in an earlier one."""
    return await in_turn(request, answer_feature, request, asked, id)
