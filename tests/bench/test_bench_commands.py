"""Each measurement at toy size: it ends well, and its table has every row."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.machine import ROOT, clean_environment
from bench.page_rates import AGAIN_WITH_ETAG, COLUMNS, again_row, bare_row, never_seen_row
from bench.streams import COLUMNS as STREAM_COLUMNS
from bench.streams import FORMATS as STREAMED

pytestmark = pytest.mark.usefixtures("_wrk", "importing")

EVENTS, IMPORTED = 1000, 600  # about as few as the questions need
SHORT = ("--runs", "1", "--seconds", "1", "--warm-up", "0")
# Some figure above 0 has to be in each of these cells.
IMPORT_ROWS = [
    "import, seconds",
    "import, events/s",
    "peak memory of the importer, MB",
    "database, MB",
    "database, times the CSV",
    "server start to first page, seconds",
    "reader alone, requests/s",
    "reader during a second import, requests/s",
    "reader during a second import, of alone",
    "answers checked during the second import",
]


Rows = list[dict[str, Any]]


class Measurement:
    """A measurement that runs; several may, as no figure matters here."""

    def __init__(self, folder: Path, program: str, *arguments: str) -> None:
        self._report = folder / f"{program}.json"
        given = ["--work-folder", str(folder), "--json", str(self._report), *SHORT, *arguments]
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"bench.{program}", *given],
            cwd=ROOT,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def result(self) -> tuple[str, Rows]:
        """What it said, and the rows of its one table."""
        said, _ = self.process.communicate(timeout=180)
        assert self.process.returncode == 0, said
        (table,) = json.loads(self._report.read_text(encoding="utf-8"))
        rows: Rows = table["rows"]
        assert all(f"| {row['what']} |" in said for row in rows)
        return said, rows


@pytest.fixture(scope="module")
def work_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared, so that the second command finds the database of the first."""
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def importing(_wrk: None, work_folder: Path) -> Iterator[Measurement]:
    """The measurement of imports, which runs beside the others to save time."""
    measurement = Measurement(work_folder / "imports", "imports", "--events", str(IMPORTED))
    yield measurement
    if measurement.process.poll() is None:
        measurement.process.send_signal(signal.SIGINT)  # it stops what it started
        measurement.process.communicate()


def figure(cell: str) -> float:
    return float(cell.split(",", 1)[0] if cell.endswith("releases") else cell.replace(",", ""))


def test_pages_when_measured_at_toy_size_then_every_row_has_a_rate_and_a_ratio(work_folder: Path) -> None:
    arguments = ("--events", str(EVENTS), "--without-datasette", "--encodings", "zstd")

    said, rows = Measurement(work_folder, "pages", *arguments).result()

    kinds = (bare_row, never_seen_row, again_row)
    assert [row["what"] for row in rows] == [kind(each) for kind in kinds for each in ("identity", "zstd")] + [
        AGAIN_WITH_ETAG
    ]
    for row in rows:
        assert tuple(row) == COLUMNS
        assert figure(row["requests/s"]) > 0, row
        assert figure(row["of the bare app"]) > 0, row
    assert "100 questions were checked before" in said


def test_growth_when_measured_at_toy_size_then_pages_and_walks_have_times(work_folder: Path) -> None:
    sizes = ("--sizes", str(EVENTS), "--requests", "4", "--deep-page", "9", "--walked", "3")

    is_there = (work_folder / f"ged-{EVENTS}.sqlite3").exists()  # where the other measurement ran before

    said, rows = Measurement(work_folder, "growth", *sizes).result()

    assert (f"Using ged-{EVENTS}.sqlite3 again." in said) is is_there
    assert [row["what"] for row in rows] == ["100 of 150 to 170 events", "page 5 of a walk", "page 9 of a walk"]
    assert all(figure(row["median ms"]) > 0 for row in rows)


def test_streams_when_measured_at_toy_size_then_each_format_has_its_rate_and_its_memory(work_folder: Path) -> None:
    _, rows = Measurement(work_folder, "streams", "--events", str(EVENTS)).result()

    assert [row["what"] for row in rows] == list(STREAMED)
    for row in rows:
        assert tuple(row) == STREAM_COLUMNS
        assert figure(row["events/s"]) > 0, row
        assert figure(row["MB"]) > 0, row
        assert figure(row["at most, MB"]) >= figure(row["anonymous memory before, MB"]) > 0, row


def test_imports_when_measured_at_toy_size_then_every_row_has_a_figure(importing: Measurement) -> None:
    _, rows = importing.result()

    assert [row["what"] for row in rows] == IMPORT_ROWS
    assert [row for row in rows if figure(row["measured"]) <= 0] == []
