"""An Excel workbook: the rows with types, links that open, and a sheet `about` that says what they are.

It is made in a temporary file, a row at a time, and sent when it is whole.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import orjson

from app.formats.answers import About, Batches, Shape
from app.formats.cells import harmless, in_one_cell
from app.schemas.columns.tables import Column, Kind, Picked

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format as CellFormat
    from xlsxwriter.worksheet import Worksheet

# A sheet has 1,048,576 rows, but the workbook can be sent only once it is whole.
MOST_ROWS = 50_000
# A cell holds 32,767 characters, of which one beyond the basic plane counts as two.
LONGEST_TEXT = 16_000
LONG_TEXTS = "long_texts"
CONTINUED = f"… whole on the sheet {LONG_TEXTS}"
_MOST_LINKS, _LONGEST_LINK = 65_000, 2_000
_FIRST_YEAR = 1901
_CHUNK_BYTES = 2**16
_IS_ADDRESS = re.compile(r"https?://\S+").match


def write_xlsx(batches: Batches, about: About, shape: Shape) -> Iterator[bytes]:
    """The workbook. While it is made, nothing (`b""`) is given after each batch, so that it can be broken off."""
    # Imported here: it takes long to load, and most processes never write a workbook.
    from xlsxwriter import Workbook  # noqa: PLC0415

    with TemporaryDirectory(prefix="xlsx-") as directory:
        file = Path(directory) / "rows.xlsx"
        book = Workbook(str(file), {"constant_memory": True, "tmpdir": directory, "strings_to_urls": False})
        book.set_properties({"created": datetime.fromisoformat(about.meta["as_of"]).replace(tzinfo=None)})
        sheet = _Rows(book, shape)
        for documents in batches:
            for document in documents:
                sheet.add(orjson.loads(document))
            yield b""
        _write_about(book, about, sheet.picked)
        book.close()
        with file.open("rb") as made:
            while chunk := made.read(_CHUNK_BYTES):
                yield chunk


class _Rows:
    """The sheet of the rows, and that of the texts which are too long for a cell, where there are any."""

    def __init__(self, book: "Workbook", shape: Shape) -> None:
        self.picked = shape.pick()
        self._book = book
        self._sheet: Worksheet = book.add_worksheet(shape.table.name)
        self._day: CellFormat = book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant: CellFormat = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._plain: CellFormat = book.add_format({"num_format": "General"})
        self._row = self._links = self._long = 0
        self._long_texts: Worksheet | None = None
        self._sheet.freeze_panes(1, 1)
        bold = book.add_format({"bold": True})
        for place, column in enumerate(self.picked.columns):
            self._sheet.write_string(0, place, column.name, bold)

    def add(self, document: Mapping[str, Any]) -> None:
        self._row += 1
        # A cell that has a look and no value: without any, a reader would not see the last rows where all is unknown.
        self._sheet.write_blank(self._row, 0, None, self._plain)
        for place, (column, value) in enumerate(zip(self.picked.columns, self.picked.read(document), strict=True)):
            if value is not None:
                self._write(place, column, value)

    def _write(self, place: int, column: Column, value: Any) -> None:
        kind = column.kind
        if kind in (Kind.INTEGER, Kind.NUMBER):
            self._sheet.write_number(self._row, place, value)
        elif kind is Kind.BOOLEAN:
            self._sheet.write_boolean(self._row, place, value)
        elif kind is Kind.DATE and date.fromisoformat(value).year >= _FIRST_YEAR:
            self._sheet.write_datetime(self._row, place, date.fromisoformat(value), self._day)
        elif kind is Kind.INSTANT:
            instant = datetime.fromisoformat(value).replace(tzinfo=None)
            self._sheet.write_datetime(self._row, place, instant, self._instant)
        elif value != [] or kind is Kind.JSON:
            self._write_text(place, column, _text_of(kind, value))

    def _write_text(self, place: int, column: Column, text: str) -> None:
        if len(text) > LONGEST_TEXT:
            self._keep_long(column, text)
            text = text[: LONGEST_TEXT - len(CONTINUED)] + CONTINUED
        link = _IS_ADDRESS(text) if column.is_address else None
        if link is not None and self._links < _MOST_LINKS and len(link[0]) <= _LONGEST_LINK:
            self._links += 1
            self._sheet.write_url(self._row, place, link[0], string=text)
        else:
            self._sheet.write_string(self._row, place, text)

    def _keep_long(self, column: Column, text: str) -> None:
        if self._long_texts is None:
            self._long_texts = self._book.add_worksheet(LONG_TEXTS)
            for place, name in enumerate(("row", "column", "part", "text")):
                self._long_texts.write_string(0, place, name)
        parts = [text[start : start + LONGEST_TEXT] for start in range(0, len(text), LONGEST_TEXT)]
        for number, part in enumerate(parts, start=1):
            self._long += 1
            self._long_texts.write_number(self._long, 0, self._row + 1)
            self._long_texts.write_string(self._long, 1, column.name)
            self._long_texts.write_number(self._long, 2, number)
            self._long_texts.write_string(self._long, 3, part)


def _text_of(kind: Kind, value: Any) -> str:
    if kind is Kind.JSON:
        return orjson.dumps(value).decode()
    return harmless(in_one_cell(value) if kind in (Kind.TEXTS, Kind.INTEGERS) else value)


def _write_about(book: "Workbook", about: About, picked: Picked) -> None:
    """`meta` and `links`, a line each, then every column: its type, its unit and what it is."""
    lines: list[Sequence[str]] = [
        (name, value if isinstance(value, str) else orjson.dumps(value).decode())
        for name, value in {**about.meta, **{f"links_{name}": link for name, link in about.links.items()}}.items()
    ]
    lines += [(), ("column", "type", "unit", "description")]
    lines += [(column.name, column.kind, column.unit or "", column.description) for column in picked.columns]
    sheet = book.add_worksheet("about")
    for row, line in enumerate(lines):
        for place, text in enumerate(line):
            sheet.write_string(row, place, harmless(text[:LONGEST_TEXT]))
