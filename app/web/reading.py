"""The short way to what is asked most: no resolving of routes and dependencies, which costs as much as a page.

Routes are documented as any others are; only what happens for a request is shorter. An endpoint's dependencies are
coroutines that take the request alone, and its path's parameters are texts.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.queries.following import ReplicaBehind
from app.web.problem_handlers import answer_error

Handler = Callable[[Request], Awaitable[Response]]


class ReadingRoute(APIRoute):
    """A route whose endpoint takes the request, its dependencies, and its path's parameters as they are."""

    def get_route_handler(self) -> Handler:  # type: ignore[override]
        endpoint: Callable[..., Awaitable[Response]] = self.endpoint
        reads: dict[str, Callable[[Request], Awaitable[Any]]] = {
            str(dependency.name): dependency.call  # type: ignore[misc]
            for dependency in self.dependant.dependencies
        }

        async def handle(request: Request) -> Response:
            read = {name: await read(request) for name, read in reads.items()}
            try:
                return await endpoint(request=request, **read, **request.path_params)
            except ReplicaBehind:
                pass  # the next connection may be to another copy
            except DBAPIError as error:
                if not _is_broken_off(error):
                    raise
            # The connection had ended since it was last used. To read again is harmless, and now there is another one.
            return await endpoint(request=request, **read, **request.path_params)

        return handle


def _is_broken_off(error: DBAPIError) -> bool:
    """Whether a statement failed as its connection had ended; none was sent where none could be made."""
    return error.connection_invalidated and error.statement is not None


def plain_paths(*routers: APIRouter) -> Mapping[str, Handler]:
    """The handlers of reading routes whose path is a plain text, by that."""
    return {
        route.path: route.get_route_handler()
        for router in routers
        for route in router.routes
        if isinstance(route, ReadingRoute) and "{" not in route.path
    }


class PlainPaths:
    """Hands requests for plain paths to their handlers, and all others on. Answers errors as the routes' app does."""

    def __init__(self, app: ASGIApp, handlers: Mapping[str, Handler]) -> None:
        self.app = app
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handle = self._handlers.get(scope["path"]) if scope["type"] == "http" else None
        if handle is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        try:
            response = await handle(request)
        except Exception as error:  # noqa: BLE001  # no text of it may reach a client
            response = answer_error(request, error)
        await response(scope, receive, send)
