"""UCDP's API as its clients ask it: their loops, over every real row of Mexico, against the file read by itself."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.api.serving import Api
from tests.compat.conftest import Cells

BASE = "/compat/ucdp/gedevents/24.1"
WHOLE = frozenset(
    """id year type_of_violence conflict_new_id dyad_new_id side_a_new_id side_b_new_id number_of_sources where_prec
    priogrid_gid country_id event_clarity date_prec deaths_a deaths_b deaths_civilians deaths_unknown best high
    low""".split()  # noqa: SIM905
)


def typed(row: Cells) -> dict[str, Any]:
    """A record of the file as UCDP's API types it, told here a second time."""
    given: dict[str, Any] = {}
    for name, text in row.items():
        if text == "":
            given[name] = None
        elif name in WHOLE:
            given[name] = int(text)
        elif name in {"latitude", "longitude"}:
            given[name] = float(text)
        elif name == "active_year":
            given[name] = {"true": True, "false": False}[text]
        else:
            given[name] = f"{text}T00:00:00" if name in {"date_start", "date_end"} else text
    return given


def pages_by_next_url(api: Api, address: str) -> Iterator[dict[str, Any]]:
    """As the R package `ucdp.api` walks: until `NextPageUrl` is an empty text."""
    page = api.json(address)
    yield page
    while page["NextPageUrl"] != "":
        assert page["NextPageUrl"].startswith("http://testserver/compat/ucdp/")
        page = api.json(page["NextPageUrl"])
        yield page


def rows_by_page_number(api: Api, query: str, size: int) -> list[dict[str, Any]]:
    """As other clients walk: one row for `TotalCount`, then every page by number, and one too many."""
    asked = f"{BASE}?{query}&" if query else f"{BASE}?"
    total = api.json(f"{asked}pagesize=1&page=1")["TotalCount"]
    last = math.ceil(total / size)
    rows = [row for page in range(last + 1) for row in api.json(f"{asked}pagesize={size}&page={page}")["Result"]]
    assert len(rows) == total
    return rows


def test_every_row_of_the_file_comes_back_cell_by_cell_when_a_client_follows_next_page_url(
    mexico: Api, mexico_rows: list[Cells]
) -> None:
    pages = list(pages_by_next_url(mexico, f"{BASE}?pagesize=1000"))
    assert [len(page["Result"]) for page in pages] == [1000] * 18 + [957]
    assert {(page["TotalCount"], page["TotalPages"]) for page in pages} == {(18_957, 19)}
    rows = [row for page in pages for row in page["Result"]]
    assert all(list(row) == list(mexico_rows[0]) for row in rows), "49 columns in the file's order"
    assert {row["id"]: row for row in rows} == {int(row["id"]): typed(row) for row in mexico_rows}
    starts = [row["date_start"] for row in rows]
    assert starts == sorted(starts)


def test_pages_by_number_hold_each_row_once_when_pages_are_small(mexico: Api, mexico_rows: list[Cells]) -> None:
    rows = rows_by_page_number(mexico, "StartDate=2023-01-01", 177)
    wanted = {int(row["id"]) for row in mexico_rows if row["date_start"] >= "2023-01-01"}
    assert len(rows) == len(wanted) > 177
    assert {row["id"] for row in rows} == wanted


@pytest.mark.parametrize(
    ("page", "size", "rows", "before", "after"),
    [
        (0, 1000, 1000, None, 1),
        (17, 1000, 1000, 16, 18),
        (18, 1000, 957, 17, None),
        (19, 1000, 0, 18, None),
        (400, 1000, 0, 18, None),
        (0, 957, 957, None, 1),
        (18956, 1, 1, 18955, None),
    ],
)
def test_addresses_of_pages_lead_on_and_back_and_end_empty(
    mexico: Api, page: int, size: int, rows: int, before: int | None, after: int | None
) -> None:
    answer = mexico.json(f"{BASE}?pagesize={size}&page={page}")
    assert len(answer["Result"]) == rows

    def address(number: int | None) -> str:
        if number is None:
            return ""
        of_page = f"page={number}&" if number else ""
        return f"http://testserver{BASE}?{of_page}pagesize={size}&release=1"

    assert answer["NextPageUrl"] == address(after)
    assert mexico.json(answer["PreviousPageUrl"])["Result"] if before is not None else answer["PreviousPageUrl"] == ""


MATCHES: Mapping[str, Callable[[Cells], bool]] = {
    "Country=70": lambda row: row["country_id"] == "70",
    "country=70&TYPEOFVIOLENCE=3": lambda row: row["type_of_violence"] == "3",
    "TypeOfViolence=1,3": lambda row: row["type_of_violence"] in {"1", "3"},
    "Actor=775": lambda row: "775" in {row["side_a_new_id"], row["side_b_new_id"]},
    "Actor=775,799&EndDate=2008-06-30": lambda row: (
        bool({"775", "799"} & {row["side_a_new_id"], row["side_b_new_id"]}) and row["date_end"] <= "2008-06-30"
    ),
    "Dyad=14353": lambda row: row["dyad_new_id"] == "14353",
    "Dyad=14353,1108&StartDate=1993-01-01": lambda row: (
        row["dyad_new_id"] in {"14353", "1108"} and row["date_start"] >= "1993-01-01"
    ),
    "Id=182027,182047": lambda row: row["id"] in {"182027", "182047"},
    "Id=182027,182047&TypeOfViolence=3": lambda row: row["id"] == "182047",
    "Id=1": lambda _: False,
    "Geography=19 -100,20.5 -98.5": lambda row: (
        19 <= float(row["latitude"]) <= 20.5 and -100 <= float(row["longitude"]) <= -98.5
    ),
    "Geography=20.5+-98.5,19+-100&TypeOfViolence=3": lambda row: (
        19 <= float(row["latitude"]) <= 20.5
        and -100 <= float(row["longitude"]) <= -98.5
        and row["type_of_violence"] == "3"
    ),
    "StartDate=2010-02-10&EndDate=2010-03-15": lambda row: (
        row["date_start"] >= "2010-02-10" and row["date_end"] <= "2010-03-15"
    ),
    "Geography=19 -100,20.5 -98.5&Dyad=14353": lambda row: (
        row["dyad_new_id"] == "14353"
        and 19 <= float(row["latitude"]) <= 20.5
        and -100 <= float(row["longitude"]) <= -98.5
    ),
    "Id=182027,182028&Geography=19 -100,20.5 -98.5": lambda row: row["id"] == "182027",
}


@pytest.mark.parametrize("query", MATCHES)
def test_filters_find_the_rows_that_the_file_has(mexico: Api, mexico_rows: list[Cells], query: str) -> None:
    wanted = {int(row["id"]) for row in mexico_rows if MATCHES[query](row)}
    rows = rows_by_page_number(mexico, query, 1000)
    assert {row["id"] for row in rows} == wanted
    assert len(rows) == len(wanted)


def test_a_country_without_rows_is_an_empty_page(mexico: Api) -> None:
    page = mexico.json(f"{BASE}?Country=645")
    assert page == {"TotalCount": 0, "TotalPages": 0, "PreviousPageUrl": "", "NextPageUrl": "", "Result": []}


@pytest.mark.parametrize(
    ("query", "at_fault"),
    [
        ("Contry=70", {"Contry": ["Country"]}),
        ("pagesize=1001", {"pagesize": []}),
        ("pagesize=0", {"pagesize": []}),
        ("page=-1", {"page": []}),
        ("Country=Mexico", {"Country": []}),
        ("Country=1", {"Country": []}),
        ("pagesize=5&PageSize=6", {"pagesize": []}),
        ("TypeOfViolence=4", {"TypeOfViolence": ["1", "2", "3"]}),
        ("Actor=987654", {"Actor": []}),
        ("Geography=19,-100,20,-98", {"Geography": []}),
        ("Geography=19 -100,95 -98", {"Geography": []}),
        ("StartDate=2020&EndDate=", {"StartDate": [], "EndDate": []}),
        ("StartDate=2020-01-02&EndDate=2020-01-01", {"EndDate": []}),
        ("Year=2020&Country=", {"Year": [], "Country": []}),
        ("release=7", {"release": ["1"]}),
    ],
)
def test_what_cannot_be_honoured_is_an_error_that_names_it(
    mexico: Api, query: str, at_fault: dict[str, list[str]]
) -> None:
    assert mexico.faults(f"{BASE}?{query}") == at_fault


def test_an_unknown_version_is_404_and_names_those_there_are(mexico: Api) -> None:
    problem = mexico.problem("/compat/ucdp/gedevents/23.1", 404)
    assert problem["detail"].endswith("There are: 24.1.")


def test_a_token_is_let_pass_and_changes_nothing(mexico: Api) -> None:
    plain = mexico.client.get(f"{BASE}?pagesize=3")
    with_token = mexico.client.get(f"{BASE}?pagesize=3&Key=any", headers={"x-ucdp-access-token": "any"})
    assert with_token.content == plain.content
    assert plain.headers["etag"] == with_token.headers["etag"]
    again = mexico.client.get(f"{BASE}?pagesize=3", headers={"If-None-Match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
