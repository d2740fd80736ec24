"""/stats over imported datasets: against the files' own totals, over repeats and over several families."""

import csv
import gzip
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.seed.dataset_files import real_ucdp_file
from tests.seed.test_dataset_loads import Imports, imports

__all__ = ["imports"]


def rows_of(imports: Imports, query: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows by their groups and family."""
    rows = imports.get(f"/stats?{query}")["data"]
    keys = list(rows[0])[: list(rows[0]).index("events")] if rows else []
    return {tuple(row[key] for key in keys): row for row in rows}


Sums = dict[str, Counter[Any]]


def file_totals(rows: list[dict[str, str]], moment: str) -> Sums:
    """A GED file's events, aggregates and deaths by the year, month or week that its events begin in."""
    sums: Sums = {name: Counter() for name in ("events", "aggregates", "low", "best", "high")}
    for row in rows:
        start = date.fromisoformat(row["date_start"][:10])
        year, week, _ = start.isocalendar()
        at = {"year": start.year, "month": f"{start:%Y-%m}", "week": f"{year}-W{week:02}"}[moment]
        sums["events"][at] += 1
        sums["aggregates"][at] += row["event_clarity"] == "2"
        for name in ("low", "best", "high"):
            sums[name][at] += int(row[name])
    return sums


def test_real_file_adds_up_to_its_own_totals(imports: Imports) -> None:
    file = real_ucdp_file("ged241-mexico/ged_mexico.csv.gz")
    code, said = imports.run("ucdp", file, "--release", "24.1")
    assert code == 0, said
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    for moment in ("year", "month", "week"):
        expected = file_totals(read, moment)
        answered = rows_of(imports, f"group_by={moment}")
        assert {at for at, _ in answered} >= set(expected["events"])
        for (at, family), row in answered.items():
            assert family == "ucdp-ged"
            assert (row["events"], row["aggregates"]) == (expected["events"][at], expected["aggregates"][at])
            killed = {name: row["killed"][name] for name in ("low", "best", "high")}
            assert killed == {name: expected[name][at] if row["events"] else None for name in killed}
            assert row["counted"] == row["events"]
            assert row["killed"]["open_ended"] == row["killed"]["unknown"] == 0
    ((country, family), row), *others = rows_of(imports, "group_by=country&country=mexico").items()
    assert (country, family, others) == ("MX", "ucdp-ged", [])
    assert row["killed"]["best"] == sum(file_totals(read, "year")["best"].values())
    by_year = file_totals([row for row in read if "2010" <= row["date_start"][:4] <= "2012"], "year")
    window = rows_of(imports, "group_by=country,year&date_from=2010-01&date_to=2012-12&date_mode=start")
    assert {year: row["killed"]["low"] for (_, year, _), row in window.items()} == by_year["low"]


REAL_FILES = (
    ("ged191-raw-bgd-mmr/download.zip", "19.1"),
    ("hdx-bgd-191/bangladesh_ged191_layout2020.csv", "19.1"),
    ("hdx-bgd-191/bangladesh_ged191_layout2022.csv", "19.1"),
    ("hdx-ukr-191-201/ukraine_ged191.csv", "19.1"),
    ("hdx-ukr-191-201/ukraine_ged201.csv", "20.1"),
    ("ged231-sample1000/ged231_sample.csv", "23.1"),
)
VIOLENCE = {"1": "state_based", "2": "non_state", "3": "one_sided"}
NUMBERS = ("low", "best", "high")


def texts_of(file: Path) -> Iterator[dict[str, str]]:
    """A GED file's records as plain Python reads them, without the row of tags."""
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as archive:
            (name,) = (each for each in archive.namelist() if each.endswith(".csv"))
            text = archive.read(name).decode("utf-8-sig")
    else:
        text = file.read_bytes().decode("utf-8-sig")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        named = {name.strip().lower(): value for name, value in row.items() if name}
        if not named["year"].startswith("#"):
            yield named


def whole(text: str) -> int:
    return int(float(text))


@pytest.mark.parametrize(("name", "release"), REAL_FILES, ids=lambda each: str(each).rpartition("/")[2])
def test_every_real_file_adds_up_to_its_own_totals(imports: Imports, name: str, release: str) -> None:
    """Events, low, best and high by year, by the file's own country and by type of violence, as the file has them."""
    file = real_ucdp_file(name)
    code, said = imports.run("ucdp", file, "--release", release)
    assert code == 0, said
    read = list(texts_of(file))
    country_of = {
        event["id"]: place["country"]["iso2"] if place["country"] else None
        for page in walk(imports, "/events?limit=1000&fields=id,locations")
        for event in page
        for place in event["locations"]
    }
    keys: dict[str, Callable[[dict[str, str]], Any]] = {
        "year": lambda row: int(row["date_start"][:4]),
        "type_of_violence": lambda row: VIOLENCE[str(whole(row["type_of_violence"]))],
        "country": lambda row: country_of[f"ucdp-{whole(row['id'])}"],
    }
    for key, value_of in keys.items():
        expected: dict[Any, list[int]] = {}
        for row in read:
            sums = expected.setdefault(value_of(row), [0, 0, 0, 0])
            low, best, high = (whole(row[name]) for name in NUMBERS)
            # A best of 0 is no number, and what is added for it is the low: of one event, 1.
            for place, number in enumerate((1, low, best or low, high)):
                sums[place] += number
        answered = {
            row[key]: [row["events"], *(row["killed"][name] for name in NUMBERS)]
            for row in imports.get(f"/stats?group_by={key}")["data"]
            if row["events"]
        }
        assert answered == expected, key
    # A country is placed by its Gleditsch-Ward number: one of the file's is one of ours.
    pairs = {(row["country_id"], country_of[f"ucdp-{whole(row['id'])}"]) for row in read}
    assert len({number for number, _ in pairs}) == len(pairs) or "IL" in {iso2 for _, iso2 in pairs}


def walk(imports: Imports, address: str) -> Iterator[list[dict[str, Any]]]:
    following: str | None = address
    while following:
        page = imports.get(following)
        yield page["data"]
        following = page["links"]["next"]


def test_event_that_a_later_release_repeats_is_in_the_rows_of_both_and_once_in_all_others(imports: Imports) -> None:
    imports.report("ucdp", imports.ucdp_file("ged241.csv", {"id": 1}, {"id": 2}))
    changed = {"id": 2, "best": 7, "deaths_b": 5}
    imports.report("ucdp", imports.ucdp_file("ged251.csv", {"id": 1}, changed, {"id": 3}))
    for release, expected in ((1, {"ucdp-ged-24.1": 2}), (2, {"ucdp-ged-24.1": 1, "ucdp-ged-25.1": 3})):
        for keys in ("source", "source,claimant", "source,actor", "month,source"):
            rows = imports.get(f"/stats?group_by={keys}&release={release}")["data"]
            assert {row["source"] for row in rows} == set(expected)
            if keys == "source":
                assert {row["source"]: row["events"] for row in rows} == expected
    best = {row["source"]: row["killed"]["best"] for row in imports.get("/stats?group_by=source")["data"]}
    assert best == {"ucdp-ged-24.1": 5, "ucdp-ged-25.1": 5 + 7 + 5}
    (year,) = rows_of(imports, "group_by=year").values()
    assert (year["events"], year["killed"]["best"]) == (3, 5 + 7 + 5)
    (before,) = rows_of(imports, "group_by=year&release=1").values()
    assert (before["events"], before["killed"]["best"]) == (2, 10)


def test_withdrawn_event_leaves_the_totals_of_later_releases_alone(imports: Imports) -> None:
    many = [{"id": number} for number in range(1, 41)]
    imports.report("ucdp", imports.ucdp_file("ged241.csv", *many))
    imports.report("ucdp", imports.ucdp_file("ged251.csv", *many[1:]), "--allow-withdrawals")
    for query, events in (("", 39), ("&release=1", 40), ("&release=2", 39)):
        for key in ("country", "month", "type_of_violence", "claimant"):
            (row,) = imports.get(f"/stats?group_by={key}{query}")["data"]
            assert (row["events"], row["killed"]["best"]) == (events, 5 * events)


def test_families_stand_in_rows_of_their_own_and_the_answer_warns(imports: Imports) -> None:
    imports.report("ucdp", imports.ucdp_file("ged241.csv", {"id": 1}))
    code, said = imports.run()
    assert code == 0, said
    rows = rows_of(imports, "group_by=country&country=iraq")
    families = {family for _, family in rows}
    assert {"ucdp-ged", "conversation-2024-02-03-us-raids"} == families
    assert rows["IQ", "ucdp-ged"]["killed"]["best"] == 5
    assert rows["IQ", "conversation-2024-02-03-us-raids"]["killed"]["best"] == 16
    warnings = imports.get("/stats?group_by=country&country=iraq")["meta"]["warnings"]
    assert any(warning.startswith("source families") for warning in warnings)
    # The newest release is added up beforehand, an earlier one is not: both say the same of what both hold.
    now, then = (imports.get(f"/stats?group_by=country,month{pin}")["data"] for pin in ("", "&release=1"))
    ucdp = [row for row in now if row["source_family"] == "ucdp-ged" and row["events"]]
    assert ucdp == [row for row in then if row["events"]]
