"""Which pages of other origins may read answers."""

from functools import cached_property

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

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
    """The framework's own, but that it refuses with a problem, and answers all alike where all may read."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            asked = Headers(scope=scope)
            is_preflight = scope["method"] == "OPTIONS" and "origin" in asked
            if is_preflight and "access-control-request-method" in asked:
                await self._answer_preflight(scope, asked)(scope, receive, send)
                return
            if "origin" not in asked:
                await self.app(scope, receive, self._as_to_a_page(send))
                return
        await super().__call__(scope, receive, send)

    def _as_to_a_page(self, send: Send) -> Send:
        """Say the same to who is no page of another origin: a cache before the API gives the answer to pages too."""
        told = self._told_to_all

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *told]}
            await send(message)

        return send_on

    @cached_property
    def _told_to_all(self) -> list[tuple[bytes, bytes]]:
        if not self.allow_all_origins:
            return [(b"vary", b"Origin")]
        return [(name.lower().encode(), value.encode()) for name, value in self.simple_headers.items()]

    def _answer_preflight(self, scope: Scope, asked: Headers) -> Response:
        answer = self.preflight_response(asked)
        if answer.status_code < 400:
            return answer
        detail = f"Pages of this origin may not ask so: {bytes(answer.body).decode()}."
        kept = {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}
        return problem_response(Request(scope), Problem(MALFORMED_REQUEST, detail, headers={**kept, "Vary": "Origin"}))
