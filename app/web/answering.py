"""Answers a request: finds the release, spares the query where the client has the answer, and writes it."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.formats.answers import Shape, about_list
from app.formats.registry import JSON, Format
from app.params.cursors import write_cursor
from app.params.paging import EVERY_ROW, Paged, Pinned
from app.params.stats import StatsQuery
from app.problems import NOT_FOUND, Problem
from app.queries.pages import Page
from app.queries.releases import AnsweringRelease, find_release
from app.queries.stats import add_up_events
from app.schemas.answers import ItemLinks, ItemMeta, ListLinks, ListMeta
from app.schemas.base import Document
from app.schemas.stats import StatsMeta
from app.web.answer_cache import ANSWERED_FROM
from app.web.caching import NEWEST, cache_headers, etag_of, etag_of_text, is_known_to_client, not_modified
from app.web.downloads import disposition_of
from app.web.encodings import ENCODERS, SMALLEST_ENCODED_BYTES, choose_encoding
from app.web.links import address, permalink
from app.web.negotiation import choose_format
from app.web.streaming import answer_whole, first_part, walk_on

PROJECT = "Conflict Events API"
Question = TypeVar("Question", bound=Paged)


async def answer_list(
    request: Request,
    asked: Question,
    query: Callable[[Connection, AnsweringRelease, Question], Page],
    is_quick: Callable[[Question], bool] = lambda _: False,
) -> Response:
    """One page, in the format and from the release that were asked for. Raises Problem.

    A quick question to a database within this process is answered at once: handing it to another thread costs as much.
    """
    if request.app.state.engine.dialect.name == "sqlite" and is_quick(asked):
        return _list(request, asked, query)
    return await run_in_threadpool(_list, request, asked, query)


def _list(
    request: Request, asked: Question, query: Callable[[Connection, AnsweringRelease, Question], Page]
) -> Response:
    format_ = choose_format(request, asked)
    with request.app.state.engine.connect() as connection:
        release = find_release(connection, asked)
        request.scope.setdefault("state", {})[ANSWERED_FROM] = release.state
        path, parameters = request.scope["path"], asked.asked_for()
        headers = _headers(release, format_, address(path, parameters), asked)
        if is_known_to_client(request, headers["ETag"]):
            return not_modified(headers)
        whole = asked.limit == EVERY_ROW
        page = query(connection, release, first_part(request, asked, format_) if whole else asked)
    links = _list_links(page, release, asked, path, whole=whole)
    meta = ListMeta(
        release=release.number,
        as_of=release.published_at,
        returned=len(page.documents),
        total=page.total,
        filters_applied=asked.filters_applied(),
        sort=asked.sort,
        cite_as=_cite_as(release, links.permalink),
        coverage=release.coverage,
        warnings=list(page.warnings),
    )
    headers["Link"] = _link_header(links.self, links.permalink, links.next)
    if page.total is not None:
        headers["Total-Count"] = str(page.total)
    shape = Shape(asked.columns(), asked.fields)
    if whole:
        rows = walk_on(request.app.state.engine, page, release, asked, query)
        return answer_whole(request, format_, page, rows, about_list(meta, links), shape, headers)
    return _written(request, format_.write_list(page.documents, meta, links, shape), format_, headers)


async def answer_item(
    request: Request, asked: Pinned, path: str, query: Callable[[Connection, AnsweringRelease], bytes]
) -> Response:
    """One thing, whose own address is `path`. Raises Problem."""
    return await run_in_threadpool(_item, request, asked, path, query)


def _item(
    request: Request, asked: Pinned, path: str, query: Callable[[Connection, AnsweringRelease], bytes]
) -> Response:
    if "\x00" in path:  # which PostgreSQL could not even compare with
        raise Problem(NOT_FOUND, "No id holds such a character.")
    format_ = choose_format(request, asked)
    with request.app.state.engine.connect() as connection:
        release = find_release(connection, asked)
        request.scope.setdefault("state", {})[ANSWERED_FROM] = release.state
        parameters = asked.asked_for()
        headers = _headers(release, format_, address(path, parameters), asked)
        if is_known_to_client(request, headers["ETag"]):
            return not_modified(headers)
        document = query(connection, release)
    links = ItemLinks(self=address(path, parameters), permalink=permalink(path, parameters, release.number))
    meta = ItemMeta(release=release.number, as_of=release.published_at, cite_as=_cite_as(release, links.permalink))
    headers["Link"] = _link_header(links.self, links.permalink, None)
    return _written(request, format_.write_item(document, meta, links, Shape(asked.columns())), format_, headers)


async def answer_stats(request: Request, asked: StatsQuery) -> Response:
    """All rows of a question for statistics. Raises Problem. May be slow, so never in the event loop."""
    return await run_in_threadpool(_stats, request, asked)


def _stats(request: Request, asked: StatsQuery) -> Response:
    format_ = choose_format(request, asked)
    with request.app.state.engine.connect() as connection:
        release = find_release(connection, asked)
        request.scope.setdefault("state", {})[ANSWERED_FROM] = release.state
        path, parameters = request.scope["path"], asked.asked_for()
        headers = _headers(release, format_, address(path, parameters), asked)
        if is_known_to_client(request, headers["ETag"]):
            return not_modified(headers)
        statistics = add_up_events(connection, release, asked)
    links = ItemLinks(self=address(path, parameters), permalink=permalink(path, parameters, release.number))
    meta = StatsMeta(
        release=release.number,
        as_of=release.published_at,
        returned=len(statistics.rows),
        events=statistics.events,
        group_by=list(asked.group_by),
        filters_applied=asked.filters_applied(),
        cite_as=_cite_as(release, links.permalink),
        coverage=release.coverage,
        warnings=list(statistics.warnings),
    )
    headers["Link"] = _link_header(links.self, links.permalink, None)
    headers["Total-Count"] = str(len(statistics.rows))
    return _written(request, format_.write_list(statistics.rows, meta, links, Shape(asked.columns())), format_, headers)


def answer_document(request: Request, document: Document) -> Response:
    """Something that the API says about itself, the same in every release."""
    return answer_bytes(request, document.model_dump_json().encode(), JSON.media_type)


def answer_bytes(request: Request, body: bytes, media_type: str) -> Response:
    """A text that changes with the program alone."""
    headers = {"ETag": etag_of_text(body), "Cache-Control": NEWEST}
    if is_known_to_client(request, headers["ETag"]):
        return not_modified(headers)
    return Response(body, media_type=media_type, headers=headers)


def _headers(release: AnsweringRelease, format_: Format, question: str, asked: Pinned) -> dict[str, str]:
    headers = cache_headers(release, etag_of(release, format_.name, question), pinned=asked.release is not None)
    return headers | disposition_of(format_, question.partition("?")[0], release.number)


def _written(request: Request, body: bytes, format_: Format, headers: dict[str, str]) -> Response:
    """The answer, or 304 where the client asked for it only if there was none (`If-None-Match: *`)."""
    if request.headers.get("if-none-match", "").strip() == "*":
        return not_modified(headers)
    encoding = choose_encoding(request.headers.get("accept-encoding", ""))
    if encoding is not None and len(body) >= SMALLEST_ENCODED_BYTES:
        headers |= {"Content-Encoding": encoding, "Vary": f"{headers['Vary']}, Accept-Encoding"}
        body = ENCODERS[encoding](body)
    return Response(body, media_type=format_.media_type, headers=headers)


def _list_links(page: Page, release: AnsweringRelease, asked: Paged, path: str, *, whole: bool) -> ListLinks:
    parameters = asked.asked_for()
    following = None
    if page.last is not None and not whole:
        cursor = write_cursor(asked, release.number, *page.last)
        unpinned = {name: value for name, value in parameters.items() if name != "as_of"}
        following = address(path, {**unpinned, "cursor": cursor})
    return ListLinks(
        self=address(path, parameters), next=following, permalink=permalink(path, parameters, release.number)
    )


def _link_header(itself: str, bookmark: str, following: str | None) -> str:
    links = [f'<{itself}>; rel="self"', f'<{bookmark}>; rel="bookmark"']
    if following is not None:
        links.append(f'<{following}>; rel="next"')
    return ", ".join(links)


def _cite_as(release: AnsweringRelease, link: str) -> str:
    return f"{PROJECT}, release {release.number} of {release.published_at:%Y-%m-%d}, {link}"
