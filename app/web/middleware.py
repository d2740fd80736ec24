"""What happens around every request, as plain ASGI: it must cost little and never touch a body."""

import itertools
import secrets

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import METHOD_NOT_ALLOWED, Problem
from app.web.problem_handlers import problem_response

ALLOWED = "GET, HEAD, OPTIONS"
_IS_HEAD = "app.is_head"
# A request is named by its process and its number there: unique, and told without asking for chance each time.
_PROCESS, _REQUESTS = secrets.token_hex(8), itertools.count(1)


class ReadOnlyMethods:
    """Refuses every method that could mean a change, before any routing; answers HEAD as GET without a body.

    The framework's GET routes would refuse HEAD, which download tools send first.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "GET":
            await self.app(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self.app({**scope, "method": "GET", _IS_HEAD: True}, receive, _without_body(send))
        elif scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": [(b"allow", ALLOWED.encode())]})
            await send({"type": "http.response.body", "body": b""})
        else:
            detail = f"{scope['method']} is refused: nothing can be changed through this API."
            problem = Problem(METHOD_NOT_ALLOWED, detail, headers={"Allow": ALLOWED})
            await problem_response(Request(scope), problem)(scope, receive, send)


def is_head(request: Request) -> bool:
    """Whether the body of the answer will not be sent."""
    return _IS_HEAD in request.scope


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


class RequestIds:
    """Names every request, in its answer and in the log of its failure."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = f"{_PROCESS}-{next(_REQUESTS):x}"
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                of_request = ((b"x-request-id", request_id.encode()), (b"x-content-type-options", b"nosniff"))
                message = {**message, "headers": [*message["headers"], *of_request]}
            await send(message)

        await self.app(scope, receive, send_with_id)
