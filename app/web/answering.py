"""Answers a request: finds the release, spares the query where the client has the answer, and writes it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TypeVar

from fastapi import Request
from sqlalchemy import Connection
from starlette.responses import Response

from app.citing import cite_answer
from app.formats.answers import Shape, about_list
from app.formats.registry import JSON, Format
from app.params.asking import Asked, read_query
from app.params.cursors import write_cursor
from app.params.paging import EVERY_ROW, Paged, Pinned
from app.params.stats import StatsQuery
from app.problems import NOT_FOUND, Problem, invalid_parameters
from app.queries.cited_sources import attach_sources
from app.queries.pages import Page
from app.queries.releases import AnsweringRelease, find_release
from app.queries.stats import add_up_events
from app.schemas.answers import ItemLinks, ItemMeta, ListLinks, ListMeta
from app.schemas.base import Document
from app.schemas.stats import StatsMeta
from app.web.answer_cache import let_be_remembered
from app.web.caching import NEWEST, cache_headers, etag_of, etag_of_text, is_known_to_client, not_modified
from app.web.downloads import disposition_of
from app.web.encodings import ENCODERS, SMALLEST_ENCODED_BYTES, choose_encoding
from app.web.links import address, next_page, permalink, root_of
from app.web.negotiation import choose_format
from app.web.streaming import StreamedResponse, answer_whole, first_part, walk_on
from app.web.turns import in_turn

Question = TypeVar("Question", bound=Paged)
_FORMATTING = "write the answer"


async def answer_list(
    request: Request,
    asked: Question,
    query: Callable[[Connection, AnsweringRelease, Question], Page],
    is_quick: Callable[[Question], bool] = lambda _: False,
) -> Response:
    """One page, in the format and from the release that were asked for. Raises Problem.

    A quick question to a database within this process is answered at once: handing it to another thread costs as much.
    """
    state, format_ = request.app.state, choose_format(request, asked)
    if state.engine.dialect.name == "sqlite" and format_ is JSON and is_quick(asked):
        return _list(request, asked, format_, query, state.kept_connection)
    if asked.limit == EVERY_ROW:
        return await _whole_list(request, asked, format_, query)
    return await in_turn(request, _list_on_a_connection, request, asked, format_, query)


async def _whole_list(
    request: Request,
    asked: Question,
    format_: Format,
    query: Callable[[Connection, AnsweringRelease, Question], Page],
) -> Response:
    """The whole result, for which there has to be a place; it is free again once all is sent."""
    place = request.app.state.streams.begin()
    try:
        response = await in_turn(request, _list_on_a_connection, request, asked, format_, query)
        if isinstance(response, StreamedResponse):
            response.place = place
            return response
    except BaseException:
        place.end()
        raise
    place.end()
    return response


def _list(
    request: Request,
    asked: Question,
    format_: Format,
    query: Callable[[Connection, AnsweringRelease, Question], Page],
    connecting: AbstractContextManager[Connection],
) -> Response:
    path, parameters = request.scope["path"], asked.asked_for
    itself, whole = address(path, parameters), asked.limit == EVERY_ROW
    with connecting as connection:
        release = find_release(connection, asked)
        _let_be_remembered(request, release, format_)
        root = _root(request, format_)
        headers = _headers(release, format_, itself, asked, root)
        if is_known_to_client(request, headers["ETag"]):
            return not_modified(headers)
        page = query(connection, release, first_part(request, asked, format_) if whole else asked)
        if format_.wants_sources(asked.table):
            page = replace(page, documents=attach_sources(connection, release, page.documents))
    following = None
    if page.last is not None and not whole:
        following = next_page(path, parameters, itself, write_cursor(asked, release.number, *page.last))
    links = ListLinks(itself, following, permalink(path, parameters, itself, release.number))
    meta = list_meta(page, release, asked, _cite_as(request, release, links.permalink))
    headers["Link"] = _link_header(itself, links.permalink, following)
    if page.total is not None:
        headers["Total-Count"] = str(page.total)
    shape = Shape(asked.columns(), asked.fields, root)
    if whole:
        rows = walk_on(request.app.state.engine, page, release, asked, query)
        return answer_whole(request, format_, page, rows, about_list(meta, links), shape, headers)
    with request.app.state.spans(_FORMATTING):
        return _written(request, format_.write_list(page.documents, meta, links, shape), format_, headers)


def list_meta(page: Page, release: AnsweringRelease, asked: Paged, cite_as: str) -> ListMeta:
    """What a page rests on and how it was asked for."""
    return ListMeta(
        release=release.number,
        as_of=release.published_at,
        returned=len(page.documents),
        total=page.total,
        filters_applied=asked.filters_applied(),
        sort=asked.sort,
        cite_as=cite_as,
        coverage=release.coverage,
        warnings=page.warnings,
    )


def _list_on_a_connection(
    request: Request,
    asked: Question,
    format_: Format,
    query: Callable[[Connection, AnsweringRelease, Question], Page],
) -> Response:
    return _list(request, asked, format_, query, request.app.state.engine.connect())


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
    return await in_turn(request, _item, request, asked, path, query, edition)


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
        _let_be_remembered(request, release, format_)
        itself = address(path, asked.asked_for)
        root = _root(request, format_)
        headers = _headers(release, format_, itself, asked, f"{root}{edition}")
        if is_known_to_client(request, headers["ETag"]):
            return not_modified(headers)
        document = query(connection, release)
        if format_.wants_sources(asked.table):
            (document,) = attach_sources(connection, release, [document])
    links = ItemLinks(itself, permalink(path, asked.asked_for, itself, release.number))
    meta = ItemMeta(
        release=release.number, as_of=release.published_at, cite_as=_cite_as(request, release, links.permalink)
    )
    headers["Link"] = _link_header(itself, links.permalink, None)
    shape = Shape(asked.columns(), root=root)
    with request.app.state.spans(_FORMATTING):
        return _written(request, format_.write_item(document, meta, links, shape), format_, headers)


async def answer_stats(request: Request, asked: StatsQuery) -> Response:
    """All rows of a question for statistics. Raises Problem. May be slow, so never in the event loop."""
    return await in_turn(request, _stats, request, asked)


def _stats(request: Request, asked: StatsQuery) -> Response:
    format_ = choose_format(request, asked)
    with request.app.state.engine.connect() as connection:
        release = find_release(connection, asked)
        _let_be_remembered(request, release, format_)
        path, parameters = request.scope["path"], asked.asked_for
        itself = address(path, parameters)
        root = _root(request, format_)
        headers = _headers(release, format_, itself, asked, root)
        if is_known_to_client(request, headers["ETag"]):
            return not_modified(headers)
        statistics = add_up_events(connection, release, asked)
    links = ItemLinks(itself, permalink(path, parameters, itself, release.number))
    meta = StatsMeta(
        release=release.number,
        as_of=release.published_at,
        returned=len(statistics.rows),
        events=statistics.events,
        group_by=list(asked.group_by),
        cell_degrees=asked.cell_degrees if "cell" in asked.group_by else None,
        filters_applied=asked.filters_applied(),
        cite_as=_cite_as(request, release, links.permalink),
        coverage=release.coverage,
        warnings=list(statistics.warnings),
    )
    headers["Link"] = _link_header(itself, links.permalink, None)
    headers["Total-Count"] = str(len(statistics.rows))
    shape = Shape(asked.columns(), root=root)
    with request.app.state.spans(_FORMATTING):
        body = format_.write_list(statistics.rows, meta, links, shape)
        return _written(request, body, format_, headers)


def answer_document(request: Request, document: Document) -> Response:
    """Something that the API says about itself, the same in every release."""
    return answer_bytes(request, document.model_dump_json().encode(), JSON.media_type)


def answer_bytes(
    request: Request, body: bytes, media_type: str, asks: type[Asked] = Asked, more_headers: Mapping[str, str] = {}
) -> Response:
    """A text that changes with the program alone; nothing can be asked of it but what `asks` says. Raises Problem."""
    if faults := read_query(asks, request.query_params.multi_items()).faults:
        raise invalid_parameters(faults)
    headers = {"ETag": etag_of_text(body), "Cache-Control": NEWEST, "Vary": "Accept-Encoding", **more_headers}
    if is_known_to_client(request, headers["ETag"]):
        return not_modified(headers)
    return encoded(request, body, media_type, headers)


def _root(request: Request, format_: Format) -> str:
    """Where the API is reached, as far as a format says so; without the setting that hangs on the `Host` header."""
    return root_of(request) if format_.names_root else str(request.app.state.public_url)


def _let_be_remembered(request: Request, release: AnsweringRelease, format_: Format) -> None:
    if request.app.state.public_url or not format_.names_root:
        let_be_remembered(request, release.state)


def _headers(release: AnsweringRelease, format_: Format, question: str, asked: Pinned, edition: str) -> dict[str, str]:
    """`edition` is what makes another answer of the same question to the same release."""
    etag = etag_of(release, f"{format_.name}{format_.edition}", f"{question}{edition}")
    headers = cache_headers(release, etag, pinned=asked.release is not None)
    if format_.headers:
        headers |= format_.headers
    return headers | disposition_of(format_, question.partition("?")[0], release.number)


def _written(request: Request, body: bytes, format_: Format, headers: dict[str, str]) -> Response:
    return encoded(request, body, format_.media_type, headers, is_packed=format_.is_packed)


def encoded(
    request: Request, body: bytes, media_type: str, headers: dict[str, str], *, is_packed: bool = False
) -> Response:
    """A whole answer in the encoding that the client takes, unless it `is_packed`; `headers` say that it varies so.

    Or 304, where the client asked for it only if there was none (`If-None-Match: *`).
    """
    if request.headers.get("if-none-match", "").strip() == "*":
        return not_modified(headers)
    encoding = choose_encoding(",".join(request.headers.getlist("accept-encoding")))
    if encoding is not None and not is_packed and len(body) >= SMALLEST_ENCODED_BYTES:
        headers["Content-Encoding"] = encoding
        body = ENCODERS[encoding](body)
    return Response(body, media_type=media_type, headers=headers)


def _link_header(itself: str, bookmark: str, following: str | None) -> str:
    links = [f'<{itself}>; rel="self"', f'<{bookmark}>; rel="bookmark"']
    if following is not None:
        links.append(f'<{following}>; rel="next"')
    return ", ".join(links)


def _cite_as(request: Request, release: AnsweringRelease, link: str) -> str:
    return cite_answer(release.number, release.published_at, f"{request.app.state.public_url}{link}")
