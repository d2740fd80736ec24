"""The loops of R's packages for UCDP's and ACLED's APIs, run by R itself against a live server at another address."""

import csv
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.running import running
from tests.api.serving import command, migrate_database
from tests.compat.conftest import Cells
from tests.compat.test_acled_clients import ROWS
from tests.compat.test_ucdp_clients import WHOLE
from tests.conftest import DatabaseFactory
from tests.seed.dataset_files import real_ucdp_file, write_csv
from tests.seed.test_acled_records import TODAY
from tests.seed.test_ucdp_records import ROW

FOLDER = Path(__file__).parent
NUMBERS = WHOLE | {"latitude", "longitude"}
SAMPLE = "ged231-sample1000/ged231_sample.csv"
COUNTRIES = ("Iraq", "Syria", "Democratic Republic of Congo", "Saint-Martin", "Akrotiri and Dhekelia")


@pytest.fixture(scope="module")
def _r() -> None:
    """Skips with a reason where R or a package is missing; CI installs them."""
    asked = ["Rscript", "-e", "library(jsonlite); library(httr2)"]
    if shutil.which("Rscript") and subprocess.run(asked, capture_output=True, check=False).returncode == 0:
        return
    reason = "there is no R with jsonlite and httr2 (Debian: apt-get install r-base-core r-cran-jsonlite r-cran-httr2)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def r(script: str, *arguments: str) -> str:
    done = subprocess.run(
        ["Rscript", "--vanilla", str(FOLDER / script), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def table(file: Path) -> list[Cells]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def as_r_has_it(row: Cells) -> dict[str, Any]:
    """A record of the file as R's table has it: numbers as numbers, an empty cell where nothing is known."""
    told: dict[str, Any] = {}
    for name, text in row.items():
        if name in NUMBERS and text:
            told[name] = float(text)
        elif name in {"date_start", "date_end"}:
            told[name] = f"{text[:10]}T00:00:00"
        elif name == "active_year":
            told[name] = {"true": "TRUE", "1": "TRUE", "false": "FALSE", "0": "FALSE"}.get(text, text)
        else:
            told[name] = text.removesuffix(".0") if name in {"gwnoa", "gwnob"} else text
    return told


def read_back(row: Cells, number_columns: frozenset[str]) -> dict[str, Any]:
    return {name: float(text) if name in number_columns and text else text for name, text in row.items()}


def compare(found: list[Cells], wanted: list[Cells]) -> None:
    """Each row of the file, cell by cell; a column that is empty in all rows is none of R's table."""
    assert len(found) == len(wanted)
    by_id = {int(float(row["id"])): row for row in found}
    columns = frozenset(found[0])
    for row in wanted:
        expected = as_r_has_it(row)
        assert not any(value for name, value in expected.items() if name not in columns)
        assert read_back(by_id[int(row["id"])], NUMBERS) == {name: expected[name] for name in columns}


def invented_ged_rows() -> list[Cells]:
    return [
        {**ROW, "id": str(900_000 + number), "best": str(number % 5), "low": "0", "high": str(number % 5 + 1)}
        for number in range(7)
    ]


@pytest.fixture(scope="module")
def small_ged(_r: None, make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Seven invented rows as version 24.1."""
    file = write_csv(tmp_path_factory.mktemp("ged") / "invented.csv", list(ROW), invented_ged_rows())
    yield from base_over(make_database, "ucdp", str(file), "--release", "24.1")


@pytest.fixture(scope="module")
def real_ged(_r: None, make_database: DatabaseFactory) -> Iterator[str]:
    """A thousand real rows from all over the world, as version 23.1."""
    yield from base_over(make_database, "ucdp", str(real_ucdp_file(SAMPLE)), "--release", "23.1")


@pytest.fixture(scope="module")
def acled(_r: None, make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = write_csv(tmp_path_factory.mktemp("acled") / "invented.csv", TODAY, ROWS)
    yield from base_over(make_database, "acled", str(file), "--release", "2024-03")


def base_over(make_database: DatabaseFactory, *loaded: str) -> Iterator[str]:
    database = make_database("sqlite")
    migrate_database(database)
    command(database, *loaded)
    with running(database) as port:
        yield f"http://127.0.0.1:{port}/compat"


@pytest.mark.parametrize("size", ["1", "3", "100"])
def test_the_loop_of_ucdp_api_when_run_on_invented_rows_then_it_has_them_all(
    small_ged: str, size: str, tmp_path: Path
) -> None:
    said = r("ucdp_api.R", f"{small_ged}/ucdp", "24.1", size, str(tmp_path / "out.csv"))
    assert said == f"7 rows, {-(-7 // int(size))} pages, deaths from 0 to 18\n"
    compare(table(tmp_path / "out.csv"), invented_ged_rows())


def test_the_loop_of_ucdp_api_when_run_on_real_rows_then_each_cell_is_that_of_the_file(
    real_ged: str, tmp_path: Path
) -> None:
    rows = table(real_ucdp_file(SAMPLE))
    said = r("ucdp_api.R", f"{real_ged}/ucdp", "23.1", "150", str(tmp_path / "out.csv"))
    low, high = (sum(int(row[name]) for row in rows) for name in ("low", "high"))
    assert said == f"1000 rows, 7 pages, deaths from {low} to {high}\n"
    compare(table(tmp_path / "out.csv"), rows)


def test_the_requests_of_acledr_when_run_then_both_its_ways_give_the_rows_of_the_export(
    acled: str, tmp_path: Path
) -> None:
    wanted = {
        row["event_id_cnty"]: row
        for row in ROWS
        if row["country"] in {"Iraq", "Syria"}
        and "2023-12-01" <= row["event_date"] <= "2024-02-15"
        and row["event_type"] in {"Battles", "Explosions/Remote violence"}
        and int(row["timestamp"]) >= 1_700_092_800
    }
    said = r("acledr.R", acled, acled, str(tmp_path / "json.csv"), str(tmp_path / "csv.csv"), *COUNTRIES)
    by_json, by_csv = table(tmp_path / "json.csv"), table(tmp_path / "csv.csv")
    assert said.split() == [str(len(by_json)), str(len(by_csv)), str(sum(int(row["fatalities"]) for row in by_json))]
    assert {row["event_id_cnty"] for row in by_json} == set(wanted)
    changed = {"inter1", "inter2", "interaction"}
    for row in by_json:
        assert list(row) == TODAY
        assert without(row, changed) == without(wanted[row["event_id_cnty"]], changed)
        assert row["inter1"] in {"State forces", "Rebel group", "External/Other forces"}
    assert set(wanted) <= {row["event_id_cnty"] for row in by_csv}
    assert {row["inter1"] for row in by_csv} == {"1", "2", "8"}


def without(row: Cells, names: set[str]) -> Cells:
    return {name: text for name, text in row.items() if name not in names}
