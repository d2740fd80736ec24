"""Any question at all: never a fault of ours, and an answer holds exactly what was asked for."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.vocabulary import Attribution, EventType, Role, SubEventType
from tests.api.facts import ARTICLE, OPERATION, TOWER_22
from tests.api.made_up import CONFLICT
from tests.api.oracle import World, members_by_actor
from tests.api.serving import Api

EXAMPLES = 70


@pytest.fixture(scope="module")
def world(fuller_api: Api) -> World:
    places = {place["id"]: place["within"] for place in fuller_api.rows("/locations")}
    return World(fuller_api.rows("/events"), places, members_by_actor(fuller_api.rows("/actors")))


def some(*words: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True)


DAYS = st.sampled_from(
    [date(2003, 1, 1), date(2003, 12, 31), date(2024, 1, 28), date(2024, 2, 2), date(2024, 3, 4)]
).flatmap(lambda day: st.integers(-1, 1).map(lambda offset: day + timedelta(days=offset)))
INVOLVEMENT = st.fixed_dictionaries(
    {},
    optional={
        "actor": some("iran", "iran-backed-militias", "islamic-resistance-in-iraq", "united-states", "irgc", "hamas"),
        "role": some(*Role),
        "attribution": some(*Attribution),
    },
)
WINDOW = st.fixed_dictionaries(
    {},
    optional={
        "bounds": st.lists(DAYS, min_size=2, max_size=2).map(sorted),
        "open": st.sampled_from(["", "from", "to"]),
    },
)
NUMBERS = st.fixed_dictionaries(
    {},
    optional={
        "killed": st.lists(st.sampled_from([0, 1, 3, 5, 9, 15, 16, 18, 30, 31]), min_size=2, max_size=2).map(sorted),
        "killed_on": st.sampled_from(["low", "best", "high"]),
    },
)
REST = st.fixed_dictionaries(
    {},
    optional={
        "country": some("IQ", "SY", "JO", "IL", "FR"),
        "location": some("iraq", "syria", "deir-ez-zor", "al-mayadeen", "tower-22", "jordan"),
        "admin1": some("Anbar", "Deir ez-Zor"),
        "event_type": some(*EventType),
        "sub_event_type": some(*SubEventType),
        "claimant": some("popular-mobilization-forces", "us-officials"),
        "source": some(ARTICLE, "geonames", "natural-earth-admin-1"),
        "part_of": some(OPERATION, TOWER_22),
        "conflict": some(CONFLICT["id"]),
        "level": st.sampled_from(["operation", "event", "all"]),
        "disputed": st.booleans(),
    },
)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """A question of any filters that may stand together."""
    query = {**draw(INVOLVEMENT), **draw(REST)}
    if "actor" in query and draw(st.booleans()):
        query["network"] = draw(st.booleans())
    window, numbers = draw(WINDOW), draw(NUMBERS)
    if "bounds" in window:
        left_open = f"date_{window.get('open')}"
        bounds = zip(("date_from", "date_to"), window["bounds"], strict=True)
        query |= {name: day for name, day in bounds if name != left_open}
        query["date_mode"] = draw(st.sampled_from(["overlap", "within", "start", "possible"]))
    if "killed" in numbers:
        left_out = draw(st.sampled_from(["killed_min", "killed_max", "neither"]))
        least_and_most = zip(("killed_min", "killed_max"), numbers.pop("killed"), strict=True)
        query |= {name: number for name, number in least_and_most if name != left_out} | numbers
    return query


def address_of(query: dict[str, Any], **more: object) -> str:
    """The question as an address."""
    items = [
        (name, str(value).lower() if isinstance(value, bool) else str(value))
        for name, values in {**query, **more}.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return f"/events?{urlencode(items)}"


@settings(max_examples=EXAMPLES, deadline=None)
@given(query=questions())
def test_an_answer_holds_exactly_the_events_that_the_filters_describe(
    fuller_api: Api, world: World, query: dict[str, Any]
) -> None:
    answer = fuller_api.json(address_of(query, sort="id"))
    assert [event["id"] for event in answer["data"]] == world.ids(query)
    assert answer["meta"]["total"] == len(world.ids(query))


ORDERS = st.sampled_from(["date", "-date", "killed", "-killed", "id"])


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(query=questions(), order=ORDERS, limit=st.integers(1, 3))
def test_a_walk_gives_the_list_whatever_the_filters(
    fuller_api: Api, query: dict[str, Any], order: str, limit: int
) -> None:
    whole = fuller_api.ids(address_of(query, sort=order, fields="id"))
    pages = fuller_api.walk(address_of(query, sort=order, fields="id", limit=limit))
    assert [row["id"] for page in pages for row in page["data"]] == whole


NAMES = st.sampled_from(
    ["country", "actor", "role", "date_from", "date_to", "date_mode", "limit", "cursor", "sort", "fields", "release",
     "as_of", "killed_min", "killed_max", "killed_on", "network", "admin1", "location", "total", "format", "conflict"]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["iraq", "gw:645", "gw:9999", "2024", "0", "-1", "1", "true", "id", "-date", ",", "%", "_", "'", '"']
    ),
    st.integers().map(str),
    st.dates().map(str),
)
PATHS = st.sampled_from(
    ["/events", "/casualty-claims", "/locations", "/actors", "/sources", "/countries", "/releases", "/releases/1",
     f"/events/{TOWER_22}", "/countries/iraq"]
)  # fmt: skip


@settings(max_examples=EXAMPLES * 2, deadline=None)
@given(path=PATHS, items=st.lists(st.tuples(NAMES | st.text(max_size=6), VALUES), max_size=5))
def test_any_query_string_is_answered_or_refused_with_its_faults(
    api: Api, path: str, items: list[tuple[str, str]]
) -> None:
    answer = api.client.get(f"{path}?{urlencode(items)}")
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 400:
        assert answer.headers["content-type"] == "application/problem+json"
        named = {fault["parameter"] for fault in answer.json()["errors"]}
        assert named
        assert named <= {name for name, _ in items}


RESOURCES = ("events", "casualty-claims", "locations", "actors", "sources", "countries", "releases", "problems")


@settings(max_examples=EXAMPLES, deadline=None)
@given(resource=st.sampled_from(RESOURCES), id_=st.text(min_size=1, max_size=12))
def test_any_id_is_found_or_is_404(api: Api, resource: str, id_: str) -> None:
    answer = api.client.get(f"/{resource}/" + "".join(f"%{byte:02X}" for byte in id_.encode()))
    assert answer.status_code in (200, 404), answer.text
    if answer.status_code == 404:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["instance"].isascii()
