"""What happens around every request, as plain ASGI: it must cost little and never touch a body."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import METHOD_NOT_ALLOWED, URL_TOO_LONG, Problem
from app.web.problem_handlers import problem_response

ALLOWED = "GET, HEAD, OPTIONS"
# As many bytes as RFC 9110 wants every server to take; a hundred ids of a hundred letters do not fit.
LONGEST_URL = 8_000
_IS_HEAD = "app.is_head"


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
            asked = {**scope, "method": "GET", _IS_HEAD: True}
            await self.app(asked, receive, _without_body(asked, scope, send))
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


def _without_body(asked: Scope, scope: Scope, send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        elif "route" in asked:
            scope["route"] = asked["route"]  # what was found is found for both
        await send(message)

    return send_head


async def refuse_long_url(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer an address that is too long to be a question."""
    detail = f"The path and the query of a request have at most {LONGEST_URL:,} bytes here."
    brief = {**scope, "path": "/"}  # the whole of it would be said again
    await problem_response(Request(brief), Problem(URL_TOO_LONG, detail))(scope, receive, send)
