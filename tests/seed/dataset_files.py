"""Where the real dataset files are, if at all, and how invented ones are written."""

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("SHARED_DIR", Path(__file__).resolve().parents[2].parent / "shared"))


def real_ucdp_file(name: str) -> Path:
    """A real UCDP GED file; skips the test where this machine has none."""
    file = SHARED / "data" / "ucdp" / name
    if not file.exists():
        pytest.skip(f"the real dataset files are not here: there is no {name} under SHARED_DIR")
    return file


def write_csv(file: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Path:
    """An invented file with these columns; what a row does not give is empty."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return file
