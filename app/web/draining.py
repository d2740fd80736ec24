"""The time between the order to stop and the end: a balancer is to notice before anything is refused."""

import asyncio
import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_log = logging.getLogger("app.draining")


class Draining:
    """Whether the process was told to stop (SIGTERM), and the server's own answer to it put off by `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.has_begun = False
        self._seconds = seconds

    @contextmanager
    def on_signal(self) -> Iterator[None]:
        """Takes the order to stop while the server runs, on the event loop of the main thread; elsewhere nothing."""
        loop, server = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)
        if threading.current_thread() is not threading.main_thread() or not callable(server):
            yield
            return

        def stop(number: int, _: FrameType | None) -> None:
            # Told again, it does not wait: somebody is in a hurry.
            delay = 0 if self.has_begun else self._seconds
            self.has_begun = True
            loop.call_soon_threadsafe(loop.call_later, delay, _call, server, number)

        signal.signal(signal.SIGTERM, stop)
        try:
            yield
        finally:
            if signal.getsignal(signal.SIGTERM) is stop:
                signal.signal(signal.SIGTERM, server)


def _call(server: Any, number: int) -> None:
    _log.info("no longer ready, and ending what has begun")
    server(number, None)
