"""The members around the data, on every list and every item."""

import re
from typing import Any

import pytest

from tests.api.facts import EVERY_EVENT, IRAQ_STRIKES
from tests.api.serving import Api

LISTS = {
    "/events": 11,
    "/casualty-claims": 3,
    "/locations": 8,
    "/actors": 16,
    "/sources": 5,
    "/countries": 4,
    "/releases": 1,
}
COVERAGE = {
    "sources": 1,
    "note": "This release rests on one article. Events that are not here may have happened.",
}


def own_address(row: dict[str, Any]) -> str:
    address = row["links"]["self"]
    assert isinstance(address, str)
    return address


@pytest.mark.parametrize(("path", "rows"), LISTS.items())
def test_a_list_says_what_it_is_and_what_it_rests_on(api: Api, path: str, rows: int) -> None:
    answer = api.client.get(path)
    body = answer.json()
    assert list(body) == ["data", "meta", "links"]
    assert len(body["data"]) == rows
    meta = body["meta"]
    assert list(meta) == [
        "release", "as_of", "returned", "total", "filters_applied", "sort", "cite_as", "coverage", "warnings",
    ]  # fmt: skip
    assert (meta["release"], meta["returned"], meta["total"]) == (1, rows, rows)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", meta["as_of"])
    assert (meta["filters_applied"], meta["coverage"], meta["warnings"]) == ({}, COVERAGE, [])
    assert body["links"] == {"self": path, "next": None, "permalink": f"{path}?release=1"}
    assert meta["cite_as"] == f"Conflict Events API, release 1 of {meta['as_of'][:10]}, {path}?release=1"
    assert answer.headers["link"] == f'<{path}>; rel="self", <{path}?release=1>; rel="bookmark"'
    assert answer.headers["data-release"] == "1"
    assert answer.headers["total-count"] == str(rows)


@pytest.mark.parametrize("path", LISTS)
def test_each_row_of_a_list_is_the_item_at_its_own_address(api: Api, path: str) -> None:
    for row in api.rows(path):
        answer = api.client.get(own_address(row))
        body = answer.json()
        assert list(body) == ["data", "meta", "links"]
        assert body["data"] == row
        assert list(body["meta"]) == ["release", "as_of", "cite_as"]
        permalink = f"{own_address(row)}?release=1"
        assert body["links"] == {"self": own_address(row), "permalink": permalink}
        assert body["meta"]["cite_as"].endswith(f", {permalink}")
        assert answer.headers["link"] == f'<{own_address(row)}>; rel="self", <{permalink}>; rel="bookmark"'
        assert api.json(permalink)["data"] == row


def test_a_list_says_which_filters_it_applied_as_it_understood_them(api: Api) -> None:
    meta = api.json("/events?country=irq&date_to=2024&killed_min=03&disputed=false&level=event")["meta"]
    assert meta["filters_applied"] == {
        "country": ["IQ"],
        "date_to": "2024-12-31",
        "disputed": False,
        "killed_min": 3,
        "level": "event",
    }


def test_what_shapes_an_answer_is_no_filter_of_it(api: Api) -> None:
    meta = api.json("/events?limit=1&fields=id&total=true&sort=id&release=1&format=json")["meta"]
    assert (meta["filters_applied"], meta["sort"]) == ({}, "id")


def test_fields_pick_members_in_the_order_that_was_asked_for(api: Api) -> None:
    (row,) = api.rows("/events?part_of=2024-02-02-us-strikes-iraq-syria&country=iraq&fields=title,id&fields=links")
    assert row == {
        "title": "U.S. strikes in Iraq, 2 February 2024",
        "id": IRAQ_STRIKES,
        "links": {"self": f"/events/{IRAQ_STRIKES}", "original": None},
    }
    assert list(row) == ["title", "id", "links"]


@pytest.mark.parametrize("path", LISTS)
def test_every_member_can_be_picked(api: Api, path: str) -> None:
    whole = api.rows(path)
    for member in whole[0]:
        assert api.rows(f"{path}?fields={member}") == [{member: row[member]} for row in whole]


def test_links_keep_the_fields_that_were_asked_for(api: Api) -> None:
    links = api.json("/events?fields=id,title&limit=2")["links"]
    assert links["self"] == "/events?fields=id&fields=title&limit=2"
    assert {tuple(row) for row in api.rows(links["next"])} == {("id", "title")}


def test_total_false_leaves_the_count_out_and_nothing_else(api: Api) -> None:
    answer = api.client.get("/events?total=false")
    assert answer.json()["meta"]["total"] is None
    assert answer.json()["meta"]["returned"] == 11
    assert "total-count" not in answer.headers
    assert answer.json()["data"] == api.rows("/events")


def test_a_permalink_is_the_same_question_in_one_spelling(api: Api) -> None:
    asked = api.json("/events?sort=id&country=Syria,Iraq&limit=2")
    pinned = api.json(asked["links"]["permalink"])
    assert asked["links"]["permalink"] == "/events?country=IQ&country=SY&limit=2&sort=id&release=1"
    assert pinned["data"] == asked["data"]
    assert pinned["links"]["self"] == pinned["links"]["permalink"] == asked["links"]["permalink"]


def test_what_is_the_default_anyway_leaves_no_trace_in_the_links(api: Api) -> None:
    links = api.json("/events?limit=100&sort=-date&total=true&date_to=2024&date_mode=overlap&level=all")["links"]
    assert links["self"] == "/events?date_to=2024-12-31"


def test_every_event_stands_in_the_list_once(api: Api) -> None:
    ids = api.ids("/events")
    assert len(ids) == len(set(ids))
    assert set(ids) == EVERY_EVENT
