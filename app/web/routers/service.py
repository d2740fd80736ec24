"""The API about itself: its service document, its problems explained, and whether it is ready."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy import select, text
from starlette.responses import JSONResponse, Response

from app.formats.registry import JSON
from app.models import SCHEMA_REVISION, Release
from app.params.problems import ExplanationQuery
from app.problems import (
    DATABASE_UNAVAILABLE,
    INVALID_PARAMETERS,
    NO_RELEASE,
    NOT_FOUND,
    PROBLEM_TYPES,
    SHUTTING_DOWN,
    Problem,
    nearest,
)
from app.schemas.service import Explanation, Health, ServiceDocument
from app.web.answering import answer_bytes, answer_document
from app.web.asking import asks_nothing
from app.web.caching import NOT_KEPT
from app.web.demo.serving import VARY, answer_file, answer_page
from app.web.documenting import parameters_of, problem_response_of, taking
from app.web.negotiation import is_read_by_a_person, raw_path
from app.web.pages.problem_page import explanation_page
from app.web.pages.rendering import HEADERS
from app.web.pages.representation import HTML

router = APIRouter(tags=["service"])


@router.get(
    "/",
    operation_id="get_service_document",
    responses={
        200: {
            "model": ServiceDocument,
            "description": "The resources, or, for browsers, a page to read them in",
            "content": {"text/html": {"schema": {"type": "string"}}},
        },
        400: problem_response_of(INVALID_PARAMETERS),
    },
)
def service_document(request: Request) -> Response:
    """List the resources of this API; a browser (`Accept: text/html`) gets the dashboard."""
    if is_read_by_a_person(request):
        return answer_page(request)
    document = ServiceDocument(
        title="Conflict Events API",
        description="Conflict events in which every row carries a citation. Read-only.",
        links={
            "events": "/events",
            "casualty_claims": "/casualty-claims",
            "locations": "/locations",
            "actors": "/actors",
            "sources": "/sources",
            "countries": "/countries",
            "stats": "/stats?group_by=country",
            "releases": "/releases",
            "codebook": "/codebook",
            "methodology": "/methodology",
            "changes": "/changes?since=0",
            "ogc_features": "/ogc",
            "compatible": "/compat",
            "openapi": "/openapi.json",
            "docs": "/docs",
            "health": "/healthz",
            "readiness": "/readyz",
        },
    )
    answer = answer_document(request, document)
    answer.headers["Vary"] = VARY
    return answer


@router.get("/demo/{name}", include_in_schema=False)
def file_of_the_page(request: Request, name: str) -> Response:
    """Give a file that the dashboard loads."""
    return answer_file(request, name)


@router.get(
    "/problems/{slug}",
    operation_id="get_problem",
    openapi_extra=taking(partial(parameters_of, ExplanationQuery)),
    responses={
        200: {"model": Explanation, "content": {"text/html": {"schema": HTML.schema}}},
        400: problem_response_of(INVALID_PARAMETERS),
        404: problem_response_of(NOT_FOUND),
    },
)
def explanation_of_a_problem(
    request: Request, slug: Annotated[str, Path(description="the end of the `type` of an error")]
) -> Response:
    """Explain a type of error: what it means, and what to do."""
    problem_type = PROBLEM_TYPES.get(slug)
    if problem_type is None:
        near = nearest(slug, PROBLEM_TYPES)
        hint = f" Did you mean {' or '.join(near)}?" if near else f" There are: {', '.join(PROBLEM_TYPES)}."
        raise Problem(NOT_FOUND, f"There is no problem called {slug!r}.{hint}")
    explanation = Explanation(
        slug=problem_type.slug,
        title=problem_type.title,
        status=problem_type.status,
        meaning=problem_type.meaning,
        what_to_do=problem_type.what_to_do,
    )
    varying = {"Vary": "Accept, Accept-Encoding"}
    if not is_read_by_a_person(request):
        body = explanation.model_dump_json().encode()
        return answer_bytes(request, body, JSON.media_type, ExplanationQuery, varying)
    page = explanation_page(explanation.model_dump(), request.scope["path"], raw_path(request))
    return answer_bytes(request, page, HTML.media_type, ExplanationQuery, {**HEADERS, **varying})


@router.get(
    "/healthz",
    operation_id="get_health",
    responses={200: {"model": Health}, 400: problem_response_of(INVALID_PARAMETERS)},
    dependencies=[Depends(asks_nothing)],
)
def health() -> Response:
    """Say that the process runs; asks nothing of the database."""
    return JSONResponse(Health(status="ok").model_dump(), headers={"Cache-Control": NOT_KEPT})


@router.get(
    "/readyz",
    operation_id="get_readiness",
    responses={
        200: {"model": Health},
        400: problem_response_of(INVALID_PARAMETERS),
        503: problem_response_of(DATABASE_UNAVAILABLE),
    },
    dependencies=[Depends(asks_nothing)],
)
def readiness(request: Request) -> Response:
    """Say whether questions can be answered: the database is there, migrated, and holds a release.

    A server that has been told to stop says no, though it still answers: nothing more should be sent to it.
    """
    if request.app.state.draining.has_begun:
        raise Problem(SHUTTING_DOWN, "This server is being stopped.", headers={"Retry-After": "5"})
    with request.app.state.engine.connect() as connection:
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if revision != SCHEMA_REVISION:
            detail = "The database has the schema of another version: run `python -m seed migrate` of this one."
            raise Problem(DATABASE_UNAVAILABLE, detail, headers={"Retry-After": "10"})
        published = connection.scalar(select(Release.number).limit(1))
    if published is None:
        raise Problem(NO_RELEASE, "The database holds no release yet.", headers={"Retry-After": "10"})
    return JSONResponse(Health(status="ready").model_dump(), headers={"Cache-Control": NOT_KEPT})
