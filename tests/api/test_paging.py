"""Orders, walks and cursors: every row once, in the same order on both databases, whatever the size of a page."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.facts import (
    ASSAULT,
    ATTACKS,
    CHARGES,
    CYBER,
    HALT,
    INVASION,
    IRAQ_STRIKES,
    OPERATION,
    SANCTIONS,
    SYRIA_STRIKES,
    TOWER_22,
)
from tests.api.serving import Api

WITHOUT_START = [ATTACKS, ASSAULT, HALT, CHARGES, CYBER, SANCTIONS]
WITHOUT_NUMBER = [INVASION, OPERATION, ATTACKS, ASSAULT, HALT, CHARGES, CYBER, SANCTIONS]
ORDERS = {
    "-date": [IRAQ_STRIKES, OPERATION, SYRIA_STRIKES, TOWER_22, INVASION, *WITHOUT_START],
    "date": [INVASION, TOWER_22, IRAQ_STRIKES, OPERATION, SYRIA_STRIKES, *WITHOUT_START],
    "-killed": [SYRIA_STRIKES, IRAQ_STRIKES, TOWER_22, *WITHOUT_NUMBER],
    "killed": [TOWER_22, IRAQ_STRIKES, SYRIA_STRIKES, *WITHOUT_NUMBER],
    "id": [INVASION, TOWER_22, IRAQ_STRIKES, OPERATION, SYRIA_STRIKES, *WITHOUT_START],
}
CLAIM_ORDERS = {
    "-date": [IRAQ_STRIKES, SYRIA_STRIKES, TOWER_22],
    "date": [TOWER_22, IRAQ_STRIKES, SYRIA_STRIKES],
    "-killed": [SYRIA_STRIKES, IRAQ_STRIKES, TOWER_22],
    "killed": [TOWER_22, IRAQ_STRIKES, SYRIA_STRIKES],
    "id": [TOWER_22, IRAQ_STRIKES, SYRIA_STRIKES],
}
BY_ID = ("/locations", "/actors", "/sources")


@pytest.mark.parametrize("order", ORDERS)
def test_events_come_in_order_with_the_unknown_last_both_ways(api: Api, order: str) -> None:
    assert api.ids(f"/events?sort={order}") == ORDERS[order]


@pytest.mark.parametrize("order", CLAIM_ORDERS)
def test_claims_come_in_order(api: Api, order: str) -> None:
    assert [claim["event"]["id"] for claim in api.rows(f"/casualty-claims?sort={order}")] == CLAIM_ORDERS[order]


def test_the_newest_come_first_when_no_order_is_asked_for(api: Api) -> None:
    assert api.ids("/events") == ORDERS["-date"]
    assert api.json("/events")["meta"]["sort"] == "-date"


@pytest.mark.parametrize("path", BY_ID)
def test_what_has_no_other_order_comes_by_id_as_bytes_sort(api: Api, path: str) -> None:
    assert api.ids(path) == sorted(api.ids(path))


@pytest.mark.parametrize("limit", [1, 2, 3, 10, 11, 12])
@pytest.mark.parametrize("order", ORDERS)
def test_a_walk_gives_each_event_once_in_order(api: Api, order: str, limit: int) -> None:
    pages = list(api.walk(f"/events?sort={order}&limit={limit}"))
    assert [event["id"] for page in pages for event in page["data"]] == ORDERS[order]
    assert [len(page["data"]) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert pages[-1]["data"]
    assert {page["meta"]["total"] for page in pages} == {11}
    assert {page["meta"]["release"] for page in pages} == {1}


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("order", CLAIM_ORDERS)
def test_a_walk_gives_each_claim_once_in_order(api: Api, order: str, limit: int) -> None:
    pages = api.walk(f"/casualty-claims?sort={order}&limit={limit}")
    assert [claim["event"]["id"] for page in pages for claim in page["data"]] == CLAIM_ORDERS[order]


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("path", [*BY_ID, "/countries", "/releases", "/releases?sort=number"])
def test_a_walk_gives_each_row_once(api: Api, path: str, limit: int) -> None:
    pages = api.walk(f"{path}{'&' if '?' in path else '?'}limit={limit}")
    assert [row for page in pages for row in page["data"]] == api.rows(path)


def test_a_walk_keeps_its_filters(api: Api) -> None:
    walked = [event["id"] for page in api.walk("/events?country=iraq&role=target&limit=1") for event in page["data"]]
    assert walked == [IRAQ_STRIKES, OPERATION, ATTACKS]


@pytest.mark.parametrize(
    "spelt_out", ["level=all", "total=true", "actor=iran&network=false", "date_to=2024&date_mode=overlap"]
)
def test_a_walk_goes_on_when_a_default_was_spelt_out(api: Api, spelt_out: str) -> None:
    walked = [event["id"] for page in api.walk(f"/events?{spelt_out}&limit=1") for event in page["data"]]
    assert walked == api.ids(f"/events?{spelt_out}")


def test_the_next_page_stands_in_the_link_header_too(api: Api) -> None:
    answer = api.client.get("/events?limit=2")
    following = answer.json()["links"]["next"]
    assert f'<{following}>; rel="next"' in answer.headers["link"]
    assert 'rel="next"' not in api.client.get("/events").headers["link"]
    # A page calls itself what the page before it called it.
    assert api.json(following)["links"]["self"] == following


def test_limit_and_fields_may_change_on_the_way(api: Api) -> None:
    cursor = api.json("/events?limit=1")["links"]["next"].partition("cursor=")[2]
    page = api.json(f"/events?cursor={cursor}&limit=4&fields=id")
    assert [event["id"] for event in page["data"]] == ORDERS["-date"][1:5]


@pytest.mark.parametrize(
    "address",
    [
        "/events?country=syria&limit=1&cursor={}",
        "/events?limit=1&cursor={}",
        "/events?country=iraq&sort=id&cursor={}",
        "/events?country=iraq&level=event&cursor={}",
        "/casualty-claims?country=iraq&cursor={}",
        "/locations?country=iraq&cursor={}",
    ],
)
def test_a_cursor_of_another_walk_is_refused(api: Api, address: str) -> None:
    cursor = api.json("/events?country=iraq&limit=1")["links"]["next"].partition("cursor=")[2].partition("&")[0]
    problem = api.problem(address.format(cursor), 400)
    assert problem["type"] == "/problems/invalid-cursor"
    (fault,) = problem["errors"]
    assert (fault["parameter"], fault["did_you_mean"]) == ("cursor", [])
    assert "belongs to a walk with other filters or another sort" in fault["detail"]
    assert "links.next" in problem["detail"]


def reading(cursor: str) -> list[object]:
    content: list[object] = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return content


def writing(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, 2),
        (1, 0),
        (1, -1),
        (1, 2**40),
        (1, "1"),
        (1, True),
        (3, 2**40),
        (3, "x"),
        (3, 1.5),
        (4, 7),
        (4, "\x00"),
        (4, None),
    ],
)
def test_a_cursor_that_was_tampered_with_is_refused(api: Api, place: int, value: object) -> None:
    content = reading(api.json("/events?limit=1")["links"]["next"].partition("cursor=")[2])
    content[place] = value
    assert api.problem(f"/events?cursor={writing(content)}", 400)["type"] == "/problems/invalid-cursor"


def test_a_cursor_of_a_release_that_is_not_here_is_refused(api: Api) -> None:
    content = reading(api.json("/events?limit=1")["links"]["next"].partition("cursor=")[2])
    content[1] = 99
    assert (
        "belongs to release 99, which is not here" in api.problem(f"/events?cursor={writing(content)}", 400)["detail"]
    )


def test_a_cursor_and_a_release_that_differ_are_refused(api: Api) -> None:
    cursor = api.json("/events?limit=1")["links"]["next"].partition("cursor=")[2]
    assert "belongs to release 1, not to 2" in api.problem(f"/events?cursor={cursor}&release=2", 400)["detail"]
    assert list(api.faults(f"/events?cursor={cursor}&as_of=2030-01-01")) == ["as_of"]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner, max_size=5),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(cursor=st.text(min_size=1, max_size=60) | ANY_JSON.map(writing))
def test_a_cursor_that_is_none_is_refused_and_never_a_fault_of_ours(api: Api, cursor: str) -> None:
    answer = api.client.get("/events", params={"cursor": cursor})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "cursor"


@settings(max_examples=60, deadline=None)
@given(key=st.none() | st.integers(-(2**31), 2**31), last=st.text(max_size=20))
def test_a_cursor_with_any_place_in_the_order_gives_the_rows_after_it_or_is_refused(
    api: Api, key: int | None, last: str
) -> None:
    content = reading(api.json("/events?limit=1")["links"]["next"].partition("cursor=")[2])
    answer = api.client.get("/events", params={"cursor": writing([*content[:3], key, last]), "fields": "id"})
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        ids = [event["id"] for event in answer.json()["data"]]
        assert ids == [id_ for id_ in ORDERS["-date"] if id_ in ids]
