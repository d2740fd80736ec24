"""The generated files, made once and kept in the work folder: a release in GED's layout, and the release after it."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bench.ged_rows import rows
from seed.importers.ucdp import CANDIDATE_COLUMNS

FIRST_RELEASE, NEXT_RELEASE = "24.1", "25.1"
# Of the next release: each so-manieth row is changed, and for each so-many there is a new one.
CHANGED_EACH, NEW_EACH = 10, 10


def first_file(folder: Path, events: int) -> Path:
    """So many rows."""
    file = folder / f"ged-{events}.csv"
    if not file.exists():
        _write(file, CANDIDATE_COLUMNS, rows(events))
    return file


def next_file(folder: Path, events: int) -> Path:
    """The same rows a year later: a tenth has another figure, and a tenth as many are new; none is gone."""
    file = folder / f"ged-{events}-next.csv"
    if not file.exists():
        with first_file(folder, events).open(encoding="utf-8", newline="") as stream:
            _write(file, CANDIDATE_COLUMNS, _a_year_later(csv.DictReader(stream), events))
    return file


def _a_year_later(first: Iterable[dict[str, str]], events: int) -> Iterable[Mapping[str, object]]:
    for number, row in enumerate(first, start=1):
        yield {**row, "high": int(row["high"]) + 1} if number % CHANGED_EACH == 0 else row
        if number % NEW_EACH == 0:
            new_id = events + number
            yield {**row, "id": new_id, "relid": f"{row['relid']}-{new_id}"}


def _write(file: Path, columns: Sequence[str], content: Iterable[Mapping[str, object]]) -> None:
    """Whole or not at all: a file that is there is taken as it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(content)
    partial.replace(file)
