"""Measures how fast a UCDP GED file is told: its records parsed, made facts of, and their events digested.

    python -m bench.telling rows.csv

Nothing is stored. The best of several rounds is what it costs where nothing else runs.
"""

import argparse
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from seed.importers import ucdp
from seed.importers.datasets import DatasetEvent
from seed.importers.digests import digest_of_dataset_fact
from seed.importers.tables import BrokenRecord, Record, open_table

ROUNDS = 3
SOURCE = f"{ucdp.FAMILY}-24.1"
Work = Callable[[Record | BrokenRecord], object]


def digest(record: Record | BrokenRecord) -> object:
    """Tell a record, and digest its event where it has one."""
    told = ucdp.facts_of(record, SOURCE)
    return digest_of_dataset_fact(told.event) if isinstance(told, DatasetEvent) else told


def round_of(file: Path, work: Work) -> tuple[int, float]:
    """How many records the file has, and how many seconds it took to do the work on each."""
    began, number = time.perf_counter(), 0
    with open_table(file, ucdp.NEEDED, ucdp.CANDIDATE_COLUMNS) as table:
        records: Iterable[Record | BrokenRecord] = table.records()
        for number, record in enumerate(records, 1):  # noqa: B007  # the last one is how many there are
            work(record)
    return number, time.perf_counter() - began


def main() -> None:
    """Print records a second and microseconds a record, after each of the three steps."""
    parser = argparse.ArgumentParser(description="Measure how fast the records of a UCDP GED file are told.")
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    steps: dict[str, Work] = {
        "parse": lambda record: record,
        "parse, facts": lambda record: ucdp.facts_of(record, SOURCE),
        "parse, facts, digest": digest,
    }
    for step, work in steps.items():
        number, seconds = min((round_of(options.file, work) for _ in range(ROUNDS)), key=lambda timed: timed[1])
        print(f"{step:<21} {number / seconds:>9,.0f} records/s {seconds / number * 1e6:>6.1f} µs a record")


if __name__ == "__main__":
    main()
