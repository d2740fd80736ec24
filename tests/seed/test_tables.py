"""Datasets' CSV files as they come: plain, gzipped, zipped, with and without header, and what is none of these."""

import gzip
import zipfile
from pathlib import Path

import pytest

from seed.importers.tables import BrokenRecord, FileRefused, Record, open_table

NEEDED = ("id", "best")


def read(file: Path, headerless: tuple[str, ...] = ()) -> list[Record | BrokenRecord]:
    with open_table(file, NEEDED, headerless) as table:
        return list(table.records())


@pytest.mark.parametrize("packing", ["plain", "gzip", "zip"])
def test_records_are_the_same_however_the_file_is_packed(tmp_path: Path, packing: str) -> None:
    content = b"\xef\xbb\xbfid,best\r\n1,2\r\n"
    file = tmp_path / "ged.csv"
    if packing == "plain":
        file.write_bytes(content)
    elif packing == "gzip":
        file.write_bytes(gzip.compress(content))
    else:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("inner/ged.csv", content)
            archive.writestr("__MACOSX/inner/._ged.csv", b"junk")
    assert read(file) == [Record(1, {"id": "1", "best": "2"})]


def test_records_are_counted_when_fields_hold_line_breaks(tmp_path: Path) -> None:
    file = tmp_path / "ged.csv"
    file.write_bytes(b'id,best\n1,"a\r\nb ""c"""\n2,d\n')
    assert read(file) == [Record(1, {"id": "1", "best": 'a\r\nb "c"'}), Record(2, {"id": "2", "best": "d"})]


def test_empty_lines_before_the_header_are_no_header(tmp_path: Path) -> None:
    file = tmp_path / "ged.csv"
    file.write_text("\n\nid,best\n\n1,2\n")
    assert read(file) == [Record(1, {"id": "1", "best": "2"})]
    file.write_text('\nb"ab""\n')
    with pytest.raises(FileRefused, match="no known columns"):
        read(file)


def test_row_of_hxl_tags_is_no_record(tmp_path: Path) -> None:
    file = tmp_path / "ged.csv"
    file.write_text("id,best\n#event+id,\n1,2\n")
    assert read(file) == [Record(1, {"id": "1", "best": "2"})]


def test_record_with_other_fields_than_the_header_is_broken_and_the_rest_is_read(tmp_path: Path) -> None:
    file = tmp_path / "ged.csv"
    file.write_text("id,best\n1\n2,3\n")
    assert read(file) == [
        BrokenRecord(1, "it has 1 fields where the header has 2"),
        Record(2, {"id": "2", "best": "3"}),
    ]


def test_file_without_header_is_read_when_its_layout_is_known(tmp_path: Path) -> None:
    file = tmp_path / "ged.csv"
    file.write_text("7,3\n8,4\n")
    assert read(file, headerless=("id", "best")) == [
        Record(1, {"id": "7", "best": "3"}),
        Record(2, {"id": "8", "best": "4"}),
    ]


def truncated_zip(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("ged.csv", b"id,best\n" * 5000)
    file.write_bytes(file.read_bytes()[:-30])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>502</html>", "is a web page"),
        (b"name,age\nx,1\n", "best, id are missing"),
        (b"id,best,best\n1,2,3\n", "names a column twice"),
        (gzip.compress(b"id,best\n" * 9000)[:-40], "cannot be read"),
        ("id,best\n1,Köln\n".encode("latin-1"), "is not UTF-8"),
    ],
)
def test_file_that_is_no_table_is_refused_in_one_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "wrong.csv"
    file.write_bytes(content)
    with pytest.raises(FileRefused, match=reason) as refusal:
        read(file)
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).startswith("wrong.csv")


def test_zip_is_refused_when_it_is_cut_short_or_holds_two_tables(tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    truncated_zip(cut)
    with pytest.raises(FileRefused, match="cannot be read"):
        read(cut)
    two = tmp_path / "two.zip"
    with zipfile.ZipFile(two, "w") as archive:
        archive.writestr("a.csv", b"id,best\n")
        archive.writestr("b.csv", b"id,best\n")
    with pytest.raises(FileRefused, match="holds 2 CSV files"):
        read(two)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="cannot be read"):
        read(tmp_path / "nowhere.csv")
