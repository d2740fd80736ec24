"""Validators and lifetimes of answers. An answer is named by what was asked of which release, never by its bytes."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.queries.releases import AnsweringRelease
from app.web.answer_cache import let_be_remembered

# To be raised when the same documents begin to be answered in another shape.
ANSWER_VERSION = 2
PINNED = "public, max-age=86400, immutable"
# Of files whose names change with what they hold.
FOR_EVER = "public, max-age=31536000, immutable"
NEWEST = "public, max-age=0, s-maxage=60, must-revalidate"
NOT_KEPT = "no-store"
# Of answers with absolute links.
VARY_BY_ROOT = "Host, Accept-Encoding"


def etag_of(release: AnsweringRelease, format_name: str, question: str) -> str:
    """A weak ETag, known before the query is run."""
    # What was suppressed has left an earlier release too, and a client may not be told that its copy still holds.
    state = [release.state.database, release.number, release.state.suppressed]
    content = orjson.dumps([*state, ANSWER_VERSION, format_name, question])
    return f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'


def etag_of_text(body: bytes) -> str:
    """A weak ETag for what is the same in every release."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


def is_known_to_client(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` names this answer. `*` is left to the query, as it asks whether there is one at all."""
    given = ",".join(request.headers.getlist("if-none-match"))
    weak = etag.removeprefix("W/")
    return any(candidate.strip().removeprefix("W/") == weak for candidate in given.split(","))


def cache_headers(release: AnsweringRelease, etag: str, *, pinned: bool) -> dict[str, str]:
    """What caches and clients may do with an answer."""
    return {
        "ETag": etag,
        "Cache-Control": PINNED if pinned else NEWEST,
        "Last-Modified": _http_date(release.published_at),
        "Vary": "Accept, Accept-Encoding",
        "Data-Release": str(release.number),
    }


def headers_by_root(
    request: Request, release: AnsweringRelease, kind: str, question: str, *, pinned: bool
) -> dict[str, str]:
    """The same for an answer whose links are absolute; `question` is its whole address.

    Unless the operator says where the API is reached, it hangs on the `Host` header, by which no answer is remembered.
    """
    if request.app.state.public_url:
        let_be_remembered(request, release.state)
    return {**cache_headers(release, etag_of(release, kind, question), pinned=pinned), "Vary": VARY_BY_ROOT}


@lru_cache(maxsize=64)
def _http_date(instant: datetime) -> str:
    return format_datetime(instant, usegmt=True)


def not_modified(headers: Mapping[str, str]) -> Response:
    """304 with the validators that the answer itself would have."""
    return Response(status_code=304, headers=headers)
