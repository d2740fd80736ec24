"""One connection of a client, as the server takes it: bounded in time and size, and refused with a problem.

The server's own protocol waits for ever for a request that never ends, and for a client that never reads. It is used as
it is otherwise.
"""

from asyncio import AbstractEventLoop, TimerHandle
from asyncio import Transport as AnyTransport
from contextlib import suppress
from fcntl import ioctl
from sys import byteorder
from termios import TIOCOUTQ
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from app.problems import MALFORMED_REQUEST, REQUEST_TIMEOUT, REQUEST_TOO_LARGE, Problem
from app.web.clients import EXEMPT
from app.web.problem_handlers import problem_on_the_wire, problem_response
from app.web.safe_headers import SAFE_HEADERS
from app.web.turns import overloaded

LARGEST_HEAD_BYTES = 65_536
# A client that takes less than this is one that keeps a connection, not one that reads.
LEAST_BYTES_A_SECOND = 500


class ClientConnection(HttpToolsProtocol):
    """Gives a client `patience_s` seconds for a request, and the same again and again for some of what it is sent."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
        *,
        patience_s: float,
        most_connections: int,
    ) -> None:
        super().__init__(config=config, server_state=server_state, app_state=app_state, _loop=_loop)
        self._patience_s = patience_s
        self._most_connections = most_connections
        self._begun = self._is_in_head = False
        self._head_bytes = 0
        self._until_asked: TimerHandle | None = None
        self._until_read: TimerHandle | None = None
        self._unread_bytes = 0

    def connection_made(self, transport: AnyTransport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._until_asked = self.loop.call_later(self._patience_s, self._give_up_asking)
        if len(self.connections) > self._most_connections:
            self.app = _Full(self.app)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_waiting_for_request()
        self._end_waiting_for_reader()
        super().connection_lost(exc)

    # What the client sends

    def data_received(self, data: bytes) -> None:
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEAD_BYTES:
                detail = f"The head of a request has at most {LARGEST_HEAD_BYTES:,} bytes here."
                self._refuse(Problem(REQUEST_TOO_LARGE, detail))
                return
        super().data_received(data)
        if self._begun and self._until_asked is None and not self.transport.is_closing():
            self._until_asked = self.loop.call_later(self._patience_s, self._give_up_asking)

    def on_message_begin(self) -> None:
        self._begun = self._is_in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._begun = False
        self._end_waiting_for_request()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(Problem(MALFORMED_REQUEST, "What was sent cannot be read as HTTP/1.1."))

    def _give_up_asking(self) -> None:
        self._until_asked = None
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()  # an answer is under way to a request whose body never ends
        elif self._begun:
            self._refuse(Problem(REQUEST_TIMEOUT, f"No whole request came within {self._patience_s:g} seconds."))
        else:
            self.transport.close()

    def _end_waiting_for_request(self) -> None:
        if self._until_asked is not None:
            self._until_asked.cancel()
            self._until_asked = None

    def _refuse(self, problem: Problem) -> None:
        """Answer what cannot be taken as a request, where no other answer would be mistaken for it; then close."""
        self._end_waiting_for_request()
        answering = self.cycle if self.cycle is not None and not self.cycle.response_complete else None
        if answering is None:
            self.transport.write(problem_on_the_wire(problem, SAFE_HEADERS))
        elif not (self._is_in_head or self.pipeline or answering.response_started):
            # It is the body that is wrong of the very request that is about to be answered.
            answering.disconnected = True
            answering.message_event.set()
            self.transport.write(problem_on_the_wire(problem, SAFE_HEADERS))
        self.transport.close()

    # What the client reads

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait_for_reader()

    def resume_writing(self) -> None:
        self._end_waiting_for_reader()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        # What closes a connection waits until all is sent; whoever does not read must not make it wait for ever.
        super().timeout_keep_alive_handler()
        if self.transport.get_write_buffer_size() and self._until_read is None:
            self._wait_for_reader()

    def _wait_for_reader(self) -> None:
        self._unread_bytes = self._bytes_unread()
        self._until_read = self.loop.call_later(self._patience_s, self._look_at_reader)

    def _look_at_reader(self) -> None:
        self._until_read = None
        if self._unread_bytes - self._bytes_unread() < self._patience_s * LEAST_BYTES_A_SECOND:
            self.transport.abort()
        else:
            self._wait_for_reader()

    def _bytes_unread(self) -> int:
        """What the client has still to take: of the system's megabytes too, which it says little about."""
        in_system = bytearray(4)
        with suppress(OSError):
            ioctl(self.transport.get_extra_info("socket").fileno(), TIOCOUTQ, in_system)
        return self.transport.get_write_buffer_size() + int.from_bytes(in_system, byteorder)

    def _end_waiting_for_reader(self) -> None:
        if self._until_read is not None:
            self._until_read.cancel()
            self._until_read = None


class _Full:
    """Answers on a connection for which there is no room; health is told all the same."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in EXEMPT:
            await self._app(scope, receive, send)
            return
        problem = overloaded("connections")
        response = problem_response(Request(scope), problem)
        response.headers["connection"] = "close"
        response.raw_headers.extend(SAFE_HEADERS)
        await response(scope, receive, send)
