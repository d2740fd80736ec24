"""/feeds/changes.atom and /feeds/changes.json."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID, uuid5

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.citing import PROJECT
from app.formats.feeds import ATOM, JSON_FEED, Entry, Feed, write_atom, write_json_feed
from app.params.changes import FeedQuery
from app.problems import INTERNAL_ERROR, INVALID_PARAMETERS, NO_RELEASE
from app.queries.change_feeds import DatedChange, list_newest_changes
from app.queries.releases import find_release
from app.vocabulary import ChangeKind, ThingType
from app.web.answering import encoded
from app.web.asking import asks
from app.web.caching import headers_by_root, is_known_to_client, not_modified
from app.web.documenting import parameters_of, problem_response_of, taking
from app.web.links import address, root_of
from app.web.reading import ReadingRoute
from app.web.turns import in_turn

router = APIRouter(tags=["releases"], route_class=ReadingRoute)
SAID = {
    ChangeKind.CREATED: "New",
    ChangeKind.UPDATED: "Updated",
    ChangeKind.WITHDRAWN: "Withdrawn",
    ChangeKind.SUPPRESSED: "Suppressed",
}
PATHS = {
    ThingType.EVENT: "events",
    ThingType.LOCATION: "locations",
    ThingType.ACTOR: "actors",
    ThingType.SOURCE: "sources",
}
MOST_FIELDS = 20
Asked = Annotated[FeedQuery, Depends(asks(FeedQuery))]


def _documented(media_type: str, name: str) -> dict[str, Any]:
    """Generators of clients can make nothing of XML: there the media type is told in words, and the body is bytes."""
    problems = {each.status: problem_response_of(each) for each in (INVALID_PARAMETERS, INTERNAL_ERROR, NO_RELEASE)}
    answer: dict[str, Any] = {"description": f"The feed, as `{media_type.partition(';')[0]}`"}
    if media_type == JSON_FEED:
        answer["content"] = {media_type: {"schema": {"type": "object"}}}
    return {
        "responses": {200: answer, **problems},
        "response_class": Response,
        "operation_id": f"get_{name}",
        "openapi_extra": taking(_parameters),
    }


def _parameters() -> list[dict[str, Any]]:
    return [each for each in parameters_of(FeedQuery) if each["name"] != "format"]


@router.get("/feeds/changes.atom", **_documented(ATOM, "changes_as_atom"))
async def changes_as_atom(request: Request, asked: Asked) -> Response:
    """Follow the newest changes in a feed reader, as Atom.

    One entry a change, the newest release first: up to 100, of the last 50 releases.
    """
    return await in_turn(request, _answer, request, asked, ATOM, write_atom)


@router.get("/feeds/changes.json", **_documented(JSON_FEED, "changes_as_json_feed"))
async def changes_as_json_feed(request: Request, asked: Asked) -> Response:
    """Follow the newest changes in a feed reader, as JSON Feed 1.1.

    One entry a change, the newest release first: up to 100, of the last 50 releases.
    """
    return await in_turn(request, _answer, request, asked, JSON_FEED, write_json_feed)


def _answer(request: Request, asked: FeedQuery, media_type: str, write: Callable[[Feed], bytes]) -> Response:
    root = root_of(request)
    itself = root + address(request.scope["path"], asked.asked_for)
    with request.app.state.engine.connect() as connection:
        release = find_release(connection, asked)
        headers = headers_by_root(request, release, media_type, itself, pinned=asked.release is not None)
        if is_known_to_client(request, headers["ETag"]):
            return not_modified(headers)
        changes = list_newest_changes(connection, release, asked)
    archive = UUID(release.state.database)
    countries = ", ".join(asked.country)
    feed = Feed(
        id=f"urn:uuid:{uuid5(archive, address('/feeds/changes', asked.filters_applied()))}",
        title=f"{PROJECT}: changes" + (f" in {countries}" if countries else ""),
        author=PROJECT,
        link=itself,
        home=f"{root}/",
        updated=release.published_at,
        entries=[_entry(each, archive, root) for each in changes],
    )
    return encoded(request, write(feed), media_type, headers)


def _entry(dated: DatedChange, archive: UUID, root: str) -> Entry:
    change = dated.change
    path = f"/{PATHS[change.type]}/{change.id}"
    shown = change.release - (change.change is ChangeKind.WITHDRAWN)
    link = address(path, {"release": shown})
    if change.change is ChangeKind.SUPPRESSED:
        link = address("/changes", {"since": change.release - 1, "until": change.release})
    return Entry(
        id=f"urn:uuid:{uuid5(archive, f'{change.release}/{change.type.value}/{change.id}')}",
        title=f"{SAID[change.change]}: {change.title or f'{change.type.value} {change.id}'}",
        text="\n".join(_lines(dated)),
        link=root + link,
        updated=dated.published_at,
        tags=[change.type.value, change.change.value, change.reason.value],
    )


def _lines(dated: DatedChange) -> list[str]:
    change = dated.change
    lines = [f"Release {change.release}, {change.type.value} {change.id}: {change.reason.value.replace('_', ' ')}."]
    fields = list((change.fields or {}).items())
    lines += [f"{path}: {_said(values.old)} → {_said(values.new)}" for path, values in fields[:MOST_FIELDS]]
    if len(fields) > MOST_FIELDS:
        lines.append(f"and {len(fields) - MOST_FIELDS} fields more")
    return lines


def _said(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
