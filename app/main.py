"""The only place that wires: settings, engine, routes, middleware."""

import gc

# What reading modules makes stays: to look among it for garbage, again and again, takes a fifth of a start.
gc.disable()

import logging
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from app import VERSION
from app.db import (
    CommitsOfOthers,
    KeptConnection,
    UnsafeDatabase,
    check_the_readers_rights,
    connections_of,
    make_read_engine,
)
from app.measuring import Numbers
from app.metrics import Picture
from app.settings import Settings, WrongSettings, read_settings
from app.web.answer_cache import AnswerCache
from app.web.assistants.mounting import PATH as ASSISTANTS
from app.web.assistants.mounting import Assistants, is_installed
from app.web.clients import TrustedProxies
from app.web.cross_origin import ALLOWED_METHODS, EXPOSED_HEADERS, CrossOrigin
from app.web.draining import Draining
from app.web.middleware import ReadOnlyMethods
from app.web.observing import Observed
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
from app.web.routers.metrics import add_metrics, laying_down
from app.web.safe_headers import SAFE_HEADERS, strict_transport
from app.web.spans import is_tracing_wanted, no_span
from app.web.turns import Streams, Turns

if TYPE_CHECKING:
    from app.web.tracing import Tracing

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
        numbers = Numbers()
        connections = settings.max_queries + settings.max_streams + OTHER_CONNECTIONS
        engine = make_read_engine(settings.database_url, settings.query_timeout_s, connections, numbers.database)
        check_the_readers_rights(engine, settings.database_url)
        is_traced = is_tracing_wanted(os.environ)
    except (WrongSettings, UnsafeDatabase) as refusal:
        raise SystemExit(str(refusal)) from None
    logging.getLogger("app").setLevel(settings.log_level.upper())

    tracing = _traced(engine, numbers) if is_traced else None
    commits, kept = CommitsOfOthers(engine), KeptConnection(engine)
    counter = Counter(settings.rate_limit, settings.rate_limit_storage) if settings.rate_limit else None
    numbers.connections = lambda: connections_of(engine)
    picture, draining = Picture(engine, VERSION, settings.metrics_folder, numbers), Draining(settings.drain_seconds)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.enter_context(draining.on_signal())
            if tracing is not None:
                stack.push_async_callback(run_in_threadpool, tracing.close)
            if settings.metrics_folder:
                await stack.enter_async_context(laying_down(picture))
            yield
        if counter is not None:
            await counter.close()
        commits.close()
        kept.close()
        engine.dispose()

    app = FastAPI(
        title="Conflict Events API",
        version=VERSION,
        lifespan=lifespan,
        redirect_slashes=False,
        openapi_url=None,
    )
    app.state.engine, app.state.kept_connection = engine, kept
    app.state.turns = Turns(settings.max_queries, settings.max_waiting)
    app.state.streams = Streams(settings.max_streams)
    app.state.spans = no_span if tracing is None else tracing.span
    app.state.numbers, app.state.draining = numbers, draining
    app.state.public_url = settings.public_url or ""
    for router in ROUTERS:
        app.include_router(router)
    add_docs(app)
    if settings.metrics == "on":
        add_metrics(app, picture)
    add_problem_handlers(app)
    app.openapi = lambda: openapi_of(app)  # type: ignore[method-assign]
    _add_middleware(app, settings, commits, counter, tracing)
    return app


def _traced(engine: Engine, numbers: Numbers) -> "Tracing":
    # Loaded where it is asked for alone: it takes a good part of a second.
    from app.web.tracing import Tracing  # noqa: PLC0415

    tracing = Tracing(VERSION, engine.dialect.name)
    numbers.database.told = tracing.note_statement
    return tracing


def _add_middleware(
    app: FastAPI, settings: Settings, commits: CommitsOfOthers, counter: Counter | None, tracing: "Tracing | None"
) -> None:
    """The last one added is the first to see a request."""
    cross_origin: dict[str, Any] = {
        "allow_origins": settings.cors_origins,
        "allow_methods": ALLOWED_METHODS,
        "allow_headers": ["*"],
        "expose_headers": EXPOSED_HEADERS,
    }
    plain, numbers = plain_paths(*ROUTERS), app.state.numbers
    paths = frozenset({*plain, ASSISTANTS})
    app.add_middleware(PlainPaths, handlers=plain)
    app.add_middleware(ReadOnlyMethods)
    if is_installed():
        app.add_middleware(Assistants, version=app.version)
    app.add_middleware(CrossOrigin, **cross_origin)
    if settings.cache_mb:
        most_bytes = settings.cache_mb * 2**20
        app.add_middleware(
            AnswerCache,
            engine=app.state.engine,
            commits=commits,
            most_bytes=most_bytes,
            counts=numbers.remembered,
        )
    if counter is not None:
        app.add_middleware(RateLimits, counter=counter, around=partial(CrossOrigin, **cross_origin))
    if tracing is not None:
        from app.web.tracing import Traced  # noqa: PLC0415

        app.add_middleware(Traced, tracing=tracing, plain=paths)
    safe = [*SAFE_HEADERS, *strict_transport(settings.hsts_s)]
    app.add_middleware(Observed, numbers=numbers, plain=paths, safe=safe)
    if settings.trusted_proxies:
        app.add_middleware(TrustedProxies, networks=settings.trusted_proxies)
