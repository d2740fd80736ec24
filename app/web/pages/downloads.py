"""The same answer in every other format: the whole list where it can be streamed, or this page."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.formats.registry import JSON, Format, formats_of
from app.schemas.columns.tables import Table
from app.web.pages.addresses import Question

_LABELS = {
    "json": "JSON", "csv": "CSV", "xlsx": "Excel", "geojson": "GeoJSON", "parquet": "Parquet", "ndjson": "NDJSON",
    "bibtex": "BibTeX", "csl-json": "CSL-JSON", "ris": "RIS",
}  # fmt: skip
# In the order in which readers look for them.
_ORDER = ("csv", "xlsx", "geojson", "parquet", "ndjson", "json", "bibtex", "ris", "csl-json")
_OF_A_PAGE = frozenset({"cursor", "limit", "as_of"})


@dataclass(frozen=True, slots=True)
class Download:
    """A link to a file."""

    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Downloads:
    """What is to be had of an answer."""

    whole: Sequence[Download]
    """All rows, from the release that the page is from."""
    same: Sequence[Download]
    """The rows of the page itself."""


def downloads_of_list(question: Question, table: Table, release: int, total: int | None) -> Downloads:
    """Of a list: whole results, but where there are too many rows for a format, and the page itself."""
    formats = _formats(table)
    streamed = [
        each for each in formats if each.write_stream and not (each.most_rows and (total or 0) > each.most_rows)
    ]
    whole = question.but(**{**dict.fromkeys(_OF_A_PAGE), "limit": "all", "release": release})
    others = [each for each in formats if each not in streamed]
    return Downloads([_download(whole, each) for each in streamed], [_download(question, each) for each in others])


def downloads_of_item(question: Question, table: Table) -> Downloads:
    """Of one thing, or of an answer that has no pages."""
    return Downloads([], [_download(question, each) for each in _formats(table)])


def same_as_json(question: Question) -> str:
    """The address of the same answer for programs, whatever `Accept` says."""
    return question.but(format=JSON.name).link


def _formats(table: Table) -> list[Format]:
    return sorted(formats_of(table).values(), key=lambda format_: _rank(format_.name))


def _rank(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _download(question: Question, format_: Format) -> Download:
    asked = question if format_.takes_fields else question.but(fields=None)
    return Download(_LABELS.get(format_.name, format_.name), asked.but(format=format_.name).link)
