"""CSV by RFC 4180: UTF-8 without a mark, one header line, lines that end in CR and LF.

An unknown value is an empty cell. Numbers stay as JSON writes them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import orjson

from app.formats.answers import About, Batches, Shape
from app.formats.cells import harmless, in_one_cell
from app.schemas.columns.tables import Kind

_NEEDS_QUOTES = re.compile(b'[",\r\n]').search
# Longer texts are seldom there twice.
_LONGEST_REMEMBERED = 100


def write_csv(batches: Batches, _: About, shape: Shape) -> Iterator[bytes]:
    """The header, then the rows of each batch."""
    picked = shape.pick()
    writers = [_CELLS[column.kind] for column in picked.columns]
    yield (",".join(column.name for column in picked.columns) + "\r\n").encode()
    for documents in batches:
        lines = []
        for document in documents:
            values = picked.read(orjson.loads(document))
            cells = [b"" if value is None else write(value) for write, value in zip(writers, values, strict=True)]
            lines.append(b",".join(cells))
        if lines:
            lines.append(b"")
            yield b"\r\n".join(lines)


def _text(text: str) -> bytes:
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _cell(text)


def _cell(text: str) -> bytes:
    """A text as it stands between commas."""
    cell = harmless(text).encode()
    return _quoted(cell) if _NEEDS_QUOTES(cell) else cell


# Most texts come again and again: names, classes, sources.
_remembered = lru_cache(maxsize=10_000)(_cell)
_remembered_list = lru_cache(maxsize=10_000)(lambda value: _cell(in_one_cell([value])))


def _quoted(cell: bytes) -> bytes:
    return b'"' + cell.replace(b'"', b'""') + b'"'


def _list(values: list[Any]) -> bytes:
    if not values:
        return b""
    return _remembered_list(values[0]) if len(values) == 1 else _cell(in_one_cell(values))


def _json(value: Any) -> bytes:
    return _quoted(orjson.dumps(value))


def _whole_number(value: int) -> bytes:
    return b"%d" % value


def _yes_or_no(value: bool) -> bytes:
    return b"true" if value else b"false"


_CELLS: Mapping[Kind, Callable[[Any], bytes]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _whole_number,
    Kind.NUMBER: orjson.dumps,
    Kind.BOOLEAN: _yes_or_no,
    Kind.DATE: str.encode,
    Kind.INSTANT: str.encode,
    Kind.TEXTS: _list,
    Kind.INTEGERS: _list,
    Kind.JSON: _json,
}
