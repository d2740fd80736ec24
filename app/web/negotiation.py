"""Which format an answer takes: `format=` goes before the `Accept` header."""

from functools import lru_cache
from urllib.parse import quote

from starlette.requests import Request

from app.formats.registry import Format, names_of
from app.params.paging import EVERY_ROW, Paged, Pinned
from app.problems import NOT_ACCEPTABLE, Fault, Problem, nearest
from app.schemas.columns.tables import Table
from app.web.pages.representation import HTML
from app.web.representations import representations_of

# What Java's own client says where a program says nothing. It names HTML first and can make nothing of it.
_OF_PROGRAMS = frozenset(
    {"text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/html, image/gif, image/jpeg, */*; q=0.2"}
)


def choose_format(request: Request, asked: Pinned) -> Format:
    """The format that was asked for, or that the client takes most gladly; JSON where it does not mind.

    Raises Problem 406 where it takes none of those that the resource is served in.
    """
    if asked.format is not None:
        return representations_of(asked.table)[asked.format]
    return _accepted(asked.table, ", ".join(request.headers.getlist("accept")))


@lru_cache(maxsize=512)
def _accepted(table: Table, accept: str) -> Format:
    formats = representations_of(table).values()
    if accept in _OF_PROGRAMS:
        accept = "*/*"
    ranges = [_media_range(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]
    best = max(formats, key=lambda format_: _quality_of(format_, ranges))
    if _quality_of(best, ranges) <= 0:
        raise Problem(NOT_ACCEPTABLE, f"This is served as {names_of(formats)}; `Accept` takes none of these.")
    return best


def is_read_by_a_person(request: Request) -> bool:
    """Whether what is said of the request itself, such as its faults, is to be a page: asked for by `format`, or
    preferred to JSON by `Accept`."""
    for part in request.scope["query_string"].split(b"&"):
        if part.startswith(b"format="):
            return bool(part == b"format=html")
    accept = ", ".join(request.headers.getlist("accept"))
    return bool(accept) and _prefers_html(accept)


@lru_cache(maxsize=512)
def _prefers_html(accept: str) -> bool:
    if accept in _OF_PROGRAMS:
        return False
    ranges = [_media_range(part) for part in accept.split(",") if part.strip()]
    as_json = max(_quality(name, ranges) for name in ("application/problem+json", "application/json"))
    return _quality_of(HTML, ranges) > as_json


def raw_path(request: Request) -> str:
    """The path as it was sent, by which links on a page are relative; servers that keep none are rare."""
    raw = request.scope.get("raw_path")
    return raw.decode("latin-1").partition("?")[0] if raw else quote(request.scope["path"])


def faults_of_format(request: Request, asked: Pinned) -> list[Fault]:
    """Faults that are one for want of a format, or for the one that was chosen."""
    formats = representations_of(asked.table)
    if asked.format is not None and asked.format not in formats:
        if asked.takes_no_format:
            return []  # which the question says of itself
        detail = f"{asked.format!r} is not one of {', '.join(formats)}"
        return [Fault("format", detail, nearest(asked.format, formats))]
    if not isinstance(asked, Paged) or not (asked.fields or asked.limit == EVERY_ROW):
        return []
    try:
        format_ = choose_format(request, asked)
    except Problem:
        return []  # which is said when the answer is to be written, if nothing else is wrong
    return [*_faults_of_limit(asked, format_), *_faults_of_fields(asked, format_)]


def _faults_of_limit(asked: Paged, format_: Format) -> list[Fault]:
    if asked.limit != EVERY_ROW:
        return []
    faults = []
    if format_.write_stream is None:
        streamed = [other.name for other in representations_of(asked.table).values() if other.write_stream is not None]
        said = f"`format` {', '.join(streamed)}" if streamed else "no format here"
        detail = f"all is to be had with {said}; as {format_.name}, links.next leads through the pages"
        faults.append(Fault("limit", detail))
    if asked.cursor is not None:
        faults.append(Fault("limit", "all begins at the first row: give no cursor with it"))
    return faults


def _faults_of_fields(asked: Paged, format_: Format) -> list[Fault]:
    if asked.fields and not format_.takes_fields:
        return [Fault("fields", f"has no effect: {format_.name} gives whole references")]
    if format_.takes_columns or not asked.table.members:
        return []
    columns = [name for name in asked.fields if name not in asked.table.members]
    member_of = {column.name: column.member for column in asked.table.columns}
    return [
        Fault("fields", f"{name!r} is a column, and {format_.name} has members", [member_of[name]]) for name in columns
    ]


def _media_range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media, min(max(float(value), 0.0), 1.0)
            except ValueError:
                return media, 0.0
    return media, 1.0


def _quality_of(format_: Format, ranges: list[tuple[str, float]]) -> float:
    """The quality of the most specific range that fits one of the format's media types."""
    names = (format_.media_type.partition(";")[0], *format_.also_known_as)
    return max(_quality(name, ranges) for name in names)


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    main = media_type.partition("/")[0]
    for fitting in (media_type, f"{main}/*", "*/*"):
        found = [quality for media, quality in ranges if media == fitting]
        if found:
            return max(found)
    return 0.0
