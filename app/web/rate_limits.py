"""How much one client may ask in a time, told in the headers of draft-ietf-httpapi-ratelimit-headers.

Counted in the process's own memory, or in Redis for all processes together. Where Redis is away each process counts for
itself, so that a limit holds all the same, if for each process.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from time import monotonic, time
from typing import TYPE_CHECKING, Any

from limits import RateLimitItem, aio, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from limits.util import WindowStats
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import TOO_MANY_REQUESTS, Problem
from app.web.clients import EXEMPT, one_client
from app.web.problem_handlers import problem_response

if TYPE_CHECKING:
    from redis.asyncio import ConnectionPool

# Redis answers within a millisecond or two; who waits longer for it than for an answer is not served.
REDIS_TIMEOUT_S = 0.5
# For so long a Redis that did not answer is not asked again.
REDIS_AWAY_S = 5.0
# More clients than this at once are no clients: their counts are begun anew rather than memory filled.
MOST_CLIENTS = 50_000
_SPENT = "app.spent"
_log = logging.getLogger("app.rate_limits")


@dataclass(frozen=True, slots=True)
class Policy:
    """A limit and the name that it has in headers."""

    name: str
    limit: RateLimitItem

    def as_told(self) -> str:
        return f'"{self.name}";q={self.limit.amount};w={self.limit.get_expiry()}'


@dataclass(frozen=True, slots=True)
class Left:
    """What of a policy is left to a client."""

    policy: Policy
    is_spent: bool
    requests: int
    seconds: int
    """Until there is more."""


class Counter:
    """Counts requests: in Redis where there is one and it answers, else in memory."""

    def __init__(self, limits: Sequence[str], storage: str) -> None:
        self._policies = policies_of(limits)
        self.told = ", ".join(policy.as_told() for policy in self._policies).encode()
        self._memory = MemoryStorage()
        self._in_memory = SlidingWindowCounterRateLimiter(self._memory)
        self._storage = None if storage == "memory://" else storage
        self._in_redis: aio.strategies.SlidingWindowCounterRateLimiter | None = None
        self._redis_away_until = 0.0
        self._pool: ConnectionPool | None = None

    async def count(self, client: str) -> list[Left]:
        """Count a request of this client; what is left to it by each policy."""
        if self._storage is not None and monotonic() >= self._redis_away_until:
            try:
                return await self._count_in_redis(client)
            except StorageError as error:
                self._redis_away_until = monotonic() + REDIS_AWAY_S
                _log.warning("rate limits are counted by each process for itself, as Redis is away: %s", error)
        if len(self._memory.storage) > MOST_CLIENTS:
            self._memory.reset()
            _log.warning("rate limits are counted anew: more than %d clients", MOST_CLIENTS)
        counted = []
        for policy in self._policies:
            passes = self._in_memory.hit(policy.limit, client)
            counted.append(_left(policy, passes, self._in_memory.get_window_stats(policy.limit, client)))
        return counted

    async def close(self) -> None:
        """End the connections to Redis, if there are any."""
        if self._pool is not None:
            await self._pool.disconnect()

    async def _count_in_redis(self, client: str) -> list[Left]:
        if self._in_redis is None:
            # Made in the loop that it belongs to; the package is loaded only where it is used.
            from redis.asyncio import ConnectionPool  # noqa: PLC0415

            self._pool = ConnectionPool.from_url(
                str(self._storage), socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
            )
            pool: Any = self._pool
            storage = aio.storage.RedisStorage(
                f"async+{self._storage}", wrap_exceptions=True, implementation="redispy", connection_pool=pool
            )
            self._in_redis = aio.strategies.SlidingWindowCounterRateLimiter(storage)
        counted = []
        for policy in self._policies:
            passes = await self._in_redis.hit(policy.limit, client)
            counted.append(_left(policy, passes, await self._in_redis.get_window_stats(policy.limit, client)))
        return counted


def policies_of(limits: Sequence[str]) -> Sequence[Policy]:
    """Limits by name: the only one is `default`, others are called after their seconds."""
    items = [parse(limit) for limit in limits]
    names = ["default"] if len(items) == 1 else [f"per-{item.get_expiry()}-s" for item in items]
    return [Policy(*pair) for pair in zip(names, items, strict=True)]


def _left(policy: Policy, passes: bool, stats: WindowStats) -> Left:
    seconds = min(max(ceil(stats.reset_time - time()), 1), policy.limit.get_expiry())
    return Left(policy, not passes, 0 if not passes else stats.remaining, seconds)


class RateLimits:
    """Refuses clients that ask more than their share.

    The refusal goes through what `around` puts around it, so that scripts of other origins may read it.
    """

    def __init__(self, app: ASGIApp, counter: Counter, around: Callable[[ASGIApp], ASGIApp]) -> None:
        self.app = app
        self._counter = counter
        self._refused = around(_refuse)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in EXEMPT or scope["method"] == "OPTIONS":
            await self.app(scope, receive, send)
            return
        left = await self._counter.count(one_client(scope.get("client")))
        listed = ", ".join(f'"{each.policy.name}";r={each.requests};t={each.seconds}' for each in left)
        told = [(b"ratelimit-policy", self._counter.told), (b"ratelimit", listed.encode())]

        async def send_with_limits(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *told]}
            await send(message)

        if spent := [each for each in left if each.is_spent]:
            await self._refused({**scope, _SPENT: spent}, receive, send_with_limits)
        else:
            await self.app(scope, receive, send_with_limits)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    spent: Sequence[Left] = scope[_SPENT]
    seconds = max(each.seconds for each in spent)
    said = " and ".join(f"{each.policy.limit.amount} in {each.policy.limit.get_expiry()} seconds" for each in spent)
    detail = f"Your address may make {said}, and has. Ask again in {seconds} second{'s' if seconds > 1 else ''}."
    violated = {"violated-policies": [each.policy.name for each in spent]}
    problem = Problem(TOO_MANY_REQUESTS, detail, more=violated, headers={"Retry-After": str(seconds)})
    await problem_response(Request(scope), problem)(scope, receive, send)
