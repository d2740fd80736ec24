"""What is fuzzed: each target takes bytes, and may refuse them by the exceptions that callers know, and no others."""

import gzip
import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl

from app.params.acled import read_acled_query
from app.params.asking import read_query
from app.params.cursors import read_cursor
from app.params.events import EventQuery
from app.params.ucdp import read_ged_query
from app.problems import INVALID_CURSOR, Problem
from app.web.clients import address_of
from seed.importers import ucdp
from seed.importers.facts import FactsRefused, read_facts
from seed.importers.tables import FileRefused, open_table

MOST_BYTES = 2_000_000
_FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))


def _read_table(content: bytes) -> None:
    file = _FOLDER / "ged241.csv"
    file.write_bytes(content)
    try:
        with open_table(file, ucdp.NEEDED, ucdp.CANDIDATE_COLUMNS, MOST_BYTES) as table:
            for record in table.records():
                ucdp.facts_of(record, "ucdp-ged-24.1")
    except FileRefused:
        pass


def fuzz_csv(data: bytes) -> None:
    """A file of any bytes; and rows of any bytes under the header that is wanted."""
    _read_table(data)
    _read_table(",".join(ucdp.CANDIDATE_COLUMNS).encode() + b"\n" + data)


def fuzz_gzip(data: bytes) -> None:
    """A gzip file that is damaged, or holds anything."""
    _read_table(b"\x1f\x8b" + data)
    packed = bytearray(gzip.compress(data, 1, mtime=0))
    if data:
        packed[data[0] % len(packed)] ^= data[-1]
    _read_table(bytes(packed))


def fuzz_zip(data: bytes) -> None:
    """The same of a zip."""
    _read_table(b"PK\x03\x04" + data)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("ged.csv", data)
    packed = bytearray(held.getvalue())
    if data:
        packed[int.from_bytes(data[:2], "big") % len(packed)] ^= data[-1]
    _read_table(bytes(packed))


def fuzz_facts(data: bytes) -> None:
    """A file of facts."""
    (_FOLDER / "facts").mkdir(exist_ok=True)
    (_FOLDER / "facts" / "any.yaml").write_bytes(data)
    with suppress(FactsRefused):
        read_facts(_FOLDER / "facts")


def fuzz_cursors(data: bytes) -> None:
    """The cursor of a walk."""
    asked = read_query(EventQuery, [("cursor", data.decode("latin-1"))]).asked
    try:
        read_cursor(asked)
    except Problem as problem:
        if problem.problem_type is not INVALID_CURSOR:
            raise


def fuzz_queries(data: bytes) -> None:
    """A query string of our own API and of others', and the headers of proxies."""
    text = data.decode("latin-1")
    try:
        items = parse_qsl(text, keep_blank_values=True)
    except ValueError:
        return
    for reading in (read_query(EventQuery, items), read_acled_query(items), read_ged_query(items)):
        assert all(fault.detail for fault in reading.faults)
    address_of(text)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "csv": fuzz_csv,
    "gzip": fuzz_gzip,
    "zip": fuzz_zip,
    "facts": fuzz_facts,
    "cursors": fuzz_cursors,
    "queries": fuzz_queries,
}
# What libFuzzer begins from, so that it comes past the first look at what it is given.
SEEDS: Mapping[str, tuple[bytes, ...]] = {
    "csv": (b"id,best\n1,2\n", b'"a\nb",1\n', b"#id,#best\n"),
    "gzip": (gzip.compress(b"id,best\n1,2\n", mtime=0)[2:], b"id,best\n1,2\n"),
    "zip": (b"id,best\n1,2\n",),
    "facts": (b"sources:\n  - id: a\n    title: b\n    url: javascript:x\n", b"a: &a [*a, *a]\n", b"events: {}\n"),
    "cursors": (b"WzEsMSwiYSIsbnVsbCwiYSJd", b"W10"),
    "queries": (b"country=iraq&date_from=2024&bbox=1,2,3,4", b"event_date=2024-01-01:OR:country=Iraq", b"Country=645"),
}
