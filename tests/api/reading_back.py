"""Reads each format back with a public reader, into rows of the same plain values: null is None, dates are ISO text."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
from openpyxl.utils.escape import unescape
from pyarrow import parquet

from app.formats.cells import as_it_was, split_list
from app.schemas.columns.tables import Kind, Table

Row = dict[str, Any]
_FROM_TEXT: Mapping[Kind, Callable[[str], Any]] = {
    Kind.TEXT: as_it_was,
    Kind.INTEGER: int,
    Kind.NUMBER: float,
    Kind.BOOLEAN: {"true": True, "false": False}.__getitem__,
    Kind.DATE: str,
    Kind.INSTANT: str,
    Kind.JSON: json.loads,
}


def _from_cell(kind: Kind, text: str) -> Any:
    if kind is Kind.TEXTS:
        return split_list(as_it_was(text))
    if kind is Kind.INTEGERS:
        return [int(value) for value in split_list(as_it_was(text))]
    return _FROM_TEXT[kind](text) if text else None


def kinds_of(table: Table) -> dict[str, Kind]:
    return {column.name: column.kind for column in table.columns}


def read_csv(table: Table, body: bytes) -> list[Row]:
    kinds = kinds_of(table)
    reader = csv.DictReader(io.StringIO(body.decode("utf-8"), newline=""), strict=True)
    rows = [{name: _from_cell(kinds[name], text) for name, text in row.items()} for row in reader]
    assert all(None not in row for row in rows), "a line has more cells than the header"
    return rows


def read_parquet(table: Table, body: bytes) -> list[Row]:
    kinds = kinds_of(table)

    def plain(name: str, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        if isinstance(value, date):
            return value.isoformat()
        return json.loads(value) if kinds[name] is Kind.JSON and value is not None else value

    rows = parquet.read_table(io.BytesIO(body)).to_pylist()
    return [{name: plain(name, value) for name, value in row.items()} for row in rows]


def read_xlsx(table: Table, body: bytes) -> list[Row]:
    kinds = kinds_of(table)
    book = openpyxl.load_workbook(io.BytesIO(body))
    long = _long_texts(book)
    header, *rows = book[table.name].iter_rows()
    names = [str(cell.value) for cell in header]

    def plain(name: str, number: int, value: Any) -> Any:
        if isinstance(value, datetime):
            return f"{value.isoformat()}Z" if kinds[name] is Kind.INSTANT else value.date().isoformat()
        if value is None or isinstance(value, str):
            return _from_cell(kinds[name], long.get((number, name), unescape(value or "")))
        return value

    return [
        {name: plain(name, number, cell.value) for name, cell in zip(names, row, strict=True)}
        for number, row in enumerate(rows, start=2)
    ]


def _long_texts(book: Any) -> dict[tuple[int, str], str]:
    if "long_texts" not in book.sheetnames:
        return {}
    texts: dict[tuple[int, str], str] = {}
    for row, column, _, text in book["long_texts"].iter_rows(min_row=2, values_only=True):
        texts[row, column] = texts.get((row, column), "") + unescape(text)
    return texts


def read_geojson(_: Table, body: bytes) -> list[Row]:
    return [feature["properties"] for feature in json.loads(body)["features"]]


READERS: Mapping[str, Callable[[Table, bytes], list[Row]]] = {
    "csv": read_csv,
    "parquet": read_parquet,
    "xlsx": read_xlsx,
    "geojson": read_geojson,
}


def rows_of_documents(table: Table, documents: list[Row]) -> Iterator[Row]:
    """The rows that the documents are to become, after the table's own reading."""
    names = [column.name for column in table.columns]
    for document in documents:
        yield dict(zip(names, table.pick(()).read(document), strict=True))


def event_of(row: Row) -> Row:
    """The whole document of an event, made from its row alone."""
    plain = ["id", "title", "summary", "is_aggregate", "part_of", "parts", "in_response_to", "event_type"]
    plain += ["sub_event_type", "type_of_violence", "date_start", "date_end", "date_precision", "date_wording"]
    plain += ["review_status"]
    nested = ("locations", "actors", "reported_counts", "casualty_claims", "citations")
    document = {name: row[name] for name in plain} | {name: row[f"{name}_json"] for name in nested}
    document["conflict"] = _part(row, "conflict_", ("id", "name"))
    figure = ("low", "best", "high", "highest_stated", "basis", "claims", "disputed", "status_disputed", "rule")
    outcomes = ("killed", "injured", "detained", "abducted", "missing")
    document["casualties"] = {outcome: _part(row, f"{outcome}_", figure) for outcome in outcomes}
    codes = ["code_status", "event_clarity", "where_prec", "date_prec", "number_of_sources", "country", "country_id"]
    document["dataset"] = _part(row, "dataset_", codes)
    ids = [known.split(":", 1) for known in row["external_ids"]]
    document["external_ids"] = [{"scheme": scheme, "value": value} for scheme, value in ids]
    document["links"] = {"self": row["links_self"], "original": row["links_original"]}
    return document


def _part(row: Row, prefix: str, names: Any) -> Row | None:
    part = {name: row[f"{prefix}{name}"] for name in names}
    return None if all(value is None for value in part.values()) else part
