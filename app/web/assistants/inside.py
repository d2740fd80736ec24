"""Asks a route of this very application as a client would, without a socket between."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from starlette.types import ASGIApp, Message, Scope

_OF_THE_CLIENT = frozenset({b"host", b"x-forwarded-proto"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route said: its status, and its JSON, which is a problem where the status is not 200."""

    status: int
    body: dict[str, Any]
    bytes: int


class Inside:
    """The routes, asked on behalf of one request."""

    def __init__(self, app: ASGIApp, scope: Scope) -> None:
        self._app = app
        self._scope = scope

    async def ask(self, path: str, parameters: Mapping[str, Any]) -> Answer:
        """The JSON answer to a question; what is no text or list of texts is spelt as JSON spells it."""
        query = urlencode([(name, _text(each)) for name, value in parameters.items() for each in _each(value)])
        scope: dict[str, Any] = {
            **{name: value for name, value in self._scope.items() if name not in ("state", "path_params", "route")},
            "method": "GET",
            "path": path,
            "raw_path": quote(path).encode(),
            "query_string": query.encode(),
            "headers": [pair for pair in self._scope["headers"] if pair[0] in _OF_THE_CLIENT],
            "state": {"request_id": self._scope.get("state", {}).get("request_id", "-")},
        }
        status, chunks = 500, []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                chunks.append(message.get("body", b""))

        await self._app(scope, receive, send)
        body = b"".join(chunks)
        return Answer(status, orjson.loads(body), len(body))


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
