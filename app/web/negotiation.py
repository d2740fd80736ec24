"""Which format an answer takes: `format=` goes before the `Accept` header."""

from app.formats.registry import FORMATS, JSON, Format
from app.problems import NOT_ACCEPTABLE, Problem


def choose_format(asked: str | None, accept: str) -> Format:
    """The format with the highest quality that the client takes; JSON where it does not mind.

    Raises Problem 406 where it takes none of them.
    """
    if asked is not None:
        return FORMATS[asked]
    if not accept.strip():
        return JSON
    ranges = [_media_range(part) for part in accept.split(",") if part.strip()]
    by_quality = sorted(FORMATS.values(), key=lambda format_: -_quality(format_.media_type, ranges))
    if _quality(by_quality[0].media_type, ranges) <= 0:
        names = ", ".join(f"{format_.name} ({format_.media_type})" for format_ in FORMATS.values())
        raise Problem(NOT_ACCEPTABLE, f"This is served as {names}; `Accept` takes none of these.")
    return by_quality[0]


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


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """The quality of the most specific range that fits."""
    main = media_type.partition("/")[0]
    for fitting in (media_type, f"{main}/*", "*/*"):
        found = [quality for media, quality in ranges if media == fitting]
        if found:
            return max(found)
    return 0.0
