"""Cursors: where a walk stands. Opaque to clients; bound to the release, the sort and the filters of the walk."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

import orjson

from app.params.paging import Paged
from app.problems import INVALID_CURSOR, Fault, Problem

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: the next one begins after `key` and `id`, in the same release."""

    release: int
    key: int | None
    id: str


def write_cursor(asked: Paged, release: int, key: int | None, last_id: str) -> str:
    """The cursor for the page after the row (`key`, `last_id`)."""
    content = orjson.dumps([_VERSION, release, _walk_of(asked), key, last_id])
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def read_cursor(asked: Paged) -> Cursor | None:
    """The cursor that was given, if any. Raises Problem where it is not one, or is another walk's."""
    if asked.cursor is None:
        return None
    try:
        padded = asked.cursor + "=" * (-len(asked.cursor) % 4)
        version, release, walk, key, last_id = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error):
        raise invalid_cursor("is not a cursor that this API gave") from None
    is_whole = (
        type(release) is int and (key is None or type(key) is int) and type(last_id) is str and "\x00" not in last_id
    )
    if version != _VERSION or not is_whole or not 1 <= release < 2**31 or abs(key or 0) >= 2**31:
        raise invalid_cursor("is not a cursor that this API gave")
    if walk != _walk_of(asked):
        raise invalid_cursor("belongs to a walk with other filters or another sort")
    if asked.release is not None and asked.release != release:
        raise invalid_cursor(f"belongs to release {release}, not to {asked.release}")
    return Cursor(release, key, last_id)


def invalid_cursor(detail: str) -> Problem:
    """The problem of a cursor that cannot be followed, named as a fault of its parameter too."""
    what_to_do = "follow links.next as it is, or start again without a cursor"
    return Problem(INVALID_CURSOR, f"The cursor {detail}: {what_to_do}.", (Fault("cursor", f"{detail}: {what_to_do}"),))


def _walk_of(asked: Paged) -> str:
    """What a walk must keep: its route's model, filters and sort. Limit and fields may change on the way."""
    walk = [type(asked).__name__, asked.sort, asked.filters_applied()]
    return hashlib.sha256(orjson.dumps(walk, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
