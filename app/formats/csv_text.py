"""CSV by RFC 4180: UTF-8 without a mark, one header line, lines that end in CR and LF.

An unknown value is an empty cell. Numbers stay as JSON writes them.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from app.formats.answers import About, Batches, Shape
from app.formats.cells import SUSPECT, harmless, in_one_cell
from app.schemas.columns.tables import Column, Kind, Part

# Texts of these are another in each row: to remember them would push out those that come again.
_DIFFER = frozenset({"id", "title", "summary", "links_self", "links_original", "cite_as"})
_DIFFERENT_LISTS = frozenset(
    {"location_ids", "location_names", "admin1", "admin2", "casualty_claim_ids", "casualty_claims", "citations"}
    | {"external_ids"}
)
# Longer texts are seldom there twice.
_LONGEST_REMEMBERED = 100
_MOST_GISTS = 10_000


def write_csv(batches: Batches, _: About, shape: Shape) -> Iterator[bytes]:
    """The header, then the rows of each batch."""
    picked = shape.pick()
    writers = [_writer_of_part(part) for part in picked.parts]
    yield (",".join(column.name for column in picked.columns) + "\r\n").encode()
    for documents in batches:
        lines = []
        for text in documents:
            document = orjson.loads(text)
            lines.append(b",".join([write(document) for write in writers]))
        if lines:
            lines.append(b"")
            yield b"\r\n".join(lines)


def _writer_of_part(part: Part) -> Callable[[Mapping[str, Any]], bytes]:
    """The function that gives the cells of a part, with their commas, of a document."""
    read, gist = part.read, part.gist
    writers = [_writer_of(column) for column in part.columns]

    def cells(document: Mapping[str, Any]) -> bytes:
        return b",".join(
            [b"" if value is None else write(value) for write, value in zip(writers, read(document), strict=True)]
        )

    if gist is None:
        return cells
    # For one answer alone, so that its memory goes with it.
    known: dict[Hashable, bytes] = {}

    def remembered(document: Mapping[str, Any]) -> bytes:
        told = gist(document)
        found = known.get(told)
        if found is None:
            if len(known) >= _MOST_GISTS:
                known.clear()
            found = known[told] = cells(document)
        return found

    return remembered


def _writer_of(column: Column) -> Callable[[Any], bytes]:
    if column.kind is Kind.TEXT and column.name in _DIFFER:
        return _cell
    if column.kind is Kind.TEXTS and column.name in _DIFFERENT_LISTS:
        return _different_list
    return _CELLS[column.kind]


def _cell(text: str) -> bytes:
    """A text as it stands between commas."""
    if text[:1] in SUSPECT:
        text = harmless(text)
    # Searched as a text: bytes are asked for one of their numbers first, which a byte is not.
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        text = '"' + text.replace('"', '""') + '"'
    return text.encode()


# Most texts come again and again: names, classes, sources.
_remembered = lru_cache(maxsize=10_000)(_cell)
_remembered_list = lru_cache(maxsize=10_000)(lambda value: _cell(in_one_cell([value])))
_remembered_number = lru_cache(maxsize=1_000)(lambda value: b"%d" % value)
_remembered_day = lru_cache(maxsize=10_000)(str.encode)


def _text(text: str) -> bytes:
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _cell(text)


def _list(values: Sequence[Any]) -> bytes:
    if not values:
        return b""
    return _remembered_list(values[0]) if len(values) == 1 else _cell(in_one_cell(values))


def _different_list(values: Sequence[Any]) -> bytes:
    if len(values) == 1 and "|" not in values[0] and "\\" not in values[0]:
        return _cell(values[0])
    return _cell(in_one_cell(values)) if values else b""


def _json(value: Any) -> bytes:
    return b'"%b"' % orjson.dumps(value).replace(b'"', b'""')


_CELLS: Mapping[Kind, Callable[[Any], bytes]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _remembered_number,
    Kind.NUMBER: orjson.dumps,
    Kind.BOOLEAN: {True: b"true", False: b"false"}.__getitem__,
    Kind.DATE: _remembered_day,
    Kind.INSTANT: str.encode,
    Kind.TEXTS: _list,
    Kind.INTEGERS: _list,
    Kind.JSON: _json,
}
