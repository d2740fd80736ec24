"""The only place that wires: settings, engine, routes, middleware."""

import gc

# What reading modules makes stays: to look among it for garbage, again and again, takes a fifth of a start.
gc.disable()

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI

from app.db import CommitsOfOthers, KeptConnection, UnsafeDatabase, check_the_readers_rights, make_read_engine
from app.settings import Settings, WrongSettings, read_settings
from app.web.answer_cache import AnswerCache
from app.web.assistants.mounting import Assistants, is_installed
from app.web.clients import TrustedProxies
from app.web.cross_origin import ALLOWED_METHODS, EXPOSED_HEADERS, CrossOrigin
from app.web.middleware import ReadOnlyMethods, RequestIds
from app.web.openapi import openapi_of
from app.web.problem_handlers import add_problem_handlers
from app.web.rate_limits import Counter, RateLimits
from app.web.reading import PlainPaths, plain_paths
from app.web.routers import (
    casualty_claims,
    changes,
    compat,
    events,
    feeds,
    ogc,
    pages,
    references,
    releases,
    self_description,
    service,
    stats,
)
from app.web.routers.docs import add_docs
from app.web.safe_headers import SAFE_HEADERS, strict_transport
from app.web.turns import Streams, Turns

gc.freeze()  # nor is it looked at while requests are answered
gc.enable()

# For what is asked beside clients' questions: which release is the newest, and whether the API is ready.
OTHER_CONNECTIONS = 2

ROUTERS = tuple(
    module.router
    for module in (
        events,
        casualty_claims,
        stats,
        references,
        releases,
        changes,
        feeds,
        ogc,
        compat,
        self_description,
        service,
        pages,
    )
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The API. Stops with one line on stderr where a setting is wrong or its database could be written to."""
    try:
        settings = settings or read_settings()
        connections = settings.max_queries + settings.max_streams + OTHER_CONNECTIONS
        engine = make_read_engine(settings.database_url, settings.query_timeout_s, connections)
        check_the_readers_rights(engine, settings.database_url)
    except (WrongSettings, UnsafeDatabase) as refusal:
        raise SystemExit(str(refusal)) from None
    logging.getLogger("app").setLevel(settings.log_level.upper())

    commits, kept = CommitsOfOthers(engine), KeptConnection(engine)
    counter = Counter(settings.rate_limit, settings.rate_limit_storage) if settings.rate_limit else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if counter is not None:
            await counter.close()
        commits.close()
        kept.close()
        engine.dispose()

    app = FastAPI(
        title="Conflict Events API",
        version="0.1.0",
        lifespan=lifespan,
        redirect_slashes=False,
        openapi_url=None,
    )
    app.state.engine, app.state.kept_connection = engine, kept
    app.state.turns = Turns(settings.max_queries, settings.max_waiting)
    app.state.streams = Streams(settings.max_streams)
    app.state.public_url = settings.public_url or ""
    for router in ROUTERS:
        app.include_router(router)
    add_docs(app)
    add_problem_handlers(app)
    app.openapi = lambda: openapi_of(app)  # type: ignore[method-assign]
    _add_middleware(app, settings, commits, counter)
    return app


def _add_middleware(app: FastAPI, settings: Settings, commits: CommitsOfOthers, counter: Counter | None) -> None:
    """The last one added is the first to see a request."""
    cross_origin: dict[str, Any] = {
        "allow_origins": settings.cors_origins,
        "allow_methods": ALLOWED_METHODS,
        "allow_headers": ["*"],
        "expose_headers": EXPOSED_HEADERS,
    }
    app.add_middleware(PlainPaths, handlers=plain_paths(*ROUTERS))
    app.add_middleware(ReadOnlyMethods)
    if is_installed():
        app.add_middleware(Assistants, version=app.version)
    app.add_middleware(CrossOrigin, **cross_origin)
    if settings.cache_mb:
        most_bytes = settings.cache_mb * 2**20
        app.add_middleware(AnswerCache, engine=app.state.engine, commits=commits, most_bytes=most_bytes)
    if counter is not None:
        app.add_middleware(RateLimits, counter=counter, around=partial(CrossOrigin, **cross_origin))
    app.add_middleware(RequestIds, safe=[*SAFE_HEADERS, *strict_transport(settings.hsts_s)])
    if settings.trusted_proxies:
        app.add_middleware(TrustedProxies, networks=settings.trusted_proxies)
