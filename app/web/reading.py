"""The route that reads what was asked without the framework's resolving of dependencies, which costs as much as a page.

It is documented as any other route is; only what happens for a request is shorter. An endpoint's dependencies are
coroutines that take the request alone, and its path's parameters are texts.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response


class ReadingRoute(APIRoute):
    """A route whose endpoint takes the request, its dependencies, and its path's parameters as they are."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        endpoint: Callable[..., Awaitable[Response]] = self.endpoint
        reads: dict[str, Callable[[Request], Awaitable[Any]]] = {
            str(dependency.name): dependency.call  # type: ignore[misc]
            for dependency in self.dependant.dependencies
        }

        async def handle(request: Request) -> Response:
            read = {name: await read(request) for name, read in reads.items()}
            return await endpoint(request=request, **read, **request.path_params)

        return handle
