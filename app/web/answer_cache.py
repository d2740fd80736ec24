"""Remembers answers for as long as the newest release is the same, and spares the question where one comes again.

Plain ASGI in front of the routes. An answer is remembered under what was asked, to the byte; the database is asked one
thing each time, which release is the newest, so that a new one is served at once.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.db import CommitsOfOthers, UnsafeDatabase
from app.measuring import Remembered
from app.queries.following import ReplicaBehind
from app.queries.releases import State, read_state

# What an answer depends on beside its address.
_ASKED_IN_HEADERS = frozenset({b"accept", b"accept-encoding", b"origin"})
# Of the headers of an answer, those that a 304 does not repeat.
_OF_A_BODY = frozenset({b"content-length", b"content-type", b"content-encoding"})
# One answer may take this share of the room, so that a few large ones do not drive out all others.
_LARGEST_SHARE = 4
# For so long what the database said holds: requests that come together ask it once.
FRESH_S = 0.001

# Where a route leaves the state of the database that it answered from, beside the request's own state.
_ANSWERED_FROM = "answered_from"

Headers = list[tuple[bytes, bytes]]
Key = tuple[str, bytes, tuple[tuple[bytes, bytes], ...]]


def let_be_remembered(request: Request, state: State) -> None:
    """Say that the answer to a request hangs on its key alone, and from which state of the database it is."""
    request.scope.setdefault("state", {})[_ANSWERED_FROM] = state


@dataclass(frozen=True, slots=True)
class Answer:
    """A remembered answer, and the route that gave it where that is not its path."""

    headers: Headers
    etag: bytes
    body: bytes
    route: object = None


class AnswerCache:
    """Answers again what it has answered, up to `most_bytes` of bodies; the least lately asked for go first."""

    def __init__(
        self, app: ASGIApp, engine: Engine, commits: CommitsOfOthers, most_bytes: int, counts: Remembered
    ) -> None:
        self.app = app
        self.counts = counts
        self._engine = engine
        self._most_bytes = most_bytes
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._bytes = 0
        self._state: State | None = None
        self._commits = commits if engine.dialect.name == "sqlite" else None
        self._count: tuple[int, int, int] | None = None
        self._asked_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        asked = [header for header in scope["headers"] if header[0] in _ASKED_IN_HEADERS]
        key = (scope["path"], scope["query_string"], tuple(asked))
        if key in self._answers and monotonic() - self._asked_at >= FRESH_S:
            await self._forget_what_is_old()
        answer = self._answers.get(key)
        if answer is None:
            await self.app(scope, receive, _Recorder(self, key, scope, send))
            return
        self._answers.move_to_end(key)
        self.counts.hits += 1
        if answer.route is not None:
            scope["route"] = answer.route
        await _send(answer, scope["headers"], send)

    async def _forget_what_is_old(self) -> None:
        """Ask the database what it is now; where it does not answer, nothing that is remembered holds."""
        self._asked_at = monotonic()
        try:
            if self._commits is None:
                state = await run_in_threadpool(read_state, self._engine)
            else:
                count = self._commits.count()
                if count == self._count:
                    return
                state, self._count = read_state(self._engine), count
        except ReplicaBehind as behind:
            # What is remembered is of the release that this copy lacks, or else of an older one.
            if self._state is not None and self._state.newest == behind.wanted:
                return
            state = None
        except (SQLAlchemyError, sqlite3.Error, UnsafeDatabase):
            state = None
            self._asked_at = 0.0
        self._forget_unless(state)

    def _forget_unless(self, state: State | None) -> None:
        if state is None or state != self._state:
            self._answers.clear()
            self._bytes = 0
            self._state = state
            self._count_what_is_there()

    def _count_what_is_there(self) -> None:
        self.counts.answers, self.counts.bytes = len(self._answers), self._bytes

    def _is_older(self, state: State) -> bool:
        known = self._state
        return known is not None and known.database == state.database and (known.newest or 0) > (state.newest or 0)

    def remember(self, key: Key, answer: Answer, state: State) -> None:
        """Remember an answer that was given from this state of the database."""
        if len(answer.body) * _LARGEST_SHARE > self._most_bytes:
            return
        if state != self._state:
            if self._is_older(state):
                return  # it was on its way while a newer release was seen
            # Whether that is the newest by now is to be asked before it is answered again.
            self._count, self._asked_at = None, 0.0
        self._forget_unless(state)
        before = self._answers.pop(key, None)
        self._bytes += len(answer.body) - (len(before.body) if before else 0)
        self._answers[key] = answer
        while self._bytes > self._most_bytes:
            _, oldest = self._answers.popitem(last=False)
            self._bytes -= len(oldest.body)
        self._count_what_is_there()


class _Recorder:
    """Passes an answer on and, where it is whole and says which state of the database it is from, remembers it."""

    def __init__(self, cache: AnswerCache, key: Key, scope: Scope, send: Send) -> None:
        self._cache = cache
        self._key = key
        self._scope = scope
        self._send = send
        self._start: Headers | None = None

    async def __call__(self, message: Message) -> None:
        # Kept before it is sent on: what is around this adds headers of its own each time.
        if message["type"] == "http.response.start":
            self._start = list(message["headers"]) if message["status"] == 200 else None
        await self._send(message)
        if message["type"] == "http.response.start":
            return
        if self._start is not None and not message.get("more_body"):
            self._remember(self._start, message.get("body", b""))
        self._start = None

    def _remember(self, headers: Headers, body: bytes) -> None:
        state = self._scope.get("state", {}).get(_ANSWERED_FROM)
        etag = next((value for name, value in headers if name == b"etag"), None)
        if state is not None and etag is not None:
            self._cache.counts.misses += 1
            self._cache.remember(self._key, Answer(headers, etag, body, self._scope.get("route")), state)


async def _send(answer: Answer, asked: Iterable[tuple[bytes, bytes]], send: Send) -> None:
    known = [value for name, value in asked if name == b"if-none-match"]
    if known and _is_among(answer.etag, b",".join(known)):
        headers = [(name, value) for name, value in answer.headers if name not in _OF_A_BODY]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": list(answer.headers)})
    await send({"type": "http.response.body", "body": answer.body})


def _is_among(etag: bytes, known: bytes) -> bool:
    """Whether `If-None-Match` names the answer: weakly, as all are weak; `*` names whatever there is."""
    weak = etag.removeprefix(b"W/")
    return any(each.strip().removeprefix(b"W/") in (weak, b"*") for each in known.split(b","))
