"""The Python package `acled`, as its makers wrote it, at another address."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.api.running import running
from tests.api.serving import command, migrate_database
from tests.compat.test_acled_clients import ROWS, Cells
from tests.conftest import DatabaseFactory
from tests.seed.dataset_files import write_csv
from tests.seed.test_acled_records import TODAY

SCRIPT = Path(__file__).with_name("acled_package.py")
WANTED: Mapping[str, Callable[[Cells], bool]] = {
    "all": lambda _: True,
    "battles in Iraq": lambda row: (row["country"], row["event_type"]) == ("Iraq", "Battles"),
    "days": lambda row: row["event_date"].startswith("2024-01"),
    "deadly": lambda row: row["region"] == "Middle East" and int(row["fatalities"]) > 0,
}


@pytest.fixture(scope="module")
def base(make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = make_database("sqlite")
    migrate_database(database)
    file = write_csv(tmp_path_factory.mktemp("acled") / "invented.csv", TODAY, ROWS)
    command(database, "acled", str(file), "--release", "2024-03")
    with running(database) as port:
        yield f"http://127.0.0.1:{port}/compat"


def as_the_package_has_it(row: Cells) -> dict[str, Any]:
    return {
        "event_id_cnty": row["event_id_cnty"],
        "event_date": row["event_date"],
        "year": int(row["year"]),
        "latitude": float(row["latitude"]),
        "fatalities": int(row["fatalities"]),
        "timestamp": datetime.fromtimestamp(int(row["timestamp"]), tz=UTC).isoformat(),
    }


def test_the_package_when_it_asks_here_then_it_reads_the_rows_of_the_export(base: str) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT)],
        env={**os.environ, "ACLED_API_HOST": base},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.keys() == WANTED.keys()
    for name, matches in WANTED.items():
        wanted = {row["event_id_cnty"]: as_the_package_has_it(row) for row in ROWS if matches(row)}
        rows = {row["event_id_cnty"]: row for row in found[name]}
        assert len(rows) == len(found[name]) == len(wanted) > 10, name
        for key, row in rows.items():
            assert row == {each: wanted[key][each] for each in row}
    assert found["days"][0].keys() == {"event_id_cnty", "event_date", "fatalities"}
