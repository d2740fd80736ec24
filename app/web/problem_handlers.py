"""Turns everything that can go wrong into problem+json (RFC 9457), the framework's own errors too.

No driver's text and no stack trace reaches a client; they go to the log with the request's id.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import FastAPI, Request
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.db import UnsafeDatabase, is_out_of_time
from app.logs import named
from app.problems import (
    DATABASE_UNAVAILABLE,
    INTERNAL_ERROR,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    TOO_SLOW,
    Problem,
    ProblemType,
    nearest,
)
from app.web.caching import NOT_KEPT
from app.web.negotiation import is_read_by_a_person, raw_path
from app.web.pages.problem_page import problem_page
from app.web.pages.rendering import HEADERS
from app.web.pages.representation import HTML

PROBLEM_JSON = "application/problem+json"
NOT_MIGRATED = {"42P01", "42703"}  # undefined table, undefined column
_NARROW = (
    "The database was told to stop, as the question took too long. Ask for less: a country, fewer days, a smaller"
    " limit, coarser groups, or total=false."
)
_log = logging.getLogger("app.problems")


def problem_response(request: Request, problem: Problem) -> Response:
    """A problem as an answer."""
    body = _body_of(problem, quote(request.scope["path"]))
    headers = {"Cache-Control": NOT_KEPT, **problem.headers}
    if is_read_by_a_person(request):
        page = problem_page(problem, body, request.scope["path"], raw_path(request), _query(request))
        return Response(page, problem.problem_type.status, {**headers, **HEADERS, "Vary": "Accept"}, HTML.media_type)
    return JSONResponse(body, problem.problem_type.status, headers, media_type=PROBLEM_JSON)


def problem_on_the_wire(problem: Problem, more: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A problem as the whole answer to what is no request, after which the connection is closed."""
    body = orjson.dumps(_body_of(problem, "/"))
    status = problem.problem_type.status
    head = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode(),
        b"content-type: " + PROBLEM_JSON.encode(),
        b"content-length: %d" % len(body),
        b"cache-control: " + NOT_KEPT.encode(),
        b"connection: close",
        *(f"{name.lower()}: {value}".encode() for name, value in problem.headers.items()),
        *(name + b": " + value for name, value in more),
    ]
    return b"\r\n".join([*head, b"", body])


def _body_of(problem: Problem, instance: str) -> dict[str, Any]:
    return {
        "type": f"/problems/{problem.problem_type.slug}" if problem.problem_type.slug else "about:blank",
        "title": problem.problem_type.title,
        "status": problem.problem_type.status,
        "detail": problem.detail,
        "instance": instance,
        "errors": [
            {"parameter": fault.parameter, "detail": fault.detail, "did_you_mean": list(fault.did_you_mean)}
            for fault in problem.errors
        ],
        **problem.more,
    }


def _query(request: Request) -> str:
    return str(request.scope["query_string"].decode("latin-1"))


def add_problem_handlers(app: FastAPI) -> None:
    """Every way to fail, in one table."""
    for kind, answer in _ANSWERS.items():
        app.add_exception_handler(kind, answer)
    app.add_middleware(_UnforeseenInside)


def answer_error(request: Request, error: Exception) -> Response:
    """The answer to an error, by the same table."""
    return next(_ANSWERS[kind] for kind in type(error).__mro__ if kind in _ANSWERS)(request, error)


class _UnforeseenInside:
    """Answers what routes raise inside all other middleware, so that a 500 too has its CORS headers and request id.

    The framework's own place for it is outside of them. An answer that has begun is left broken, never finished.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_on(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        except Exception as error:  # whatever it is, no text of it may reach a client
            if begun or scope["type"] != "http":
                raise
            await _unforeseen(Request(scope), error)(scope, receive, send)


def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101  # registered for this class alone
    return problem_response(request, error)


def _http_exception(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: a path that is not there, or a method."""
    status = getattr(error, "status_code", 500)
    if status == 404:
        path = request.scope["path"]
        near = nearest(path, _paths(request.app), limit=1)
        hint = f" Did you mean {near[0]}?" if near else " / lists what there is."
        return problem_response(request, Problem(NOT_FOUND, f"There is nothing at {path}.{hint}"))
    if status == 405:
        headers = {"Allow": "GET, HEAD, OPTIONS"}
        return problem_response(request, Problem(METHOD_NOT_ALLOWED, f"{request.method} is refused.", headers=headers))
    problem_type = ProblemType("", HTTPStatus(status).phrase, status, "", "")
    return problem_response(request, Problem(problem_type, "The server cannot take this request as it was sent."))


def _paths(app: FastAPI) -> list[str]:
    return [path for path in app.openapi()["paths"] if "{" not in path]


def _database_error(request: Request, error: Exception) -> Response:
    """A database that is away or not migrated is 503; anything else that it says is a fault of ours."""
    original = getattr(error, "orig", None)
    if is_out_of_time(original):
        _log.warning("a question took too long: %s", request.scope["path"])
        return problem_response(request, Problem(TOO_SLOW, _NARROW, headers={"Retry-After": "30"}))
    is_away = isinstance(error, OperationalError | InterfaceError | PoolTimeoutError | UnsafeDatabase)
    # SQLite's plain DatabaseError: the file is none of its own, or damaged.
    is_away = is_away or type(original) is sqlite3.DatabaseError
    if is_away or getattr(original, "sqlstate", None) in NOT_MIGRATED:
        _log.warning("database unavailable: %s", original or error, extra=named(_id_of(request)))
        detail = "The database does not answer, or has not been migrated."
        return problem_response(request, Problem(DATABASE_UNAVAILABLE, detail, headers={"Retry-After": "5"}))
    return _unforeseen(request, error)


def _unforeseen(request: Request, error: Exception) -> Response:
    request_id = _id_of(request)
    _log.error("request %s failed", request_id, exc_info=error, extra=named(request_id))
    return problem_response(request, Problem(INTERNAL_ERROR, f"This is request {request_id}."))


def _id_of(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", "-"))


_ANSWERS: Mapping[type[Exception], Callable[[Request, Exception], Response]] = {
    Problem: _problem,
    HTTPException: _http_exception,
    DBAPIError: _database_error,
    UnsafeDatabase: _database_error,
    PoolTimeoutError: _database_error,
    Exception: _unforeseen,
}
