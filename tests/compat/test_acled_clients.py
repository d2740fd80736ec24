"""ACLED's API as its clients ask it, over an export of invented rows, against the same rows filtered here."""

import csv
import io
import math
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.api.serving import Api, command, migrate_database, serving
from tests.conftest import KINDS, DatabaseFactory
from tests.seed.dataset_files import write_csv
from tests.seed.test_acled_records import TODAY

BASE = "/compat/acled/read"
Cells = dict[str, str]
PLACES = (("368", "Iraq", "Middle East"), ("760", "Syria", "Middle East"), ("484", "Mexico", "Central America"))
TYPES = (
    ("Battles", "Armed clash"),
    ("Protests", "Peaceful protest"),
    ("Explosions/Remote violence", "Air/drone strike"),
    ("Violence against civilians", "Attack"),
)
FIRST = date(2023, 11, 20)


def invented_rows() -> list[Cells]:
    """257 rows of nothing that ever happened."""
    chance = random.Random(7)  # noqa: S311
    rows = []
    for number in range(257):
        iso, country, region = chance.choice(PLACES)
        event_type, sub_event_type = chance.choice(TYPES)
        day = FIRST + timedelta(days=chance.randrange(120))
        inter1, inter2 = chance.choice(("1", "2", "State forces", "8")), chance.choice(("0", "7", "Civilians", ""))
        rows.append(
            {
                "event_id_cnty": f"{country[:3].upper()}{90_000 + number}",
                "event_date": day.isoformat(),
                "year": str(day.year),
                "time_precision": chance.choice("11123"),
                "disorder_type": "Political violence",
                "event_type": event_type,
                "sub_event_type": sub_event_type,
                "actor1": f"Invented Force {chance.randrange(5)} ({country})",
                "assoc_actor_1": "",
                "inter1": inter1,
                "actor2": chance.choice(("", "Civilians (Inventia)", "=Invented, Militia")),
                "assoc_actor_2": "",
                "inter2": inter2,
                "interaction": "",
                "civilian_targeting": "",
                "iso": iso,
                "region": region,
                "country": country,
                "admin1": f"Invented Province {chance.randrange(3)}",
                "admin2": "",
                "admin3": "",
                "location": f"Invented Town {chance.randrange(9)}",
                "latitude": str(round(20 + chance.random(), 4)),
                "longitude": str(round(-44 + chance.random(), 4)),
                "geo_precision": "1",
                "source": "Invented Wire; Invented Daily",
                "source_scale": "National",
                "notes": f'Something invented, "no. {number}",\nhappened 100% elsewhere.',
                "fatalities": str(chance.choice((0, 0, 1, 2, 14))),
                "tags": "",
                "timestamp": str(1_700_000_000 + number * 1_000),
            }
        )
    return rows


ROWS = invented_rows()
NUMBERS = {"iso", "latitude", "longitude", "fatalities", "timestamp", "year", "time_precision", "geo_precision"}
ANSWERED = {row["event_id_cnty"]: row for row in ROWS}


@pytest.fixture(scope="module", params=KINDS)
def acled(
    request: pytest.FixtureRequest, make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """An export of invented rows, imported by the command; no test changes it."""
    database = make_database(request.param)
    migrate_database(database)
    file = write_csv(tmp_path_factory.mktemp("acled") / "invented.csv", TODAY, ROWS)
    command(database, "acled", str(file), "--release", "2024-03")
    with serving(database) as served:
        yield served


def pages_until_one_is_short(api: Api, query: str, size: int) -> list[dict[str, Any]]:
    """As most clients walk: from page 1 until one holds fewer rows than were asked for."""
    rows: list[dict[str, Any]] = []
    for page in range(1, 999):
        answer = api.json(f"{BASE}?{query}&limit={size}&page={page}")
        assert (answer["status"], answer["success"], answer["count"]) == (200, True, len(answer["data"]))
        rows += answer["data"]
        if answer["count"] < size:
            break
    return rows


def pages_by_total_count(api: Api, query: str, size: int) -> list[dict[str, Any]]:
    """As R's `acleddata` walks: the first page says how many there are."""
    first = api.json(f"{BASE}?_format=json&key=any&{query}&limit={size}&page=1")
    pages = math.ceil(first["total_count"] / first["count"]) if first["count"] else 0
    further = (api.json(f"{BASE}?{query}&limit={size}&page={page}")["data"] for page in range(2, pages + 1))
    return [*first["data"], *(row for rows in further for row in rows)]


@pytest.mark.parametrize("walk", [pages_until_one_is_short, pages_by_total_count])
@pytest.mark.parametrize("size", [1, 50, 257, 5000])
def test_every_row_comes_back_as_it_was_exported(
    acled: Api, walk: Callable[[Api, str, int], list[dict[str, Any]]], size: int
) -> None:
    rows = walk(acled, "email=any%40example.org", size)
    assert len(rows) == len(ROWS)
    assert {row["event_id_cnty"]: row for row in rows} == ANSWERED
    assert list(rows[0]) == TODAY


def test_limit_0_gives_all_rows_at_once_and_a_page_past_the_last_none(acled: Api) -> None:
    assert len(acled.json(f"{BASE}?limit=0")["data"]) == 257
    past = acled.json(f"{BASE}?limit=100&page=4")
    assert (past["count"], past["total_count"], past["data"]) == (0, 257, [])


def test_values_are_what_the_python_client_turns_into_numbers(acled: Api) -> None:
    for row in acled.json(f"{BASE}?limit=0")["data"]:
        assert datetime.strptime(row["event_date"], "%Y-%m-%d").replace(tzinfo=UTC)
        for name in NUMBERS:
            assert row[name] is None or float(row[name]) is not None


def day(row: Cells) -> str:
    return row["event_date"]


MATCHES: Mapping[str, Callable[[Cells], bool]] = {
    "country=Iraq": lambda row: row["country"] == "Iraq",
    "country=Iraq:OR:country=Syria&country_where=%3D": lambda row: row["country"] in {"Iraq", "Syria"},
    "country=Iraq|Mexico": lambda row: row["country"] in {"Iraq", "Mexico"},
    "country=ira&country_where=LIKE": lambda row: row["country"] == "Iraq",
    "iso=484&timestamp=": lambda row: row["country"] == "Mexico",
    "iso=484&country=Iraq": lambda _: False,
    "country=Akrotiri and Dhekelia:OR:Saint-Martin:OR:Iraq": lambda row: row["country"] == "Iraq",
    "country=Akrotiri and Dhekelia": lambda _: False,
    "region=11": lambda row: row["region"] == "Middle East",
    "region=11:OR:region=14": lambda _: True,
    "event_date=2023-12-01|2024-01-15&event_date_where=BETWEEN": lambda row: "2023-12-01" <= day(row) <= "2024-01-15",
    "event_date=2024-01-03": lambda row: day(row) == "2024-01-03",
    "event_date=2024-01-03&event_date_where=%3E": lambda row: day(row) > "2024-01-03",
    "event_date=2024-01-03&event_date_where=%3C%3D": lambda row: day(row) <= "2024-01-03",
    "year=2024&country=Syria": lambda row: day(row) >= "2024" and row["country"] == "Syria",
    "year=2022|2023": lambda row: day(row) < "2024",
    "year=2023|2024&year_where=BETWEEN": lambda _: True,
    "event_type=Prot": lambda row: row["event_type"] == "Protests",
    "event_type=BATTLES:OR:event_type=PROTESTS": lambda row: row["event_type"] in {"Battles", "Protests"},
    "sub_event_type=air/drone strike&fatalities=0&fatalities_where=%3E": lambda row: (
        row["sub_event_type"] == "Air/drone strike" and int(row["fatalities"]) > 0
    ),
    "fatalities=1|2": lambda row: row["fatalities"] in {"1", "2"},
    "fatalities=1|14&fatalities_where=between": lambda row: int(row["fatalities"]) >= 1,
    "actor1=force 3": lambda row: "Force 3" in row["actor1"],
    "actor1=Invented Force 3 (Iraq)&actor1_where=%3D": lambda row: row["actor1"] == "Invented Force 3 (Iraq)",
    "actor1=force 3:OR:actor2=civilians": lambda row: "Force 3" in row["actor1"] or "Civilians" in row["actor2"],
    "country=Iraq:OR:event_type=Battles": lambda row: row["country"] == "Iraq" or row["event_type"] == "Battles",
    "admin1=province 1&admin1_where=LIKE": lambda row: row["admin1"] == "Invented Province 1",
    "admin1=province 1&admin1_where=%3D": lambda _: False,
    "inter1=1": lambda row: row["inter1"] in {"1", "State forces"},
    "inter2=0": lambda row: row["inter2"] in {"0", ""},
    "interaction=17": lambda row: row["inter1"] in {"1", "State forces"} and row["inter2"] in {"7", "Civilians"},
    "interaction=20": lambda row: row["inter1"] == "2" and row["inter2"] in {"0", ""},
    "time_precision=1&event_date=2024-01-01|2024-01-31&event_date_where=BETWEEN&export_type=dyadic": lambda row: (
        row["time_precision"] == "1" and day(row).startswith("2024-01")
    ),
    "timestamp=1700100000": lambda row: int(row["timestamp"]) >= 1_700_100_000,
    "timestamp=2023-11-16&timestamp_where=%3C": lambda row: int(row["timestamp"]) < 1_700_092_800,
    "latitude=20.5&latitude_where=%3E": lambda row: float(row["latitude"]) > 20.5,
    "notes=no. 12%elsewhere": lambda row: "no. 12" in row["notes"],
    "event_id_cnty=IRA": lambda row: row["event_id_cnty"].startswith("IRA"),
}


@pytest.mark.parametrize("query", MATCHES)
def test_filters_find_the_rows_that_the_export_has(acled: Api, query: str) -> None:
    wanted = {row["event_id_cnty"] for row in ROWS if MATCHES[query](row)}
    rows = pages_until_one_is_short(acled, query.replace("no. 12%", "no. 12%25"), 40)
    assert {row["event_id_cnty"] for row in rows} == wanted
    assert len(rows) == len(wanted)
    days = [row["event_date"] for row in rows if row["time_precision"] == "1"]
    assert days == sorted(days, reverse=True)


WORDS = {"1": "State forces", "2": "Rebel group", "8": "External/Other forces", "7": "Civilians", "0": "", "": ""}
CODES = {"State forces": "1", "Civilians": "7", "": "0"}


def test_inter_num_gives_kinds_of_actors_as_numbers_or_in_words(acled: Api) -> None:
    """As acledR asks, which always says one or the other."""
    numbers = acled.json(f"{BASE}?limit=0&inter_num=1")["data"]
    words = acled.json(f"{BASE}?limit=0&inter_num=0&fields=event_id_cnty|inter1|inter2|interaction")["data"]
    assert len(numbers) == len(words) == len(ROWS)
    for number, word in zip(numbers, words, strict=True):
        row = ANSWERED[number["event_id_cnty"]]
        assert [number["inter1"], number["inter2"]] == [
            CODES.get(row[name], row[name]) for name in ("inter1", "inter2")
        ]
        assert [word["inter1"], word["inter2"]] == [WORDS.get(row[name], row[name]) for name in ("inter1", "inter2")]
        first, second = number["inter1"], number["inter2"]
        told = {("1", "0"): "State forces only", ("8", "7"): "External/Other forces-Civilians"}
        told |= {("1", "7"): "State forces-Civilians", ("2", "7"): "Rebel group-Civilians"}
        told |= {("2", "0"): "Rebel group only", ("8", "0"): "External/Other forces only"}
        assert word["interaction"] == told[first, second]
        assert number["interaction"] == {"87": "78"}.get(first + second, first + second)
    assert words[0].keys() == {"event_id_cnty", "inter1", "inter2", "interaction"}


def test_fields_picks_columns_in_the_order_asked_for(acled: Api) -> None:
    (row,) = acled.json(f"{BASE}?fields=fatalities|event_id_cnty|country&limit=1")["data"]
    assert list(row) == ["fatalities", "event_id_cnty", "country"]


@pytest.mark.parametrize("address", [f"{BASE}?_format=csv&", f"{BASE}.csv?"])
def test_csv_holds_the_same_rows_with_formulas_made_harmless(acled: Api, address: str) -> None:
    answer = acled.client.get(f"{address}limit=0")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(rows) == 257
    for row in rows:
        row["actor2"] = row["actor2"].removeprefix("'")
    assert {row["event_id_cnty"]: row for row in rows} == ANSWERED
    assert "'=Invented, Militia" in answer.text
    assert ",-43." in answer.text


@pytest.mark.parametrize(
    ("query", "at_fault"),
    [
        ("contry=Iraq", {"contry": ["country"]}),
        ("country=Irak&year=now", {"country": [], "year": []}),
        ("region=6", {"region": []}),
        ("event_type_where=%3D", {"event_type_where": []}),
        ("event_type=Battles&event_type_where=%3E", {"event_type_where": []}),
        ("event_date=2024-01-01&event_date_where=AFTER", {"event_date_where": []}),
        ("event_date=2024-01-01&event_date_where=BETWEEN", {"event_date": []}),
        ("event_date=2024-02-01|2024-01-01&event_date_where=BETWEEN", {"event_date": []}),
        ("event_date=2024-13-01", {"event_date": []}),
        ("actor1=a:OR:actr2=b", {"actor1": ["actor2", "actor1"]}),
        ("export_type=monadic&population=full&inter_num=2", {"export_type": [], "population": [], "inter_num": []}),
        ("_format=xml&fields=country|fatality", {"_format": [], "fields": []}),
        ("limit=50001&page=0", {"limit": [], "page": []}),
        ("limit=-1", {"limit": []}),
        ("country=Iraq&country=Syria", {"country": []}),
        ("release=9", {"release": ["1"]}),
    ],
)
def test_what_cannot_be_honoured_is_an_error_that_names_it(
    acled: Api, query: str, at_fault: dict[str, list[str]]
) -> None:
    found = acled.faults(f"{BASE}?{query}")
    assert found.keys() == at_fault.keys()
    assert all(set(near) <= set(found[name]) for name, near in at_fault.items())


def test_nothing_of_other_sources_is_turned_into_its_rows(api: Api) -> None:
    assert "import an export first" in api.problem(BASE, 404)["detail"]


def test_a_client_that_has_the_page_is_told_so(acled: Api) -> None:
    first = acled.client.get(f"{BASE}?country=Iraq")
    again = acled.client.get(f"{BASE}?country=Iraq&key=any", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert acled.client.get(f"{BASE}?country=Syria").headers["etag"] != first.headers["etag"]
