"""Names every request, counts it, and writes its line of the log; the first to see it and the last to let it go."""

import itertools
import logging
import secrets
from collections.abc import Collection
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.logs import ACCESS, named
from app.measuring import Numbers
from app.web.middleware import LONGEST_URL, refuse_long_url
from app.web.safe_headers import Headers, add_safe_headers

# A request is named by its process and its number there: unique, and told without asking for chance each time.
_PROCESS, _REQUESTS = secrets.token_hex(8), itertools.count(1)
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST"})
# What has no route: a path that is not there, a method that is refused.
NO_ROUTE = "none"
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
_log = logging.getLogger(ACCESS)


class Observed:
    """Gives each request an id of its own, whatever the client sends: an id that a stranger chose proves nothing.

    Makes every answer safe to open, and refuses addresses that are too long to be a question before anything looks at
    them. `plain` are the paths that are their own routes' templates.
    """

    def __init__(self, app: ASGIApp, numbers: Numbers, plain: Collection[str], safe: Headers) -> None:
        self.app = app
        self._safe = safe
        self._answered = numbers.answered
        self._plain = frozenset(plain)
        # Asked once: where nobody reads lines at this level, a request costs nothing for them.
        self._is_logged = _log.isEnabledFor(logging.INFO) and _log.hasHandlers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        request_id = f"{_PROCESS}-{next(_REQUESTS):x}"
        scope.setdefault("state", {})["request_id"] = request_id
        answered, plain, safe = self._answered, self._plain, self._safe

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Who sends a list makes it for this answer: to add to it spares a copy.
                message["headers"].append((b"x-request-id", request_id.encode()))
                add_safe_headers(message["headers"], safe)
                key = (route_of(scope, plain), known_method(scope), message["status"])
                answered(key, perf_counter() - began)
            await send(message)

        seen = _Seen(send_with_id) if self._is_logged else None
        is_too_long = len(scope["path"]) + len(scope["query_string"]) > LONGEST_URL
        try:
            await (refuse_long_url if is_too_long else self.app)(scope, receive, seen or send_with_id)
        finally:
            if seen is not None:
                self._write_line(request_id, scope, seen, perf_counter() - began)

    def _write_line(self, request_id: str, scope: Scope, seen: "_Seen", seconds: float) -> None:
        fields = {
            "route": route_of(scope, self._plain),
            "method": known_method(scope),
            "status": seen.status,
            "duration_ms": round(seconds * 1000, 3),
            "bytes": seen.bytes,
            "release": seen.release,
            "complete": seen.is_complete,
        }
        # A balancer asks every second or so: its lines would drown all others.
        _log.log(
            logging.DEBUG if scope["path"] in _PROBES else logging.INFO, "request", extra=named(request_id, **fields)
        )


class _Seen:
    """What went out: how much, of which release, and whether to the end. Passes it all on."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None
        self.release: int | None = None
        self.bytes = 0
        self.is_complete = False

    async def __call__(self, message: Message) -> None:
        await self._send(message)
        if message["type"] == "http.response.start":
            self.status = message["status"]
            named = next((value for name, value in message["headers"] if name == b"data-release"), None)
            self.release = None if named is None else int(named)
        else:
            self.bytes += len(message.get("body", b""))
            self.is_complete = not message.get("more_body", False)


def route_of(scope: Scope, plain: Collection[str]) -> str:
    """The template of the route that took a request, such as `/events/{id}`; never what was asked for in it."""
    path: str = scope["path"]
    return path if path in plain else getattr(scope.get("route"), "path", NO_ROUTE)


def known_method(scope: Scope) -> str:
    """The method, unless it is one that the API does not know."""
    method: str = scope["method"]
    return method if method in _METHODS else "other"
