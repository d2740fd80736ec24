"""Events, claims, locations and actors are found by place, precision and words as plain Python finds them."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.vocabulary import TypeOfViolence
from seed.importers.facts import read_facts
from seed.neutral_facts import EventFact, LocationFact
from tests.api.made_up import claim
from tests.api.oracle import World
from tests.api.places_and_words import (
    BOXES,
    CENTRES,
    POINTS,
    PRECISIONS,
    QUESTIONS,
    RADII,
    SUMMARIES,
    TITLES,
    has_words,
    is_there,
    lies_there,
)
from tests.api.serving import Api, serving
from tests.api.stats_oracle import Everything
from tests.api.test_properties import address_of, in_order
from tests.api.test_statements import statements
from tests.conftest import KINDS, DatabaseFactory
from tests.seed.loading import CITATIONS, an_event, load_and_publish, migrated

EXAMPLES, RELEASES, INVENTED = 120, 3, 60
WALKED_FROM = 6
COUNTRIES = ("IQ", "SY", "FJ")
ACTORS = {"iran": "iran", "united-states": "united states", "hamas": "hamas"}


def places() -> list[LocationFact]:
    return [
        LocationFact.model_validate(
            {
                "id": name,
                "name": text,
                "kind": "town",
                "country": COUNTRIES[number % 3],
                "latitude": point[0] if point else None,
                "longitude": point[1] if point else None,
                "citations": CITATIONS,
            }
        )
        for number, (name, (point, text, _)) in enumerate(POINTS.items())
    ]


def events(seed: int) -> list[EventFact]:
    """Events at several places, at one, or at none; in each release some are gone, and most are told otherwise."""
    chance = random.Random(seed)  # noqa: S311
    made = []
    for number in range(INVENTED):
        if chance.random() < 0.15:
            continue
        start = date(2020, 1, 1) + timedelta(days=chance.randrange(1500))
        dates: dict[str, Any] = {
            "date_start": start,
            "date_end": start + timedelta(days=chance.choice([0, 0, 40, 400])),
        }
        lacking = chance.choice([(), (), (), ("date_start",), ("date_end",), ("date_start", "date_end")])
        precision = "unknown" if lacking else "day" if dates["date_start"] == dates["date_end"] else "days"
        name = f"invented-{number:02}"
        made.append(
            an_event(
                name,
                **dates | {**dict.fromkeys(lacking), "date_precision": precision},
                title=chance.choice(list(TITLES)),
                summary=chance.choice(list(SUMMARIES)),
                type_of_violence=chance.choice([None, *TypeOfViolence]),
                locations=[
                    {"location": place, "precision": chance.choice(PRECISIONS), "citations": CITATIONS}
                    for place in chance.sample(list(POINTS), chance.choice([0, 1, 1, 1, 2, 3]))
                ],
                actors=[
                    {
                        "actor": actor,
                        "role": "associated",
                        "attribution": chance.choice(["denied", "stated"]),
                        "citations": CITATIONS,
                    }
                    for actor in chance.sample(list(ACTORS), chance.choice([0, 1, 2]))
                ],
                casualty_claims=[claim(name, 3, "exact", "3")] if chance.random() < 0.5 else [],
            )
        )
    return made


class Served:
    """An API over several releases, and what each of them holds."""

    def __init__(self, api: Api, worlds: Sequence[World]) -> None:
        self.api = api
        self.worlds = worlds


@pytest.fixture(scope="module", params=KINDS)
def served(request: pytest.FixtureRequest, make_database: DatabaseFactory) -> Iterator[Served]:
    database = make_database(request.param)
    engine, facts = migrated(database), read_facts()
    plain = [
        actor.model_copy(update={"name": ACTORS[actor.id], "names": ()}) for actor in facts.actors if actor.id in ACTORS
    ]
    others = [actor for actor in facts.actors if actor.id not in ACTORS]
    facts = facts.model_copy(
        update={"locations": (*facts.locations, *places()), "actors": (*others, *plain), "events": ()}
    )
    with pytest.MonkeyPatch.context() as patch:
        # So that each way of finding a page, and of counting, is gone.
        patch.setattr("seed.publish.counts.COUNTED_BY_DAY", 6)
        patch.setattr("app.queries.event_totals.COUNTED_BY_DAY", 6)
        patch.setattr("app.queries.event_starts.COMMON", 12)
        for name in ("WALKED_FROM", "WALKED_FROM_WORDS", "NARROWED_FROM"):
            patch.setattr(f"app.queries.event_pages.{name}", WALKED_FROM)
        patch.setattr("app.queries.event_pages.LOOKED_AT", 9)
        for seed in range(RELEASES):
            with engine.begin() as connection:
                load_and_publish(connection, facts.model_copy(update={"events": tuple(events(seed))}))
        engine.dispose()
        with serving(database) as api:
            worlds = [
                World(api.rows(f"/events?release={release}&limit=1000"), dict.fromkeys(POINTS), {})
                for release in range(1, RELEASES + 1)
            ]
            assert all(len(world.events) > INVENTED / 2 for world in worlds)
            yield Served(api, worlds)


CELLS = (("cell",), ("cell", "country"), ("cell", "year"), ("actor", "cell"), ("country", "cell"), ("admin1", "cell"))
SOME_DAYS = st.sampled_from(
    [
        (date(2020, 1, 1), date(2024, 12, 31)),
        (date(2021, 3, 1), date(2021, 3, 31)),
        (date(2020, 6, 15), date(2022, 2, 3)),
        (date(2023, 1, 1), date(2023, 12, 31)),
    ]
)
PLACED = st.fixed_dictionaries(
    {}, optional={"bbox": st.sampled_from(BOXES), "near": st.tuples(st.sampled_from(CENTRES), st.sampled_from(RADII))}
)
REST = st.fixed_dictionaries(
    {},
    optional={
        "precision": st.sampled_from(PRECISIONS),
        "country": st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=2, unique=True),
        "location": st.lists(st.sampled_from(list(POINTS)), min_size=1, max_size=2, unique=True),
        "type_of_violence": st.lists(st.sampled_from(list(TypeOfViolence)), min_size=1, max_size=2, unique=True),
        "killed_min": st.sampled_from([0, 3, 4]),
    },
)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """A place, words or both; a few other filters beside them; a window."""
    query: dict[str, Any] = dict(draw(PLACED))
    if draw(st.booleans()):
        query |= draw(REST)
    if "near" in query:
        query["near"], query["radius_km"] = query["near"]
    if draw(st.booleans()) or not query:
        query["q"] = draw(st.sampled_from(list(QUESTIONS)))
    if draw(st.booleans()):
        window = dict(zip(("date_from", "date_to"), draw(SOME_DAYS), strict=True))
        window.pop(draw(st.sampled_from(["date_from", "date_to", "neither", "neither"])), None)
        query |= {**window, "date_mode": draw(st.sampled_from(["overlap", "overlap", "within", "start", "possible"]))}
    return query


def matching(world: World, query: dict[str, Any], order: str) -> list[str]:
    """The events that match, in order."""
    there = {event["id"] for event in world.events if is_there(event, query, ACTORS)}
    return [event for event in in_order(world, query, order) if event in there]


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    query=questions(),
    order=st.sampled_from(["date", "-date", "killed", "-killed", "id"]),
    release=st.integers(1, RELEASES),
    pages_at_most=st.integers(1, 5),
)
def test_a_walk_of_any_release_gives_exactly_what_lies_there_and_has_the_words_in_order(
    served: Served, query: dict[str, Any], order: str, release: int, pages_at_most: int
) -> None:
    expected = matching(served.worlds[release - 1], query, order)
    pinned: dict[str, Any] = {"release": release} if release < RELEASES else {}
    limit = max(1, len(expected) // pages_at_most)
    pages = list(served.api.walk(address_of(query, sort=order, fields="id", limit=limit, **pinned)))
    assert [row["id"] for page in pages for row in page["data"]] == expected
    assert {page["meta"]["total"] for page in pages} == {len(expected)}


OF_TERMS = st.fixed_dictionaries(
    {},
    optional={
        "country": st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=2, unique=True),
        "type_of_violence": st.lists(st.sampled_from(list(TypeOfViolence)), min_size=1, max_size=2, unique=True),
        "killed_min": st.sampled_from([0, 3, 4]),
    },
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    query=OF_TERMS,
    window=st.none() | SOME_DAYS,
    order=st.sampled_from(["killed", "-killed", "id"]),
    release=st.integers(1, RELEASES),
    limit=st.integers(1, 5),
)
def test_what_many_have_is_found_in_another_order_than_its_own(
    served: Served, query: dict[str, Any], window: tuple[date, date] | None, order: str, release: int, limit: int
) -> None:
    asked = query | ({} if window is None else {"date_from": window[0], "date_to": window[1]})
    expected = matching(served.worlds[release - 1], asked, order)
    pinned: dict[str, Any] = {"release": release} if release < RELEASES else {}
    pages = list(served.api.walk(address_of(asked, sort=order, fields="id", limit=limit, **pinned)))
    assert [row["id"] for page in pages for row in page["data"]] == expected


@settings(max_examples=EXAMPLES // 4, deadline=None)
@given(query=questions() | OF_TERMS, window=st.none() | SOME_DAYS, release=st.integers(1, RELEASES))
def test_without_the_total_all_else_is_said_that_is_said_with_it(
    served: Served, query: dict[str, Any], window: tuple[date, date] | None, release: int
) -> None:
    asked = query | ({} if window is None else {"date_from": window[0], "date_to": window[1]})
    pinned: dict[str, Any] = {"release": release} if release < RELEASES else {}
    with_total = served.api.json(address_of(asked, fields="id", limit=3, **pinned))
    without = served.api.json(address_of(asked, fields="id", limit=3, total="false", **pinned))
    assert without["data"] == with_total["data"]
    assert without["meta"]["total"] is None
    assert without["meta"]["warnings"] == with_total["meta"]["warnings"]


@pytest.mark.parametrize(("sort", "is_walked"), [("-killed", True), ("id", True), ("-date", False)])
def test_what_many_have_is_looked_for_among_few_rows_first(served: Served, sort: str, is_walked: bool) -> None:
    """The first statement for a page reads all events in its order, and ends after so many rows."""
    address = f"/events?country=IQ,SY&sort={sort}&limit=1&killed_max=1000000"
    with statements(served.api) as asked:
        assert served.api.json(address)["meta"]["total"] >= WALKED_FROM
    first = next(statement for statement in asked if "event_body" in statement)
    assert ("AS met" in first) is is_walked


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(query=questions(), window=SOME_DAYS, release=st.integers(1, RELEASES))
def test_undated_events_are_told_of_whatever_else_is_asked(
    served: Served, query: dict[str, Any], window: tuple[date, date], release: int
) -> None:
    """As many as match but for the window, and have no date at all."""
    world = served.worlds[release - 1]
    plain = {name: value for name, value in query.items() if not name.startswith("date_")}
    undated = {event["id"] for event in world.events if event["date_start"] is event["date_end"] is None}
    left_out = len(undated.intersection(matching(world, plain, "id")))
    windowed = {**plain, "date_from": window[0], "date_to": window[1]}
    meta = served.api.json(address_of(windowed, release=release, fields="id"))["meta"]
    told = [warning.split(" event")[0] for warning in meta.get("warnings", ()) if warning.startswith("undated")]
    assert told == ([f"undated: {left_out}"] if left_out else [])


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(query=questions())
def test_claims_are_found_by_their_events(served: Served, query: dict[str, Any]) -> None:
    query.pop("killed_min", None)
    claims = served.api.rows(address_of(query, limit=1000).replace("/events", "/casualty-claims", 1))
    found = set(matching(served.worlds[-1], query, "id"))
    assert {row["event"]["id"] for row in claims} == {
        event["id"] for event in served.worlds[-1].events if event["id"] in found and event["casualty_claims"]
    }


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(
    query=questions(),
    keys=st.sampled_from([("year",), ("month",), ("country",), ("type_of_violence", "month"), ("actor",), *CELLS]),
    cell_degrees=st.sampled_from(["0.5", "1", "2", "5", "10"]),
    release=st.integers(1, RELEASES),
)
def test_statistics_add_up_exactly_what_lies_there_and_has_the_words(
    served: Served, query: dict[str, Any], keys: tuple[str, ...], cell_degrees: str, release: int
) -> None:
    world = served.worlds[release - 1]
    found = matching(world, query, "id")
    pinned: dict[str, Any] = {"release": release} if release < RELEASES else {}
    if "cell" in keys:
        pinned["cell_degrees"] = cell_degrees
    address = address_of({"group_by": ",".join(keys), **query}, **pinned).replace("/events", "/stats", 1)
    answer = served.api.json(address)
    assert answer["meta"]["events"] == len(found)
    assert answer["data"] == Everything(world.events, {}).statistics(found, keys, cell_degrees)


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(query=PLACED, question=st.none() | st.sampled_from(list(QUESTIONS)))
def test_locations_are_found_by_their_point_and_names(
    served: Served, query: dict[str, Any], question: str | None
) -> None:
    query = dict(query)
    if "near" in query:
        query["near"], query["radius_km"] = query["near"]
    asked = query | ({} if question is None else {"q": question})
    rows = served.api.json(address_of(asked, limit=1000).replace("/events", "/locations", 1))
    expected = {
        name
        for name, (point, _, words) in POINTS.items()
        if lies_there(dict(zip(("latitude", "longitude"), point or (None, None), strict=True)), query)
        and (question is None or has_words(set(words.split()), question))
    }
    assert {row["id"] for row in rows["data"]} & set(POINTS) == expected


def test_actors_are_found_by_their_names(served: Served) -> None:
    assert served.api.ids("/actors?q=united") == ["united-states"]
    assert "united-states" in served.api.ids("/actors?q=UNI*")
    assert served.api.json("/actors?q=united%20hamas")["meta"]["total"] == 0


def test_places_without_a_point_are_warned_of_where_there_are_any(served: Served, fuller_api: Api) -> None:
    told = ["places: events whose locations have no known point are left out by bbox and near."]
    assert served.api.json("/events?bbox=0,0,1,1")["meta"]["warnings"] == told
    assert served.api.json("/stats?group_by=year&bbox=0,0,1,1")["meta"]["warnings"] == told
    assert "warnings" not in served.api.json("/events?q=strike")["meta"] or not any(
        "places" in warning for warning in served.api.json("/events?q=strike")["meta"]["warnings"]
    )


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("bbox=1,2,3", {"bbox"}),
        ("bbox=1,2,3,nan", {"bbox"}),
        ("bbox=1,2,inf,4", {"bbox"}),
        ("bbox=-181,0,1,1", {"bbox"}),
        ("bbox=0,-90.1,1,1", {"bbox"}),
        ("bbox=0,2,1,1", {"bbox"}),
        ("bbox=0,1e1,1,20", {"bbox"}),
        ("near=1,2", {"near"}),
        ("radius_km=5", {"radius_km"}),
        ("near=91,2&radius_km=5", {"near", "radius_km"}),
        ("near=1,2&radius_km=0", {"near", "radius_km"}),
        ("near=1,2&radius_km=-3", {"near", "radius_km"}),
        ("near=1,2&radius_km=10000.5", {"near", "radius_km"}),
        ("near=1&radius_km=x", {"near", "radius_km"}),
        ("precision=exactly", {"precision"}),
        ("type_of_violence=one-sided", {"type_of_violence"}),
        ("q=...", {"q"}),
        ("q=*", {"q"}),
        ("q=ab*", {"q"}),
        ("q=" + "+".join(f"w{number}" for number in range(21)), {"q"}),
        ("q=" + "x" * 301, {"q"}),
        ("q=a&q=b", {"q"}),
    ],
)
def test_a_wrong_place_or_question_is_refused(api: Api, query: str, parameters: set[str]) -> None:
    faults = set(api.faults(f"/events?{query}"))
    assert faults
    assert faults <= parameters


def test_the_nearest_precision_and_type_are_proposed(api: Api) -> None:
    assert api.faults("/events?precision=exactly&type_of_violence=one-sided") == {
        "precision": ["exact"],
        "type_of_violence": ["one_sided"],
    }


def test_filters_are_told_as_they_were_understood(api: Api) -> None:
    meta = api.json("/events?bbox=-0,%2B33.0,45.90,037.4&near=33,44.50&radius_km=10.0&q=%20Deir%20%20ez-Zor")["meta"]
    assert meta["filters_applied"] == {
        "bbox": "0,33,45.9,37.4",
        "near": "33,44.5",
        "q": "Deir ez-Zor",
        "radius_km": 10.0,
    }
