"""Answers a request: finds the release, spares the query where the client has the answer, and writes it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from fastapi import Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.citing import cite_answer
from app.formats.answers import Shape, about_list
from app.formats.registry import JSON, Format
from app.params.cursors import write_cursor
from app.params.paging import EVERY_ROW, Paged, Pinned
from app.problems import NOT_FOUND, Problem
from app.queries.cited_sources import attach_sources
from app.queries.pages import Page
from app.queries.releases import AnsweringRelease, find_release
from app.schemas.answers import ItemLinks, ItemMeta, ListLinks, ListMeta
from app.schemas.base import Document
from app.web.answer_cache import ANSWERED_FROM
from app.web.caching import NEWEST, cache_headers, etag_of, etag_of_text, is_known_to_client, not_modified
from app.web.downloads import disposition_of
from app.web.encodings import ENCODERS, SMALLEST_ENCODED_BYTES, choose_encoding
from app.web.links import address, permalink
from app.web.negotiation import choose_format
from app.web.streaming import answer_whole, first_part, walk_on

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
    is_near = request.app.state.engine.dialect.name == "sqlite"
    if is_near and is_quick(asked) and choose_format(request, asked) is JSON:
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
        headers = _headers(release, format_, address(path, parameters), asked, request.app.state.public_url)
        if is_known_to_client(request, headers["ETag"]):
            return not_modified(headers)
        whole = asked.limit == EVERY_ROW
        page = query(connection, release, first_part(request, asked, format_) if whole else asked)
        if format_.wants_sources(asked.table):
            page = replace(page, documents=attach_sources(connection, release, page.documents))
    links = _list_links(page, release, asked, path, whole=whole)
    meta = ListMeta(
        release=release.number,
        as_of=release.published_at,
        returned=len(page.documents),
        total=page.total,
        filters_applied=asked.filters_applied(),
        sort=asked.sort,
        cite_as=_cite_as(request, release, links.permalink),
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
    request: Request,
    asked: Pinned,
    path: str,
    query: Callable[[Connection, AnsweringRelease], bytes],
    edition: str = "",
) -> Response:
    """One thing, whose own address is `path`. Raises Problem.

    `edition` names a text that changes with the program as well, so that its ETag does too.
    """
    return await run_in_threadpool(_item, request, asked, path, query, edition)


def _item(
    request: Request,
    asked: Pinned,
    path: str,
    query: Callable[[Connection, AnsweringRelease], bytes],
    edition: str,
) -> Response:
    if "\x00" in path:  # which PostgreSQL could not even compare with
        raise Problem(NOT_FOUND, "No id holds such a character.")
    format_ = choose_format(request, asked)
    with request.app.state.engine.connect() as connection:
        release = find_release(connection, asked)
        request.scope.setdefault("state", {})[ANSWERED_FROM] = release.state
        parameters = asked.asked_for()
        named_by = f"{request.app.state.public_url}{edition}"
        headers = _headers(release, format_, address(path, parameters), asked, named_by)
        if is_known_to_client(request, headers["ETag"]):
            return not_modified(headers)
        document = query(connection, release)
        if format_.wants_sources(asked.table):
            (document,) = attach_sources(connection, release, [document])
    links = ItemLinks(self=address(path, parameters), permalink=permalink(path, parameters, release.number))
    meta = ItemMeta(
        release=release.number, as_of=release.published_at, cite_as=_cite_as(request, release, links.permalink)
    )
    headers["Link"] = _link_header(links.self, links.permalink, None)
    return _written(request, format_.write_item(document, meta, links, Shape(asked.columns())), format_, headers)


def answer_document(request: Request, document: Document) -> Response:
    """Something that the API says about itself, the same in every release."""
    return answer_bytes(request, document.model_dump_json().encode(), JSON.media_type)


def answer_bytes(request: Request, body: bytes, media_type: str) -> Response:
    """A text that changes with the program alone."""
    headers = {"ETag": etag_of_text(body), "Cache-Control": NEWEST}
    if is_known_to_client(request, headers["ETag"]):
        return not_modified(headers)
    return Response(body, media_type=media_type, headers=headers)


def _headers(release: AnsweringRelease, format_: Format, question: str, asked: Pinned, edition: str) -> dict[str, str]:
    """`edition` is what makes another answer of the same question to the same release."""
    etag = etag_of(release, format_.name, f"{question}{edition}")
    headers = cache_headers(release, etag, pinned=asked.release is not None)
    return headers | disposition_of(format_, question.partition("?")[0], release.number)


def _written(request: Request, body: bytes, format_: Format, headers: dict[str, str]) -> Response:
    """The answer, or 304 where the client asked for it only if there was none (`If-None-Match: *`)."""
    if request.headers.get("if-none-match", "").strip() == "*":
        return not_modified(headers)
    encoding = choose_encoding(request.headers.get("accept-encoding", ""))
    if encoding is not None and not format_.is_packed and len(body) >= SMALLEST_ENCODED_BYTES:
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


def _cite_as(request: Request, release: AnsweringRelease, link: str) -> str:
    return cite_answer(release.number, release.published_at, f"{request.app.state.public_url}{link}")
