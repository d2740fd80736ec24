"""Lets POST through on /mcp alone, to the protocol's own server, which is loaded when it is first asked for."""

from collections.abc import Awaitable, Callable
from importlib.util import find_spec

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.problems import METHOD_NOT_ALLOWED, Problem
from app.web.problem_handlers import problem_response

Serve = Callable[[ASGIApp, str, Scope, Receive, Send], Awaitable[None]]
PATH = "/mcp"
ALLOWED = "POST, OPTIONS"


def is_installed() -> bool:
    """Whether the extra `mcp` is."""
    return find_spec("mcp") is not None


class Assistants:
    """Answers /mcp and hands all else on. Nothing outlives a request: there are no sessions."""

    def __init__(self, app: ASGIApp, version: str) -> None:
        self.app = app
        self._version = version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self.app(scope, receive, send)
        elif scope["method"] == "POST":
            serve = await run_in_threadpool(_loaded)
            await serve(self.app, self._version, scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": [(b"allow", ALLOWED.encode())]})
            await send({"type": "http.response.body", "body": b""})
        else:
            detail = f"{scope['method']} is refused: {PATH} takes messages of the Model Context Protocol by POST."
            problem = Problem(METHOD_NOT_ALLOWED, detail, headers={"Allow": ALLOWED})
            await problem_response(Request(scope), problem)(scope, receive, send)


def _loaded() -> Serve:
    # Loading it takes half as long as all the rest of the API: who never asks for it does not pay.
    from app.web.assistants.protocol import serve  # noqa: PLC0415

    return serve
