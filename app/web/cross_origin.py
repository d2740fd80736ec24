"""Which pages of other origins may read answers."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.problems import MALFORMED_REQUEST, Problem
from app.web.problem_handlers import problem_response

ALLOWED_METHODS = ("GET", "HEAD", "OPTIONS")
EXPOSED_HEADERS = (
    "ETag",
    "Link",
    "Data-Release",
    "Total-Count",
    "Last-Modified",
    "Retry-After",
    "X-Request-ID",
    "RateLimit",
    "RateLimit-Policy",
)


class CrossOrigin(CORSMiddleware):
    """The framework's own, but that it refuses with a problem."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            asked = Headers(scope=scope)
            if "origin" in asked and "access-control-request-method" in asked:
                await self._answer_preflight(scope, asked)(scope, receive, send)
                return
        await super().__call__(scope, receive, send)

    def _answer_preflight(self, scope: Scope, asked: Headers) -> Response:
        answer = self.preflight_response(asked)
        if answer.status_code < 400:
            return answer
        detail = f"Pages of this origin may not ask so: {bytes(answer.body).decode()}."
        kept = {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}
        return problem_response(Request(scope), Problem(MALFORMED_REQUEST, detail, headers={**kept, "Vary": "Origin"}))
