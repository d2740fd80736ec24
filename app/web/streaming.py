"""Whole results in one answer: read a page at a time from one release, and written as they come.

Between two pages no connection to the database is held, so that a slow client keeps nothing from being loaded, and one
that goes away has nothing to release.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from time import monotonic, sleep
from typing import TypeVar

from anyio import CancelScope, to_thread
from sqlalchemy import Connection, Engine
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from app.formats.answers import About, Batches, Shape
from app.formats.registry import Format, formats_of
from app.measuring import StreamCounts
from app.params.cursors import write_cursor
from app.params.paging import Paged
from app.problems import Fault, invalid_parameters
from app.queries.following import ReplicaBehind
from app.queries.pages import Page
from app.queries.releases import AnsweringRelease, refuse_without
from app.web.caching import not_modified
from app.web.encodings import choose_encoding, encode_stream
from app.web.middleware import is_head
from app.web.turns import StreamPlace

# So many rows are read at once: few enough for memory, enough that reading them costs little more than the rows.
ROWS_AT_ONCE = 500
# For so long a download waits for a copy of the database that has not had its release yet.
PATIENCE_WITH_COPIES_S = 5.0
_END = object()

Given = TypeVar("Given")
Question = TypeVar("Question", bound=Paged)
Query = Callable[[Connection, AnsweringRelease, Question], Page]


def first_part(request: Request, asked: Question, format_: Format) -> Question:
    """The question for what is read before an answer begins; a HEAD needs to know little more than that it can be."""
    first = asked.part(1 if is_head(request) else ROWS_AT_ONCE)
    return first.model_copy(update={"total": True}) if format_.most_rows else first


def answer_whole(
    request: Request,
    format_: Format,
    first: Page,
    rows: Batches,
    about: About,
    shape: Shape,
    headers: dict[str, str],
) -> Response:
    """The whole result, or 304 where `If-None-Match` is `*`. Raises Problem 400 where the format holds fewer rows."""
    if format_.most_rows is not None and first.total is not None and first.total > format_.most_rows:
        others = [
            other.name for other in formats_of(shape.table).values() if other.write_stream and not other.most_rows
        ]
        detail = (
            f"{format_.name} gives at most {format_.most_rows} rows, and {first.total} match: narrow the filters, or "
            f"ask for format {', '.join(others)}"
        )
        raise invalid_parameters([Fault("limit", detail)])
    if request.headers.get("if-none-match", "").strip() == "*":
        return not_modified(headers)
    if is_head(request):
        return Response(media_type=format_.media_type, headers=headers)
    about = replace(about, meta={**about.meta, "returned": first.total})
    if format_.write_stream is None:
        raise ValueError(f"{format_.name} cannot be streamed")
    chunks = format_.write_stream(rows, about, shape)
    encoding = None if format_.is_packed else choose_encoding(",".join(request.headers.getlist("accept-encoding")))
    if encoding is not None:
        headers["Content-Encoding"] = encoding
        chunks = encode_stream(chunks, encoding)
    return StreamedResponse(chunks, format_.media_type, headers)


def walk_on(
    engine: Engine, first: Page, release: AnsweringRelease, asked: Question, query: Query[Question]
) -> Iterator[Sequence[bytes]]:
    """The documents of the first page and of all that follow it in the same release, a page at a time."""
    page = first
    while True:
        yield page.documents
        if page.last is None:
            return
        cursor = write_cursor(asked, release.number, *page.last)
        further = asked.continued(cursor, ROWS_AT_ONCE, first.total or 0)
        page = _further(engine, release, further, query)


def _further(engine: Engine, release: AnsweringRelease, asked: Question, query: Query[Question]) -> Page:
    """A page on whatever connection is free. Where a copy has not had the release yet, it is waited for."""
    deadline = monotonic() + PATIENCE_WITH_COPIES_S
    while True:
        try:
            with engine.connect() as connection:
                if connection.dialect.name != "sqlite":
                    refuse_without(connection, release)
                return query(connection, release, asked)
        except ReplicaBehind:
            if monotonic() > deadline:
                raise
            sleep(0.05)


class StreamedResponse(StreamingResponse):
    """An answer that is written while it is sent, in threads.

    Its first bytes are made before it begins, so that what is wrong until then is still answered as a problem. What
    goes wrong later is left to break the connection off. Whatever happens, what the writer holds is let go.
    """

    def __init__(self, chunks: Iterator[bytes], media_type: str, headers: dict[str, str]) -> None:
        self._chunks = chunks
        self._first: object = next(chunks, _END)
        self.place: StreamPlace | None = None
        """The place among the streams that it takes, until it is sent or broken off."""
        self._is_whole = self._is_broken = False
        super().__init__(self._read(), media_type=media_type, headers=headers)

    async def _read(self) -> AsyncIterator[bytes]:
        chunk = self._first
        while isinstance(chunk, bytes):
            yield chunk
            try:
                chunk = await self._in_a_thread(next, self._chunks, _END)
            except Exception:
                self._is_broken = True
                raise
        self._is_whole = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        streams: StreamCounts = scope["app"].state.numbers.streams
        streams.under_way += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._count_the_end(streams)
            try:
                close = getattr(self._chunks, "close", None)
                if close is not None:
                    with CancelScope(shield=True):
                        await self._in_a_thread(close)
            finally:
                if self.place is not None:
                    self.place.end()

    def _count_the_end(self, streams: StreamCounts) -> None:
        streams.under_way -= 1
        if self._is_whole:
            streams.finished += 1
        elif self._is_broken:
            streams.broken += 1
        else:
            streams.abandoned += 1

    async def _in_a_thread(self, step: Callable[..., Given], *given: object) -> Given:
        return await (self.place.run(step, *given) if self.place else to_thread.run_sync(step, *given))
