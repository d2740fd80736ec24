"""Turns everything that can go wrong into problem+json (RFC 9457), the framework's own errors too.

No driver's text and no stack trace reaches a client; they go to the log with the request's id.
"""

import logging

from fastapi import FastAPI, Request
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from app.problems import (
    DATABASE_UNAVAILABLE,
    INTERNAL_ERROR,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    Problem,
    ProblemType,
    nearest,
)
from app.web.caching import NOT_KEPT

PROBLEM_JSON = "application/problem+json"
UNDEFINED_TABLE = "42P01"
_log = logging.getLogger("app.problems")


def problem_response(request: Request, problem: Problem) -> Response:
    """A problem as an answer."""
    body = {
        "type": f"/problems/{problem.problem_type.slug}",
        "title": problem.problem_type.title,
        "status": problem.problem_type.status,
        "detail": problem.detail,
        "instance": request.url.path,
        "errors": [
            {"parameter": fault.parameter, "detail": fault.detail, "did_you_mean": list(fault.did_you_mean)}
            for fault in problem.errors
        ],
        **problem.more,
    }
    headers = {"Cache-Control": NOT_KEPT, **problem.headers}
    return JSONResponse(body, problem.problem_type.status, headers, media_type=PROBLEM_JSON)


def add_problem_handlers(app: FastAPI) -> None:
    """Every way to fail, in one table."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(PoolTimeoutError, _database_error)
    app.add_exception_handler(Exception, _unforeseen)


def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101  # registered for this class alone
    return problem_response(request, error)


def _http_exception(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: a path that is not there, or a method."""
    status = getattr(error, "status_code", 500)
    if status == 404:
        near = nearest(request.url.path, _paths(request.app), limit=1)
        hint = f" Did you mean {near[0]}?" if near else " / lists what there is."
        return problem_response(request, Problem(NOT_FOUND, f"There is nothing at {request.url.path}.{hint}"))
    if status == 405:
        headers = {"Allow": "GET, HEAD, OPTIONS"}
        return problem_response(request, Problem(METHOD_NOT_ALLOWED, f"{request.method} is refused.", headers=headers))
    problem_type = ProblemType("request-refused", "The request was refused", status, "", "")
    return problem_response(request, Problem(problem_type, "The server cannot take this request as it was sent."))


def _paths(app: FastAPI) -> list[str]:
    return [path for path in app.openapi()["paths"] if "{" not in path]


def _database_error(request: Request, error: Exception) -> Response:
    """A database that is away or not migrated is 503; anything else that it says is a fault of ours."""
    original = getattr(error, "orig", None)
    is_away = isinstance(error, OperationalError | InterfaceError | PoolTimeoutError)
    if is_away or getattr(original, "sqlstate", None) == UNDEFINED_TABLE:
        _log.warning("database unavailable: %s", original or error)
        detail = "The database does not answer, or has not been migrated."
        return problem_response(request, Problem(DATABASE_UNAVAILABLE, detail, headers={"Retry-After": "5"}))
    return _unforeseen(request, error)


def _unforeseen(request: Request, error: Exception) -> Response:
    request_id = request.scope.get("state", {}).get("request_id", "-")
    _log.error("request %s failed", request_id, exc_info=error)
    return problem_response(request, Problem(INTERNAL_ERROR, f"This is request {request_id}."))
