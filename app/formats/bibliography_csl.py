"""CSL-JSON: an array of items, as the Citation Style Language's processors and reference managers read them. Pure."""

from collections.abc import Iterable
from typing import Any

import orjson

from app.formats.bibliography import Reference, on_one_line
from app.vocabulary import SourceKind

_TYPES: dict[SourceKind | None, str] = {
    None: "document",
    SourceKind.ARTICLE: "article-newspaper",
    SourceKind.DATASET: "dataset",
    SourceKind.GAZETTEER: "dataset",
    SourceKind.STATEMENT: "report",
}


def as_csl_json(references: Iterable[Reference]) -> bytes:
    """The references as one array. The format has no room for affiliations and licences."""
    return orjson.dumps([_item(reference) for reference in references])


def _item(reference: Reference) -> dict[str, Any]:
    kind = _type(reference)
    values = {
        "id": reference.key,
        "type": kind,
        "title": on_one_line(reference.title),
        "author": [{"literal": on_one_line(name)} for name, _ in reference.authors],
        "container-title" if kind == "article-newspaper" else "publisher": reference.publisher,
        "issued": _date(reference.issued),
        "version": reference.version,
        "DOI": reference.doi,
        "URL": reference.url,
        "accessed": _date(reference.accessed),
        "language": reference.language,
        "annote": " ".join(map(on_one_line, reference.notes)),
    }
    return {name: value for name, value in values.items() if value}


def _type(reference: Reference) -> str:
    """An article whose paper is not known is no more than a page."""
    if reference.kind is SourceKind.ARTICLE and reference.publisher is None:
        return "webpage" if reference.url else "article"
    return _TYPES[reference.kind]


def _date(day: str | None) -> dict[str, Any] | None:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else None
