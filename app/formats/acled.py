"""Rows of an ACLED export in the envelope of ACLED's API, and as CSV."""

import csv
import io
import re
from collections.abc import Sequence

import orjson

from app.formats.cells import harmless
from app.schemas.acled import Row

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII).fullmatch


def write_acled_page(rows: Sequence[Row], total: int) -> bytes:
    """The page as JSON."""
    return orjson.dumps(
        {
            "status": 200,
            "success": True,
            "last_update": None,
            "count": len(rows),
            "total_count": total,
            "messages": [],
            "data": rows,
            "filename": "",
        }
    )


def write_acled_csv(rows: Sequence[Row], columns: Sequence[str]) -> bytes:
    """The rows by RFC 4180; what a spreadsheet would run is made harmless, numbers are not."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        cells = (row[name] or "" for name in columns)
        writer.writerow([cell if _NUMBER(cell) else harmless(cell) for cell in cells])
    return text.getvalue().encode()
