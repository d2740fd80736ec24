"""How much is done at once: what is more waits its turn for a short while, or is refused at once.

Without it questions would pile up in threads and before the pool of connections, each slower than the one before, and
all would end in timeouts. A refusal costs next to nothing, so that the API is there again as soon as less is asked.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from app.problems import OVERLOADED, Problem

# A client that has waited for so long is better told to come again than kept.
PATIENCE_S = 5.0
RETRY_AFTER_S = 5

Given = TypeVar("Given")


class Turns:
    """Lets so many questions be worked on at once, each in a thread, and so many wait."""

    def __init__(self, at_once: int, waiting: int, patience_s: float = PATIENCE_S) -> None:
        self._free = asyncio.Semaphore(at_once)
        # As many threads as there are turns, beside those that others of the process may take.
        self._threads = CapacityLimiter(at_once)
        self._most_waiting = waiting
        self._patience_s = patience_s
        self.waiting = 0

    async def run(self, ask: Callable[..., Given], *given: object) -> Given:
        """What `ask` gives. Raises Problem 503 where too many wait, or it was not this one's turn in time."""
        if self._free.locked():
            await self._wait()
        else:
            await self._free.acquire()  # at once: nobody is before it
        try:
            return await to_thread.run_sync(partial(ask, *given), limiter=self._threads)
        finally:
            self._free.release()

    async def _wait(self) -> None:
        if self.waiting >= self._most_waiting:
            raise overloaded("questions")
        self.waiting += 1
        try:
            async with asyncio.timeout(self._patience_s):
                await self._free.acquire()
        except TimeoutError:
            raise overloaded("questions") from None
        finally:
            self.waiting -= 1


class Streams:
    """Counts the whole results that are on their way, and gives each a thread for its next part."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._threads = CapacityLimiter(most)
        self.under_way = 0

    def begin(self) -> "StreamPlace":
        """A place for one. Raises Problem 503 where all are taken."""
        if self.under_way >= self._most:
            raise overloaded("whole results")
        self.under_way += 1
        return StreamPlace(self)

    async def run(self, step: Callable[..., Given], *given: object) -> Given:
        """What the next step of a stream gives: one that has begun has never to wait."""
        return await to_thread.run_sync(partial(step, *given), limiter=self._threads)


class StreamPlace:
    """One of the whole results that may be on their way; to be ended once, or oftener."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._is_taken = True

    async def run(self, step: Callable[..., Given], *given: object) -> Given:
        """What the next step gives, in a thread."""
        return await self._streams.run(step, *given)

    def end(self) -> None:
        """Leave it to another."""
        if self._is_taken:
            self._is_taken = False
            self._streams.under_way -= 1


async def in_turn(request: Request, ask: Callable[..., Given], *given: object) -> Given:
    """What `ask` gives, which may take long: when it is this request's turn. Raises Problem 503."""
    turns: Turns = request.app.state.turns
    return await turns.run(ask, *given)


def overloaded(of_what: str) -> Problem:
    """The problem of a question for which there is no room."""
    detail = f"As many {of_what} as this process takes at once are under way. Ask again in {RETRY_AFTER_S} seconds."
    return Problem(OVERLOADED, detail, headers={"Retry-After": str(RETRY_AFTER_S)})
