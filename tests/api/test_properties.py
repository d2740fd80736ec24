"""Any question at all: never a fault of ours, and an answer holds exactly what was asked for."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.queries.event_pages import MOST_MERGED
from app.vocabulary import SUB_EVENT_TYPES, Attribution, EventType, Role, SubEventType
from seed.importers.facts import read_facts
from seed.neutral_facts import EventFact, LocationFact
from tests.api.facts import ARTICLE, OPERATION, TOWER_22
from tests.api.made_up import CONFLICT, claim
from tests.api.oracle import World, members_by_actor
from tests.api.serving import Api, serving
from tests.conftest import KINDS, DatabaseFactory
from tests.seed.loading import CITATIONS, added, an_event, load_and_publish, migrated

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


COUNTRIES = ("IQ", "SY", "JO", "IL", "IR", "LB", "YE", "SA", "TR", "KW", "AE", "EG")
PLACES = tuple(f"{kind}-{country.lower()}" for country in COUNTRIES for kind in ("land", "town"))
ACTORS = ("iran", "irgc", "iran-backed-militias", "islamic-resistance-in-iraq", "united-states", "hamas")
WORLDS, INVENTED = 4, 45
# Fewer than in a real database, so that both ways of counting are asked.
COUNTED_BY_DAY = 6


def invented_places() -> list[LocationFact]:
    """A place in each of more countries than are merged, and a town within it."""
    made = []
    for place in PLACES:
        kind, _, country = place.partition("-")
        row = {"id": place, "name": place, "kind": "town", "country": country.upper(), "citations": CITATIONS}
        within = {"within": f"land-{country}", "admin1": f"Admin {country}"} if kind == "town" else {}
        made.append(LocationFact.model_validate(row | within))
    return made


def invented_events(seed: int) -> list[EventFact]:
    """Events in several countries and by several actors, of which some lack days, places or numbers."""
    chance = random.Random(seed)  # noqa: S311
    made: list[EventFact] = []
    for number in range(INVENTED):
        if chance.random() < 0.2:
            continue  # withdrawn in this release, or not there yet
        name = f"invented-{number:02}"
        start = date(2024, 1, 1) + timedelta(days=chance.randrange(12))
        dates: dict[str, Any] = {"date_start": start, "date_end": start + timedelta(days=chance.choice([0, 0, 1, 9]))}
        lacking = chance.choice([(), (), (), ("date_start",), ("date_end",), ("date_start", "date_end")])
        precision = "unknown" if lacking else "day" if dates["date_start"] == dates["date_end"] else "days"
        dates |= {**dict.fromkeys(lacking), "date_precision": precision}
        places = chance.sample(PLACES, chance.choice([0, 1, 1, 2, 3]))
        said = {(chance.choice(ACTORS), chance.choice(list(Role)), chance.choice(SAID)) for _ in range(3)}
        event_type = chance.choice([None, *EventType])
        numbers = [(chance.choice([0, 3, 3, 9]), chance.choice(["exact", "at_least", "at_most"])) for _ in range(2)]
        claims = [
            claim(name, killed, qualifier, str(killed), suffix=f"killed-{place}", **by)
            for place, ((killed, qualifier), by) in enumerate(zip(numbers, CLAIMED, strict=True))
        ]
        made.append(
            an_event(
                name,
                **dates,
                locations=[{"location": place, "precision": "exact", "citations": CITATIONS} for place in places],
                actors=[
                    {"actor": actor, "role": role, "attribution": attribution, "citations": CITATIONS}
                    for actor, role, attribution in sorted(said)
                ],
                event_type=event_type,
                sub_event_type=chance.choice(list(SUB_EVENT_TYPES[event_type])) if event_type else None,
                casualty_claims=claims[: chance.choice([0, 1, 1, 2])],
                part_of=chance.choice([None, None, *(event.id for event in made[:2])]),
                conflict=chance.choice([None, CONFLICT]),
            )
        )
    return made


SAID = ("stated", "claimed", "acknowledged", "denied")
CLAIMED: tuple[dict[str, Any], ...] = (
    {"claimant": "popular-mobilization-forces"},
    {"claimant": "us-officials"},
)


@dataclass(frozen=True, slots=True)
class Invented:
    """An API over several releases of invented events, and all that each of them holds."""

    api: Api
    worlds: Sequence[World]


@pytest.fixture(scope="module", params=KINDS)
def invented(request: pytest.FixtureRequest, make_database: DatabaseFactory) -> Iterator[Invented]:
    database = make_database(request.param)
    engine, base = migrated(database), added(read_facts(), locations=invented_places())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("seed.publish.counts.COUNTED_BY_DAY", COUNTED_BY_DAY)
        patch.setattr("app.queries.event_totals.COUNTED_BY_DAY", COUNTED_BY_DAY)
        for seed in range(WORLDS):
            with engine.begin() as connection:
                load_and_publish(connection, added(base, events=invented_events(seed)))
        engine.dispose()
        with serving(database) as api:
            worlds = []
            for release in range(1, WORLDS + 1):
                events, locations, actors = (
                    api.rows(f"/{path}?release={release}&limit=1000") for path in ("events", "locations", "actors")
                )
                within = {place["id"]: place["within"] for place in locations}
                worlds.append(World(events, within, members_by_actor(actors)))
            assert len({str(world.events) for world in worlds}) == WORLDS
            yield Invented(api, worlds)


MANY = st.fixed_dictionaries(
    {},
    optional={
        "country": st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=len(COUNTRIES), unique=True),
        "location": st.lists(st.sampled_from(PLACES), min_size=1, max_size=MOST_MERGED + 4, unique=True),
        "admin1": some(*(f"Admin {country.lower()}" for country in COUNTRIES)),
        "actor": some(*ACTORS),
        "event_type": st.lists(st.sampled_from(list(EventType)), min_size=1, max_size=4, unique=True),
    },
)
SOME_DAYS = st.lists(
    st.integers(-3, 25).map(lambda days: date(2024, 1, 1) + timedelta(days=days)), min_size=2, max_size=2
).map(sorted)


@st.composite
def questions_of_invented(draw: st.DrawFn) -> dict[str, Any]:
    """As above, about other values, and with many of them at once."""
    query = draw(MANY)
    if draw(st.booleans()):
        query |= {name: value for name, value in draw(questions()).items() if name in KEPT}
    query.pop("network", None)
    if "actor" in query and draw(st.booleans()):
        query["network"] = True
    if draw(st.booleans()):
        window = dict(zip(("date_from", "date_to"), draw(SOME_DAYS), strict=True))
        window.pop(draw(st.sampled_from(["date_from", "date_to", "neither"])), None)
        query |= {**window, "date_mode": draw(st.sampled_from(["overlap", "within", "start", "possible"]))}
    return query


KEPT = frozenset(
    {"role", "attribution", "killed_min", "killed_max", "killed_on", "claimant", "conflict", "disputed", "level"}
)


def in_order(world: World, query: dict[str, Any], order: str) -> list[str]:
    """The events that match, sorted: the unknown last whichever way, and ties by id."""
    ids = set(world.ids(query))
    backwards = order.startswith("-")

    def key(event: dict[str, Any]) -> tuple[bool, int, str]:
        number: int | None = 0
        if order.endswith("date"):
            number = date.fromisoformat(event["date_start"]).toordinal() if event["date_start"] else None
        elif order.endswith("killed"):
            figure = event["casualties"]["killed"] or {"best": None, "low": None}
            number = figure["best"] if figure["best"] is not None else figure["low"]
        return number is None, (number or 0) * (-1 if backwards else 1), event["id"]

    return [event["id"] for event in sorted(world.events, key=key) if event["id"] in ids]


@settings(max_examples=EXAMPLES * 3, deadline=None)
@given(
    query=questions_of_invented(),
    order=ORDERS,
    release=st.integers(1, WORLDS),
    pages_at_most=st.integers(1, 9),
    by_number=st.booleans(),
)
def test_a_walk_of_any_release_gives_exactly_what_the_filters_describe_in_order(
    invented: Invented, query: dict[str, Any], order: str, release: int, pages_at_most: int, by_number: bool
) -> None:
    expected = in_order(invented.worlds[release - 1], query, order)
    pinned: dict[str, Any] = {"release": release} if release < WORLDS or by_number else {}
    limit = max(1, len(expected) // pages_at_most)
    pages = list(invented.api.walk(address_of(query, sort=order, fields="id", limit=limit, **pinned)))
    assert [row["id"] for page in pages for row in page["data"]] == expected
    assert {page["meta"]["total"] for page in pages} == {len(expected)}
    assert {page["meta"]["release"] for page in pages} == {release}
    assert [len(page["data"]) for page in pages[:-1]] == [limit] * (len(pages) - 1)


@pytest.mark.parametrize("number", [1, 2, MOST_MERGED, MOST_MERGED + 1, len(COUNTRIES)])
@pytest.mark.parametrize("order", ["date", "-date", "killed", "-killed", "id"])
def test_as_many_countries_as_are_asked_for_give_each_event_once(invented: Invented, order: str, number: int) -> None:
    """As many as are merged, more, and fewer."""
    assert len(COUNTRIES) > MOST_MERGED + 1
    for window in ({}, {"date_from": date(2024, 1, 5), "date_to": date(2024, 1, 8)}):
        query = {"country": list(COUNTRIES[:number]), **window}
        expected = in_order(invented.worlds[-1], query, order)
        assert window or len(expected) >= number
        for limit in (1, 2, 7):
            pages = list(invented.api.walk(address_of(query, sort=order, fields="id", limit=limit)))
            assert [row["id"] for page in pages for row in page["data"]] == expected
            assert {page["meta"]["total"] for page in pages} == {len(expected)}


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
