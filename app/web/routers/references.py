"""/locations, /actors, /sources and /countries, and their items."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from app.countries import Found, resolve_country
from app.params.paging import Pinned
from app.params.references import (
    ActorItem,
    ActorQuery,
    CountryItem,
    CountryQuery,
    LocationItem,
    LocationQuery,
    SourceItem,
    SourceQuery,
)
from app.problems import NOT_FOUND, Problem
from app.queries.items import get_reference
from app.queries.references import list_actors, list_countries, list_locations, list_sources
from app.schemas.answers import ItemAnswer, ListAnswer
from app.schemas.references import ActorDocument, CountryDocument, LocationDocument, SourceDocument
from app.web.answering import answer_item, answer_list
from app.web.asking import asks
from app.web.documenting import ItemId, documented
from app.web.reading import ReadingRoute

router = APIRouter(route_class=ReadingRoute)
CountryId = Annotated[str, Path(description="any code or name of one country, as the filter `country` takes it")]


@router.get("/locations", tags=["locations"], **documented(LocationQuery, ListAnswer[LocationDocument], "locations"))
async def list_of_locations(
    request: Request, asked: Annotated[LocationQuery, Depends(asks(LocationQuery))]
) -> Response:
    """List the places that events are placed by, with the gazetteer's coordinates."""
    return await answer_list(request, asked, list_locations)


@router.get(
    "/locations/{id}",
    tags=["locations"],
    **documented(LocationItem, ItemAnswer[LocationDocument], "location", item=True),
)
async def one_location(
    request: Request,
    id: ItemId,  # noqa: A002
    asked: Annotated[LocationItem, Depends(asks(LocationItem))],
) -> Response:
    """Get one place."""
    return await _answer(request, asked, "location", "locations", id)


@router.get("/actors", tags=["actors"], **documented(ActorQuery, ListAnswer[ActorDocument], "actors"))
async def list_of_actors(request: Request, asked: Annotated[ActorQuery, Depends(asks(ActorQuery))]) -> Response:
    """List actors, with their relationships as far as sources state them."""
    return await answer_list(request, asked, list_actors)


@router.get("/actors/{id}", tags=["actors"], **documented(ActorItem, ItemAnswer[ActorDocument], "actor", item=True))
async def one_actor(request: Request, id: ItemId, asked: Annotated[ActorItem, Depends(asks(ActorItem))]) -> Response:  # noqa: A002
    """Get one actor."""
    return await _answer(request, asked, "actor", "actors", id)


@router.get("/sources", tags=["sources"], **documented(SourceQuery, ListAnswer[SourceDocument], "sources"))
async def list_of_sources(request: Request, asked: Annotated[SourceQuery, Depends(asks(SourceQuery))]) -> Response:
    """List the publications that were read, and how much rests on each."""
    return await answer_list(request, asked, list_sources)


@router.get(
    "/sources/{id}", tags=["sources"], **documented(SourceItem, ItemAnswer[SourceDocument], "source", item=True)
)
async def one_source(request: Request, id: ItemId, asked: Annotated[SourceItem, Depends(asks(SourceItem))]) -> Response:  # noqa: A002
    """Get one source."""
    return await _answer(request, asked, "source", "sources", id)


@router.get("/countries", tags=["countries"], **documented(CountryQuery, ListAnswer[CountryDocument], "countries"))
async def list_of_countries(request: Request, asked: Annotated[CountryQuery, Depends(asks(CountryQuery))]) -> Response:
    """List the countries that places lie in: codes, names, and how much is known of each."""
    return await answer_list(request, asked, list_countries)


@router.get(
    "/countries/{id}", tags=["countries"], **documented(CountryItem, ItemAnswer[CountryDocument], "country", item=True)
)
async def one_country(
    request: Request,
    id: CountryId,  # noqa: A002
    asked: Annotated[CountryItem, Depends(asks(CountryItem))],
) -> Response:
    """Get one country by any code or name that the filter `country` takes."""
    resolution = resolve_country(id)
    if not isinstance(resolution, Found):
        near = f" Did you mean {' or '.join(resolution.suggestions)}?" if resolution.suggestions else ""
        raise Problem(NOT_FOUND, f"{id!r} is no country that is known here.{near}")
    if len(resolution.iso2) > 1:
        raise Problem(NOT_FOUND, f"{id!r} covers {' and '.join(resolution.iso2)}: ask for one of them.")
    return await _answer(request, asked, "country", "countries", resolution.iso2[0])


async def _answer(request: Request, asked: Pinned, resource: str, path: str, thing_id: str) -> Response:
    return await answer_item(
        request, asked, f"/{path}/{thing_id}", lambda db, release: get_reference(db, release, resource, path, thing_id)
    )
