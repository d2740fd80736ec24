"""Versions of GED side by side: each gives its own rows, whatever was loaded after it."""

import csv
import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from app.queries import dataset_rows
from seed.importers.ucdp import CANDIDATE_COLUMNS
from tests.api.serving import Api, command, migrate_database, serving
from tests.api.test_live_server import ROOT, free_port, wait_for
from tests.compat.test_ucdp_clients import pages_by_next_url
from tests.postgres_cluster import Database
from tests.seed.dataset_files import real_ucdp_file, write_csv
from tests.seed.test_ucdp_records import ROW

BASE = "/compat/ucdp/gedevents"
UKRAINE = {version: f"hdx-ukr-191-201/ukraine_ged{version.replace('.', '')}.csv" for version in ("19.1", "20.1")}
# What an event's facts are made of, and so what is told anew where a version revises it.
FACTS = ("date_start", "date_end", "type_of_violence", "side_a_new_id", "side_b_new_id", "best", "low", "high",
         "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "latitude", "longitude")  # fmt: skip


def rows_of(api: Api, version: str) -> list[dict[str, Any]]:
    pages = pages_by_next_url(api, f"{BASE}/{version}?pagesize=400")
    return [row for page in pages for row in page["Result"]]


def plain(value: Any) -> str:
    """A cell whichever way it is written: `369.0`, `2014-01-22 00:00:00.000`, true."""
    text = "" if value is None else str(value).strip()
    if len(text) >= 19 and text[10] in " T":
        text = text[:10]
    try:
        return repr(float({"True": "1", "False": "0", "true": "1", "false": "0"}.get(text, text)))
    except ValueError:
        return text


def load(database: Database, folder: Path, version: str, *rows: dict[str, Any]) -> None:
    file = write_csv(folder / f"ged{version}.csv", CANDIDATE_COLUMNS, [{**ROW, **row} for row in rows])
    command(database, "ucdp", str(file), "--release", version, "--allow-withdrawals")


def test_real_versions_give_their_own_rows_after_both_are_loaded(database: Database) -> None:
    migrate_database(database)
    for version, name in UKRAINE.items():
        command(database, "ucdp", str(real_ucdp_file(name)), "--release", version)
    files = {}
    for version, name in UKRAINE.items():
        with real_ucdp_file(name).open(encoding="utf-8-sig", newline="") as stream:
            records = [row for row in csv.DictReader(stream) if row["id"].isdigit()]
        files[version] = {int(float(row["id"])): row for row in records}
    assert [len(rows) for rows in files.values()] == [993, 1167]
    with serving(database) as api:
        older, newer = ({row["id"]: row for row in rows_of(api, version)} for version in UKRAINE)
    assert older.keys() == files["19.1"].keys()
    for number, row in older.items():
        record = files["19.1"][number]
        assert {name: plain(value) for name, value in row.items()} == {name: plain(record.get(name)) for name in row}
    assert newer.keys() == files["20.1"].keys()
    for number, row in newer.items():
        assert {name: plain(row[name]) for name in FACTS} == {
            name: plain(files["20.1"][number][name]) for name in FACTS
        }


def test_an_older_version_is_given_as_it_was_when_a_younger_one_revises_withdraws_and_adds(
    database: Database, tmp_path: Path
) -> None:
    migrate_database(database)
    load(database, tmp_path, "24.1", {"id": 1, "best": 5}, {"id": 2}, {"id": 3})
    load(database, tmp_path, "25.1", {"id": 1, "best": 7, "deaths_b": 5}, {"id": 2}, {"id": 4})
    with serving(database) as api:
        assert sorted((row["id"], row["best"]) for row in rows_of(api, "24.1")) == [(1, 5), (2, 5), (3, 5)]
        assert sorted((row["id"], row["best"]) for row in rows_of(api, "25.1")) == [(1, 7), (2, 5), (4, 5)]
        first = api.client.get(f"{BASE}/24.1?pagesize=1")
        assert (first.headers["data-release"], "release=1" in first.json()["NextPageUrl"]) == ("1", True)
        assert "There are: 24.1." in api.problem(f"{BASE}/25.1?release=1", 404)["detail"]
        assert "There are: 24.1, 25.1." in api.problem(f"{BASE}/23.1", 404)["detail"]


def test_a_state_that_shares_its_country_with_another_is_told_from_it_by_its_number(
    database: Database, tmp_path: Path
) -> None:
    migrate_database(database)
    yemen = {"country": "Yemen (North Yemen)", "adm_1": "Invented"}
    north, south = {"id": 1, "country_id": 678, **yemen}, {"id": 2, "country_id": 680, **yemen}
    gaza = {"id": 3, "country_id": 666, "country": "Israel", "adm_1": "Gaza Strip"}
    load(database, tmp_path, "24.1", north, south, gaza, {"id": 4})
    with serving(database) as api:
        for asked, found in (("678", {1}), ("680", {2}), ("678,680", {1, 2}), ("666", {3}), ("666,645", {3, 4})):
            page = api.json(f"{BASE}/24.1?Country={asked}")
            assert {row["id"] for row in page["Result"]} == found, asked
            assert page["TotalCount"] == len(found)


def test_a_question_that_would_read_too_many_rows_is_refused_with_a_way_out(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate_database(database)
    monkeypatch.setattr(dataset_rows, "MOST_READ", 2)
    rows = [{"id": number, "dyad_new_id": number % 2, "date_start": f"2014-06-0{number}"} for number in (1, 2, 3)]
    load(database, tmp_path, "24.1", *({**row, "date_end": row["date_start"]} for row in rows))
    with serving(database) as api:
        (fault,) = api.problem(f"{BASE}/24.1?Dyad=1", 400)["errors"]
        assert fault["detail"].startswith("3 original rows would have to be read to answer it, and the most is 2")
        assert [row["id"] for row in api.json(f"{BASE}/24.1?Dyad=1&EndDate=2014-06-02")["Result"]] == [1]


def test_a_client_walks_over_a_real_server(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'live.sqlite3'}"
    database = Database("sqlite", write_url=url, read_url=url)
    migrate_database(database)
    load(database, tmp_path, "24.1", *({"id": number} for number in range(1, 24)))
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": url, "HOST": "127.0.0.1", "PORT": str(port), "LOG_LEVEL": "warning"}
    server = subprocess.Popen([sys.executable, "-m", "app"], cwd=ROOT, env=environment)
    try:
        wait_for(port, server)
        found, address = [], f"http://127.0.0.1:{port}{BASE}/24.1?pagesize=10"
        while address:
            with urllib.request.urlopen(address, timeout=10) as answer:
                page = json.load(answer)
            found += [row["id"] for row in page["Result"]]
            address = page["NextPageUrl"]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
    assert sorted(found) == list(range(1, 24))
