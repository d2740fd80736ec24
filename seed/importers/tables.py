"""Opens a dataset's CSV file, plain, gzipped or in a zip, and reads its records by column name.

Knows no dataset: an importer says which columns it needs. Records are counted, never lines, as fields hold line breaks.
"""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

GZIP_MAGIC, ZIP_MAGIC = b"\x1f\x8b", b"PK\x03\x04"
LONGEST_FIELD = 1_000_000
# What a file may come to, packed or not; a dataset's largest release is under 400 MB.
MOST_BYTES = 8 * 2**30
# A line is read whole; the longest of a dataset's have some thousand letters.
LONGEST_LINE = 8_000_000


class FileRefused(Exception):
    """A file that cannot be what it was given as; its text is one sentence."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file: its number, counted from 1 after the header, and its fields by column name."""

    number: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A record whose number of fields is not the header's."""

    number: int
    reason: str


@contextmanager
def open_table(
    file: Path, needed: Collection[str], headerless: Sequence[str] = (), most_bytes: int = MOST_BYTES
) -> Iterator["Table"]:
    """The table in a file; `headerless` are the columns of a layout that is known to come without a header.

    Raises FileRefused for anything that is not a CSV file with the columns that are needed, and where more than
    `most_bytes` have come out of it: a small archive may hold a file without end.
    """
    try:
        with file.open("rb") as raw, _unpacked(file.name, raw) as binary:
            bounded = _Bounded(file.name, binary, most_bytes)
            text = io.TextIOWrapper(bounded, encoding="utf-8-sig", newline="")  # type: ignore[type-var]
            table = Table(file.name, csv.reader(_lines(file.name, text)), needed, headerless)
            size = file.stat().st_size
            table.share_read = lambda: 1.0 if raw.closed or not size else raw.tell() / size
            yield table
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise FileRefused(f"{file.name} cannot be read: {error}.") from None
    except UnicodeDecodeError:
        raise FileRefused(f"{file.name} is not UTF-8 text.") from None
    except csv.Error as error:
        raise FileRefused(f"{file.name} is not a CSV file: {error}.") from None


class _Bounded(io.BufferedIOBase):
    """What is read of a file, up to so many bytes."""

    def __init__(self, name: str, binary: IO[bytes], most_bytes: int) -> None:
        self._name = name
        self._read1: Callable[[int], bytes] = getattr(binary, "read1", binary.read)
        self._most_bytes = self._left = most_bytes

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        part = self._read1(size)
        self._left -= len(part)
        if self._left < 0:
            raise FileRefused(
                f"{self._name} holds more than {self._most_bytes:,} bytes, more than any dataset has; where yours has,"
                " say so with --most-bytes."
            )
        return part

    def read(self, size: int | None = -1, /) -> bytes:
        return self.read1(-1 if size is None else size)


def _lines(name: str, text: IO[str]) -> Iterator[str]:
    for line in iter(partial(text.readline, LONGEST_LINE), ""):
        if len(line) == LONGEST_LINE:
            raise FileRefused(f"{name} has a line of more than {LONGEST_LINE:,} letters: it is not a CSV file.")
        yield line


class Table:
    """The records of one file."""

    def __init__(
        self, name: str, reader: Iterator[list[str]], needed: Collection[str], headerless: Sequence[str]
    ) -> None:
        csv.field_size_limit(LONGEST_FIELD)
        self.name = name
        # How much of the file has been read, packed as it is, from 0 to 1; about a buffer more than what was given.
        self.share_read: Callable[[], float] = lambda: 0.0
        self._reader = reader
        first = next((fields for fields in reader if fields), None)
        if first is None:
            raise FileRefused(f"{name} is empty.")
        if first[0].lstrip().startswith("<"):
            raise FileRefused(f"{name} is a web page, not a CSV file: it was perhaps saved from an error page.")
        missing = sorted(set(needed) - {column.strip().casefold() for column in first})
        self._pending: list[list[str]] = []
        if not missing:
            self.columns = tuple(column.strip() for column in first)
        elif headerless and len(first) == len(headerless) and first[0].strip().isdigit():
            self.columns = tuple(headerless)
            self._pending = [first]
        else:
            raise FileRefused(f"{name} has no known columns: {', '.join(missing[:8])} {_is_or_are(missing)} missing.")
        if len(set(self.columns)) < len(self.columns):
            raise FileRefused(f"{name} names a column twice.")

    def records(self) -> Iterator[Record | BrokenRecord]:
        """Every record but the header and HXL's row of tags."""
        number, width = 0, len(self.columns)
        for fields in self._rows():
            if not fields:
                continue
            if number == 0 and is_hxl_row(fields):
                continue
            number += 1
            if len(fields) == width:
                yield Record(number, dict(zip(self.columns, fields, strict=True)))
            else:
                yield BrokenRecord(number, f"it has {len(fields)} fields where the header has {width}")

    def _rows(self) -> Iterator[list[str]]:
        yield from self._pending
        yield from self._reader


def is_hxl_row(fields: Sequence[str]) -> bool:
    """Whether this is the row of HXL tags that follows a header: `#date+year`, and nothing that is not a tag."""
    given = [field.strip() for field in fields if field.strip()]
    return bool(given) and all(field.startswith("#") for field in given)


@contextmanager
def _unpacked(name: str, raw: IO[bytes]) -> Iterator[IO[bytes]]:
    magic = raw.read(4)
    raw.seek(0)
    if magic.startswith(GZIP_MAGIC):
        with gzip.open(raw) as unpacked:
            yield unpacked  # type: ignore[misc]  # typeshed: a GzipFile reads bytes
    elif magic == ZIP_MAGIC:
        with zipfile.ZipFile(raw) as archive, archive.open(_only_csv(name, archive)) as member:
            yield member
    else:
        yield raw


def _only_csv(name: str, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [
        member
        for member in archive.infolist()
        if member.filename.lower().endswith(".csv") and not member.filename.startswith("__MACOSX/")
    ]
    if len(members) != 1:
        raise FileRefused(f"{name} holds {len(members)} CSV files; one is wanted.")
    return members[0]


def _is_or_are(words: Sequence[str]) -> str:
    return "is" if len(words) == 1 else "are"
