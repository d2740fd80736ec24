"""Answers a question for features: the same rows as /events gives, with absolute links."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request
from starlette.responses import Response

from app.citing import cite_answer
from app.formats.answers import Shape
from app.formats.features import write_feature, write_features
from app.formats.registry import GEOJSON, formats_of
from app.params.cursors import write_cursor
from app.params.events import OVERLAP_OR_UNDATED
from app.params.features import FeatureItem, FeaturesAsked
from app.params.paging import Pinned
from app.problems import NOT_FOUND, Problem
from app.queries.events import list_events
from app.queries.extents import Extent, extent_of_events
from app.queries.items import get_event
from app.queries.releases import AnsweringRelease, find_release
from app.schemas.answers import ItemMeta, envelope_text
from app.schemas.columns.events import EVENTS
from app.web.answering import encoded, list_meta
from app.web.caching import VARY_BY_ROOT, etag_of_text, headers_by_root, is_known_to_client, not_modified
from app.web.links import address, next_page, permalink, root_of
from app.web.ogc.documents import COLLECTION, ITEMS, JSON, TITLE, link

Document = Mapping[str, Any]


def answer_said(request: Request, document: Document, media_type: str = JSON) -> Response:
    """What changes with the program alone, or with the newest release."""
    body = orjson.dumps(document)
    headers = {"ETag": etag_of_text(body), "Cache-Control": "public, max-age=0, must-revalidate", "Vary": VARY_BY_ROOT}
    if is_known_to_client(request, headers["ETag"]):
        return not_modified(headers)
    return encoded(request, body, media_type, headers)


def extent_now(request: Request) -> Extent:
    """The extent of the newest release. Raises Problem 503 where there is none."""
    with request.app.state.engine.connect() as connection:
        return extent_of_events(connection, find_release(connection, Pinned()))


def answer_features(request: Request, asked: FeaturesAsked) -> Response:
    """One page of features. Raises Problem."""
    root, events = root_of(request), asked.as_events()
    itself = address(ITEMS, asked.asked_for)
    with request.app.state.engine.connect() as connection:
        release = find_release(connection, events)
        headers = headers_by_root(request, release, "feature", f"{root}{itself}", pinned=asked.release is not None)
        if is_known_to_client(request, headers["ETag"]):
            return not_modified(headers)
        page = list_events(connection, release, events)
    links = [
        link(f"{root}{itself}", "self", GEOJSON.media_type, "This page"),
        *_alternates(root, "/events", events.asked_for, "This page"),
        link(f"{root}{COLLECTION}", "collection", JSON, TITLE),
    ]
    if page.last is not None:
        following = next_page(ITEMS, asked.asked_for, itself, write_cursor(events, release.number, *page.last))
        links.append(link(f"{root}{following}", "next", GEOJSON.media_type, "The next page of the same release"))
    cite_as = _cite_as(release, root, permalink(ITEMS, asked.asked_for, itself, release.number))
    meta = list_meta(page, release, asked, cite_as)
    said = orjson.loads(envelope_text(meta))
    body = write_features(page.documents, page.total, said, links, Shape(EVENTS, asked.fields))
    return _written(request, body, links, headers)


def answer_feature(request: Request, asked: FeatureItem, event_id: str) -> Response:
    """One feature. Raises Problem."""
    if "\x00" in event_id:  # which PostgreSQL could not even compare with
        raise Problem(NOT_FOUND, "No id holds such a character.")
    root, path = root_of(request), f"{ITEMS}/{event_id}"
    itself = address(path, asked.asked_for)
    with request.app.state.engine.connect() as connection:
        release = find_release(connection, asked)
        headers = headers_by_root(request, release, "feature", f"{root}{itself}", pinned=asked.release is not None)
        if is_known_to_client(request, headers["ETag"]):
            return not_modified(headers)
        document = get_event(connection, release, event_id)
    links = [
        link(f"{root}{itself}", "self", GEOJSON.media_type, "This event"),
        *_alternates(root, f"/events/{event_id}", asked.asked_for, "This event"),
        link(f"{root}{COLLECTION}", "collection", JSON, TITLE),
    ]
    meta = ItemMeta(
        release=release.number,
        as_of=release.published_at,
        cite_as=_cite_as(release, root, permalink(path, asked.asked_for, itself, release.number)),
    )
    return _written(
        request, write_feature(document, orjson.loads(envelope_text(meta)), links, Shape(EVENTS)), links, headers
    )


def _alternates(root: str, path: str, parameters: Mapping[str, Any], what: str) -> list[dict[str, str]]:
    """The same rows in the API's other formats; there, no box finds what has no point, no window what has no date."""
    if "bbox" in parameters or parameters.get("date_mode") == OVERLAP_OR_UNDATED:
        return []
    others = (format_ for format_ in formats_of(EVENTS).values() if format_ is not GEOJSON)
    return [
        link(
            f"{root}{address(path, {**parameters, 'format': format_.name})}",
            "alternate",
            format_.media_type.partition(";")[0],
            f"{what} as {format_.name}",
        )
        for format_ in others
        if format_.takes_fields or not parameters.get("fields")
    ]


def _written(request: Request, body: bytes, links: list[dict[str, str]], headers: dict[str, str]) -> Response:
    if request.headers.get("if-none-match", "").strip() == "*":
        return not_modified(headers)
    told = (each for each in links if each["rel"] in ("self", "next"))
    headers["Link"] = ", ".join(f'<{each["href"]}>; rel="{each["rel"]}"; type="{each["type"]}"' for each in told)
    return encoded(request, body, GEOJSON.media_type, headers)


def _cite_as(release: AnsweringRelease, root: str, path: str) -> str:
    return cite_answer(release.number, release.published_at, f"{root}{path}")
