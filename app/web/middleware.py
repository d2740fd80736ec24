"""What happens around every request, as plain ASGI: it must cost little and never touch a body."""

import itertools
import secrets

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import METHOD_NOT_ALLOWED, URL_TOO_LONG, Problem
from app.web.problem_handlers import problem_response
from app.web.safe_headers import Headers, add_safe_headers

ALLOWED = "GET, HEAD, OPTIONS"
# As many bytes as RFC 9110 wants every server to take; a hundred ids of a hundred letters do not fit.
LONGEST_URL = 8_000
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
    """Names every request, in its answer and in the log of its failure, and makes every answer safe to open.

    Refuses addresses that are too long to be a question, before anything looks at them.
    """

    def __init__(self, app: ASGIApp, safe: Headers) -> None:
        self.app = app
        self._safe = safe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = f"{_PROCESS}-{next(_REQUESTS):x}"
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], (b"x-request-id", request_id.encode())]
                add_safe_headers(headers, self._safe)
                message = {**message, "headers": headers}
            await send(message)

        if len(scope["path"]) + len(scope["query_string"]) > LONGEST_URL:
            await _refuse_long_url(scope, receive, send_with_id)
        else:
            await self.app(scope, receive, send_with_id)


async def _refuse_long_url(scope: Scope, receive: Receive, send: Send) -> None:
    detail = f"The path and the query of a request have at most {LONGEST_URL:,} bytes here."
    brief = {**scope, "path": "/"}  # the whole of it would be said again
    await problem_response(Request(brief), Problem(URL_TOO_LONG, detail))(scope, receive, send)
