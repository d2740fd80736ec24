"""CSV by RFC 4180: UTF-8 without a mark, one header line, lines that end in CR and LF.

An unknown value is an empty cell. Numbers stay as JSON writes them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from app.formats.answers import About, Batches, Shape
from app.formats.cells import harmless, in_one_cell
from app.schemas.columns.tables import Kind

_NEEDS_QUOTES = re.compile('[",\r\n]').search


def write_csv(batches: Batches, _: About, shape: Shape) -> Iterator[bytes]:
    """The header, then the rows of each batch."""
    picked = shape.pick()
    writers = [_CELLS[column.kind] for column in picked.columns]
    yield (",".join(column.name for column in picked.columns) + "\r\n").encode()
    for documents in batches:
        lines = []
        for document in documents:
            values = picked.read(orjson.loads(document))
            lines.append(
                ",".join(["" if value is None else write(value) for write, value in zip(writers, values, strict=True)])
            )
        if lines:
            lines.append("")
            yield "\r\n".join(lines).encode()


def _text(text: str) -> str:
    text = harmless(text)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if _NEEDS_QUOTES(text) else text


def _list(values: list[Any]) -> str:
    return _text(in_one_cell(values)) if values else ""


def _json(value: Any) -> str:
    return _text(orjson.dumps(value).decode())


def _number(value: float) -> str:
    return orjson.dumps(value).decode()


def _yes_or_no(value: bool) -> str:
    return "true" if value else "false"


_CELLS: Mapping[Kind, Callable[[Any], str]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: str,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _yes_or_no,
    Kind.DATE: str,
    Kind.INSTANT: str,
    Kind.TEXTS: _list,
    Kind.INTEGERS: _list,
    Kind.JSON: _json,
}
