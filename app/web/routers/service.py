"""The API about itself: its service document, its problems explained, and whether it is ready."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlalchemy import select, text
from starlette.responses import JSONResponse, Response

from app.models import SCHEMA_REVISION, Release
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
from app.web.answering import answer_document
from app.web.caching import NOT_KEPT
from app.web.documenting import problem_response_of

router = APIRouter(tags=["service"])


@router.get(
    "/",
    operation_id="get_service_document",
    responses={200: {"model": ServiceDocument}, 400: problem_response_of(INVALID_PARAMETERS)},
)
def service_document(request: Request) -> Response:
    """List the resources of this API."""
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
    return answer_document(request, document)


@router.get(
    "/problems/{slug}",
    operation_id="get_problem",
    responses={
        200: {"model": Explanation},
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
    return answer_document(request, explanation)


@router.get("/healthz", operation_id="get_health", responses={200: {"model": Health}})
def health() -> Response:
    """Say that the process runs; asks nothing of the database."""
    return JSONResponse(Health(status="ok").model_dump(), headers={"Cache-Control": NOT_KEPT})


@router.get(
    "/readyz",
    operation_id="get_readiness",
    responses={200: {"model": Health}, 503: problem_response_of(DATABASE_UNAVAILABLE)},
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
