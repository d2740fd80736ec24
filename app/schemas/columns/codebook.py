"""The codebook in one table: a row for each field, value and parameter, and for each column of formats and datasets."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from app.schemas.codebook import CodebookDocument
from app.schemas.columns.tables import Column, Kind, Part, Table

_COLUMNS = (
    Column("about", Kind.TEXT, "`field`, `code`, `parameter`, `column` or `mapping`", "about"),
    Column("within", Kind.TEXT, "the resource, list, route or dataset that it is of", "within"),
    Column("name", Kind.TEXT, "path of the field, the value, or name of the parameter or column", "name"),
    Column("meaning", Kind.TEXT, "what it means", "meaning"),
    Column("type", Kind.TEXT, "type of its values", "type"),
    Column("unit", Kind.TEXT, "what a number counts or measures", "unit"),
    Column("nullable", Kind.BOOLEAN, "whether it may be null", "nullable"),
    Column("code_list", Kind.TEXT, "the list that its values are of", "code_list"),
    Column("since", Kind.TEXT, "version of the API that had it first", "since"),
    Column("default", Kind.TEXT, "what holds where a parameter is not given", "default"),
    Column("values", Kind.TEXTS, "values that a parameter takes", "values"),
    Column("becomes", Kind.TEXTS, "paths in an event's document that a dataset's column is read into", "becomes"),
    Column("how", Kind.TEXT, "how a dataset's column is read", "how"),
)
_LISTS = frozenset({"values", "becomes"})
_PARTS = (
    ("field", "fields", {"resource": "within", "path": "name"}),
    ("parameter", "parameters", {"route": "within"}),
    ("column", "columns", {"resource": "within"}),
    ("mapping", "mappings", {"dataset": "within", "column": "name"}),
)


def _rows(codebook: bytes) -> Sequence[bytes]:
    """The codebook's entries as documents of their own, in its order; closed lists stand after the fields."""
    book: dict[str, Any] = orjson.loads(codebook)
    rows: list[dict[str, Any]] = []
    for about, member, renamed in _PARTS:
        rows += [{"about": about, **{renamed.get(name, name): entry[name] for name in entry}} for entry in book[member]]
        if member == "fields":
            rows += [
                {"about": "code", "within": listed["name"], "name": code["code"], "meaning": code["meaning"]}
                for listed in book["code_lists"]
                for code in listed["codes"]
            ]
    return [orjson.dumps(row) for row in rows]


def _read(row: Mapping[str, Any]) -> Sequence[Any]:
    return [row.get(column.name, [] if column.name in _LISTS else None) for column in _COLUMNS]


CODEBOOK = Table(
    "codebook",
    tuple(CodebookDocument.model_fields),
    (Part(_COLUMNS, _read),),
    rows_of=_rows,
)
