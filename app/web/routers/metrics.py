"""/metrics, for Prometheus: a text for machines that watch this one, and no part of the API that is described."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request
from starlette.responses import Response

from app.metrics import Picture, render
from app.web.caching import NOT_KEPT

PATH = "/metrics"
# So old may the numbers of the other processes be.
EVERY_S = 1.0


def add_metrics(app: FastAPI, picture: Picture) -> None:
    """The route. Neither remembered nor described."""

    @app.get(PATH, include_in_schema=False)
    def metrics(request: Request) -> Response:
        body, media_type = render(picture, request.headers.get("accept", ""))
        return Response(body, headers={"Content-Type": media_type, "Cache-Control": NOT_KEPT})


@asynccontextmanager
async def laying_down(picture: Picture) -> AsyncIterator[None]:
    """Lays down this process's numbers for the others, again and again and once more at the end."""

    async def lay_down() -> None:
        while True:
            picture.lay_down()
            await asyncio.sleep(EVERY_S)

    task = asyncio.create_task(lay_down())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        picture.lay_down()
