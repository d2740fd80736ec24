"""A bare ASGI application that sends one body, held ready in memory: the most that uvicorn can send.

BENCH_BODY=page.json BENCH_ENCODING=identity uvicorn bench.bare:application --factory
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


def application() -> Application:
    """The application for the body and the encoding that the environment names."""
    body, encoding = Path(os.environ["BENCH_BODY"]).read_bytes(), os.environ["BENCH_ENCODING"]
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if encoding != "identity":
        headers.append((b"content-encoding", encoding.encode()))

    async def send_the_body(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return send_the_body
