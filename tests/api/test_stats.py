"""/stats: each event's figure once, by the article's own numbers and by an oracle over invented events."""

import csv
import io
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.schemas.columns.stats import GROUPS
from app.schemas.stats import StatsAnswer
from app.vocabulary import SUB_EVENT_TYPES, EventType, Role
from seed.importers.facts import read_facts
from seed.neutral_facts import EventFact, LocationFact
from tests.api.facts import ARTICLE, OPERATION
from tests.api.made_up import claim
from tests.api.serving import Api, serving
from tests.api.stats_oracle import Everything
from tests.conftest import KINDS, DatabaseFactory
from tests.seed.loading import CITATIONS, added, an_event, fact, load_and_publish, migrated

OUTCOMES = ("killed", "injured", "detained", "abducted", "missing")


def row_of(api: Api, address: str, **groups: Any) -> dict[str, Any]:
    (row,) = (row for row in api.rows(address) if all(row[key] == value for key, value in groups.items()))
    return row


def test_the_operation_is_counted_by_its_parts_and_its_targets_never(api: Api) -> None:
    week = row_of(api, "/stats?group_by=week", week="2024-W05")
    assert (week["events"], week["incidents"], week["aggregates"], week["counted"]) == (3, 3, 0, 2)
    assert week["killed"] == {
        "low": 16 + 18,
        "best": 16 + 18,
        "best_from_low": 1,
        "high": None,
        "highest_stated": 16 + 18,
        "open_ended": 2,
        "unknown": 0,
        "disputed": 0,
        "left_out": 1,
        "not_allocated": 0,
    }
    for outcome in OUTCOMES[1:]:
        nothing = dict.fromkeys(("low", "best", "high", "highest_stated"))
        assert {name: week[outcome][name] for name in nothing} == nothing
        assert week[outcome]["unknown"] == week["events"]


def test_the_operation_is_left_out_though_the_filter_finds_none_of_its_parts(api: Api) -> None:
    (row,) = api.rows("/stats?group_by=year&level=operation")
    assert (row["year"], row["events"], row["counted"]) == (2024, 1, 0)
    assert (row["killed"]["low"], row["killed"]["left_out"], row["killed"]["unknown"]) == (None, 1, 0)


def test_what_each_claimant_says_stands_in_a_row_of_its_own(api: Api) -> None:
    address = "/stats?group_by=claimant&date_from=2024-02-02"
    forces = row_of(api, address, claimant="popular-mobilization-forces")
    assert (forces["events"], forces["killed"]["low"], forces["killed"]["best"]) == (1, 16, 16)
    nobody = row_of(api, address, claimant=None)
    assert (nobody["killed"]["low"], nobody["killed"]["open_ended"]) == (18, 1)
    assert any(warning.startswith("own claims") for warning in api.json(address)["meta"]["warnings"])


def test_a_source_that_only_says_where_a_place_is_tells_of_nobody_killed(api: Api) -> None:
    address = "/stats?group_by=source&level=event&date_from=2024-02"
    article = row_of(api, address, source=ARTICLE)
    assert (article["killed"]["low"], article["source_family"]) == (34, ARTICLE)
    others = [row for row in api.rows(address) if row["source"] != ARTICLE]
    assert others
    assert {row["killed"]["low"] for row in others} == {None}


def test_who_only_denies_is_no_group(api: Api) -> None:
    assert api.ids("/events?actor=iran&attribution=denied")
    for row in api.rows("/stats?group_by=actor"):
        if row["actor"]:
            involved = set(api.ids(f"/events?actor={row['actor']}&limit=1000"))
            denied = {
                event["id"]
                for event in api.rows("/events?limit=1000")
                if {actor["attribution"] for actor in event["actors"] if actor["id"] == row["actor"]} == {"denied"}
            }
            assert row["events"] == len(involved - denied)


def test_empty_stretches_of_time_are_rows_whose_sums_are_null(api: Api) -> None:
    years = {row["year"]: row for row in api.rows("/stats?group_by=year")}
    assert list(years) == [*range(2003, 2025), None]
    assert years[2010]["events"] == 0
    assert {years[2010][outcome][name] for outcome in OUTCOMES for name in ("low", "best", "high")} == {None}
    assert years[None]["events"] == sum(event["date_start"] is None for event in api.rows("/events")) == 6
    months = [row["month"] for row in api.rows("/stats?group_by=month&date_from=2024&date_mode=start")]
    assert months == ["2024-01", "2024-02"]
    both = api.rows("/stats?group_by=month,year&date_from=2024&date_mode=start")
    assert [(row["month"], row["year"]) for row in both] == [("2024-01", 2024), ("2024-02", 2024)]


def test_groups_of_one_value_add_up_to_the_lists_total(api: Api) -> None:
    for key in ("year", "month", "week", "event_type", "sub_event_type", "type_of_violence"):
        for filters in ("", "&country=iraq", "&date_from=2024-01&date_to=2024-01"):
            answer = api.json(f"/stats?group_by={key}{filters}")
            total = api.json(f"/events?limit=1{filters}")["meta"]["total"]
            assert sum(row["events"] for row in answer["data"]) == answer["meta"]["events"] == total


def test_answer_says_what_it_rests_on_and_has_its_declared_shape(api: Api) -> None:
    answer = api.client.get("/stats?group_by=country,event_type&country=IQ")
    StatsAnswer.model_validate(answer.json())
    body = answer.json()
    assert list(body["data"][0])[:3] == ["country", "event_type", "source_family"]
    assert body["meta"]["group_by"] == ["country", "event_type"]
    assert body["meta"]["filters_applied"] == {"country": ["IQ"]}
    assert body["meta"]["returned"] == len(body["data"])
    assert body["meta"]["coverage"] == api.json("/events?limit=1")["meta"]["coverage"]
    assert any(warning.startswith("several groups") for warning in body["meta"]["warnings"])
    assert body["links"]["permalink"].endswith("&release=1")
    pinned = api.client.get(body["links"]["permalink"])
    assert pinned.json()["data"] == body["data"]
    assert "immutable" in pinned.headers["cache-control"]
    again = api.client.get(
        "/stats?group_by=country,event_type&country=iraq", headers={"if-none-match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_every_format_has_the_groups_first_and_the_same_numbers(api: Api) -> None:
    address = "/stats?group_by=country,year"
    rows = api.rows(address)
    read = list(csv.DictReader(io.StringIO(api.client.get(f"{address}&format=csv").text)))
    assert list(read[0])[:7] == ["country", "year", "source_family", "events", "incidents", "aggregates", "counted"]
    assert len(read) == len(rows)
    for flat, row in zip(read, rows, strict=True):
        assert flat["country"] == (row["country"] or "")
        assert flat["events"] == str(row["events"])
        for outcome in OUTCOMES:
            for name, number in row[outcome].items():
                assert flat[f"{outcome}_{name}"] == ("" if number is None else str(number))
    lines = api.client.get(f"{address}&format=ndjson").text.splitlines()
    assert [json.loads(line) for line in lines] == rows


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("", {"group_by"}),
        ("country=iraq", {"group_by"}),
        ("group_by=", {"group_by"}),
        ("group_by=cuontry", {"group_by"}),
        ("group_by=country,year,actor", {"group_by"}),
        ("group_by=country&limit=5&cursor=x", {"limit", "cursor"}),
        ("group_by=country&actor=nobody-at-all", {"actor"}),
        ("group_by=month&country=congo&sort=id", {"country", "sort"}),
    ],
)
def test_what_cannot_be_asked_is_refused_with_every_fault(api: Api, query: str, named: set[str]) -> None:
    problem = api.problem(f"/stats?{query}", 400)
    assert {fault["parameter"] for fault in problem["errors"]} == named
    assert len(problem["errors"]) == len(named)


def test_a_misspelt_group_is_given_the_nearest(api: Api) -> None:
    assert api.faults("/stats?group_by=cuontry") == {"group_by": ["country"]}


def test_more_rows_than_an_answer_takes_are_refused_with_how_to_narrow(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.queries.stats_rows.MOST_ROWS", 20)
    problem = api.problem("/stats?group_by=month,actor", 400)
    assert "date_from" in problem["errors"][0]["detail"]
    assert "year for month" in problem["errors"][0]["detail"]
    assert len(api.rows("/stats?group_by=month&date_from=2024&date_mode=start")) == 2


def test_what_is_fetched_in_two_goes_is_the_same(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "/stats?group_by=actor,event_type"
    whole = api.rows(address)
    monkeypatch.setattr("app.queries.stats.MOST_FETCHED", 3)
    assert api.rows(f"{address}&date_mode=overlap") == whole
    monkeypatch.setattr("app.queries.stats_rows.MOST_ROWS", 2)
    api.problem(f"{address}&level=all", 400)


WORLDS, INVENTED = 4, 40
COUNTRIES = ("IQ", "SY", "JO")
PLACES = tuple(f"{kind}-{country.lower()}" for country in COUNTRIES for kind in ("land", "town", "village"))
ACTORS = ("iran", "irgc", "united-states", "hamas")
CLAIMANTS = (None, "popular-mobilization-forces", "us-officials")
SECOND_SOURCE = "second-report"


def invented_places() -> list[LocationFact]:
    rows = []
    for place in PLACES:
        kind, _, country = place.partition("-")
        row = {"id": place, "name": place, "kind": "town", "country": country.upper(), "citations": CITATIONS}
        within = {} if kind == "land" else {"within": f"land-{country}", "admin1": f"{kind} of {country}"}
        rows.append(LocationFact.model_validate(row | within))
    return rows


def invented_claims(chance: random.Random, name: str) -> list[dict[str, Any]]:
    """Claims of several claimants and sources on several outcomes, of whom some are a part of others."""
    claims = []
    for place in range(chance.choice([0, 1, 1, 2, 4])):
        number = chance.choice([0, 3, 5, 9])
        qualifier = chance.choice(["exact", "at_least", "at_most", "about", "range", "disordered", "unknown"])
        more: dict[str, Any] = {"outcome": chance.choice([*OUTCOMES, *("killed",) * 5])}
        if qualifier == "range":
            more |= {"low": number, "high": number + 4}
        elif qualifier == "disordered":
            more |= {"low": number + 2, "high": number + 1}
        elif qualifier == "unknown":
            more |= {"value": None}
        if claimant := chance.choice(CLAIMANTS):
            more |= {"claimant": claimant}
        if chance.random() < 0.3:
            more |= {"victims": {"scope": "group", "description": chance.choice(["medics", "children"])}}
        if chance.random() < 0.3:
            more |= {"citations": [{"source": SECOND_SOURCE, "locator": "row 1"}]}
        if chance.random() < 0.1:
            more |= {"standing": "retracted"}
        claims.append(claim(name, number, qualifier, str(number), suffix=f"claim-{place}", **more))
    return claims


def invented_events(seed: int) -> list[EventFact]:
    """Events in several regions, by several actors, with parts of parts, other in each release; some unknown."""
    chance = random.Random(seed)  # noqa: S311
    made: list[EventFact] = []
    for number in range(INVENTED):
        if chance.random() < 0.1:
            continue
        name = f"invented-{number:02}"
        kept = random.Random(number if chance.random() < 0.6 else seed * 1000 + number)  # noqa: S311
        start = date(2023, 12, 20) + timedelta(days=kept.randrange(40))
        known = kept.random() > 0.15
        event_type = kept.choice([None, *EventType])
        made.append(
            an_event(
                name,
                is_aggregate=kept.random() < 0.2,
                date_start=start if known else None,
                date_end=start + timedelta(days=kept.choice([0, 0, 9])) if known or kept.random() < 0.5 else None,
                date_precision="days" if known else "unknown",
                locations=[
                    {"location": place, "precision": "exact", "citations": CITATIONS}
                    for place in kept.sample(PLACES, kept.choice([0, 1, 1, 2, 3]))
                ],
                actors=[
                    {"actor": actor, "role": role, "attribution": attribution, "citations": CITATIONS}
                    for actor, role, attribution in sorted(
                        {
                            (kept.choice(ACTORS), kept.choice(list(Role)), kept.choice(["stated", "denied"]))
                            for _ in range(kept.choice([0, 1, 1, 3]))
                        }
                    )
                ],
                event_type=event_type,
                sub_event_type=kept.choice(list(SUB_EVENT_TYPES[event_type])) if event_type else None,
                casualty_claims=invented_claims(kept, name),
                part_of=chance.choice([None, None, *(event.id for event in made[-3:])]),
                citations=[{"source": SECOND_SOURCE, "locator": "row 2"}] if kept.random() < 0.3 else CITATIONS,
            )
        )
    return made


@dataclass(frozen=True, slots=True)
class Invented:
    """An API over several releases of invented events, and all that each of them holds."""

    api: Api
    releases: Sequence[Everything]


@pytest.fixture(scope="module", params=KINDS)
def invented(request: pytest.FixtureRequest, make_database: DatabaseFactory) -> Iterator[Invented]:
    database = make_database(request.param)
    facts = read_facts()
    second = type(facts.sources[0]).model_validate(
        fact(facts, "sources", ARTICLE).model_dump() | {"id": SECOND_SOURCE, "title": "Second", "family": "second"}
    )
    base = added(facts, locations=invented_places(), sources=[second])
    engine = migrated(database)
    for seed in range(WORLDS):
        with engine.begin() as connection:
            load_and_publish(connection, added(base, events=invented_events(seed)))
    engine.dispose()
    with serving(database) as api:
        releases = []
        for release in range(1, WORLDS + 1):
            events, sources = (api.rows(f"/{path}?release={release}&limit=1000") for path in ("events", "sources"))
            families = {source["id"]: source["family"] for source in sources if source["family"]}
            releases.append(Everything(events, families))
        yield Invented(api, releases)


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(["IQ", "IQ,SY"]),
        "actor": st.sampled_from(["iran", "irgc,hamas"]),
        "date_from": st.sampled_from(["2024", "2024-01-03"]),
        "date_to": st.sampled_from(["2024-01", "2024-01-20"]),
        "killed_min": st.just("3"),
        "level": st.sampled_from(["operation", "event"]),
        "source": st.sampled_from([ARTICLE, SECOND_SOURCE]),
        "claimant": st.just("us-officials"),
        "role": st.just("side_a"),
    },
)
KEYS = st.lists(st.sampled_from(GROUPS), min_size=1, max_size=2, unique=True)


@settings(max_examples=120, deadline=None)
@given(keys=KEYS, filters=FILTERS | st.just({}), release=st.integers(1, WORLDS), by_number=st.booleans())
def test_any_statistics_of_any_release_are_what_its_events_come_to(
    invented: Invented, keys: list[str], filters: dict[str, str], release: int, by_number: bool
) -> None:
    pinned = {"release": str(release)} if release < WORLDS or by_number else {}
    ids = invented.api.ids(f"/events?{urlencode({**filters, **pinned, 'limit': 1000, 'fields': 'id'})}")
    expected = invented.releases[release - 1].statistics(ids, keys)
    answer = invented.api.json(f"/stats?{urlencode({'group_by': ','.join(keys), **filters, **pinned})}")
    assert answer["data"] == expected
    assert answer["meta"]["events"] == len(ids)


@pytest.mark.parametrize("keys", [[key] for key in GROUPS], ids=",".join)
def test_every_event_is_in_the_sums_or_counted_as_why_it_is_not(invented: Invented, keys: list[str]) -> None:
    """Whatever is asked, of each outcome; and the invented events have something of everything."""
    met = dict.fromkeys(("unknown", "left_out", "not_allocated", "disputed", "open_ended"), 0)
    for row in invented.api.rows(f"/stats?group_by={keys[0]}"):
        for outcome in OUTCOMES:
            totals = row[outcome]
            not_in_sums = totals["unknown"] + totals["left_out"] + totals["not_allocated"]
            assert row["events"] - not_in_sums >= max(totals["open_ended"], totals["disputed"], totals["best_from_low"])
            assert (totals["highest_stated"] is None) == (row["events"] == not_in_sums)
            for name in met:
                met[name] += totals[name]
    seldom = {"not_allocated", "disputed"}  # nobody disputes what they say themselves
    assert all(number for name, number in met.items() if name not in seldom)


def test_a_part_that_gets_a_figure_takes_its_wholes_out_of_the_totals_from_that_release_on(
    make_database: DatabaseFactory,
) -> None:
    """Also the whole of its whole, whose own document stays as it is; and one that is withdrawn puts them back."""
    database = make_database("sqlite")
    engine = migrated(database)
    whole = an_event("whole", casualty_claims=[claim("whole", 9, "exact", "9")], date_start=date(2024, 5, 1))
    half = an_event("half", part_of="whole")
    silent = an_event("quarter", part_of="half")
    telling = an_event("quarter", part_of="half", casualty_claims=[claim("quarter", 2, "exact", "2")])
    for events in ((whole, half, silent), (whole, half, telling), (whole, half)):
        with engine.begin() as connection:
            load_and_publish(connection, added(read_facts(), events=events))
    engine.dispose()
    with serving(database) as api:
        documents = [api.client.get(f"/events/whole?release={release}").json()["data"] for release in (1, 2, 3)]
        assert documents[0] == documents[1] == documents[2]
        may = [row_of(api, f"/stats?group_by=month&release={number}", month="2024-05") for number in (1, 2, 3)]
        assert [(row["killed"]["low"], row["killed"]["left_out"]) for row in may] == [(9, 0), (None, 1), (9, 0)]
        undated = [row_of(api, f"/stats?group_by=month&release={number}", month=None) for number in (1, 2, 3)]
        assert [row["killed"]["low"] for row in undated] == [None, 2, None]
        assert row_of(api, "/stats?group_by=month", month="2024-05") == may[-1]


def test_an_earlier_releases_statistics_stay_as_they_were_byte_for_byte(make_database: DatabaseFactory) -> None:
    database = make_database("sqlite")
    engine = migrated(database)
    questions = [f"/stats?group_by={keys}&release=1" for keys in ("country,month", "actor", "source", "claimant,week")]
    kept: dict[str, bytes] = {}
    for seed in (5, 6):
        with engine.begin() as connection:
            load_and_publish(
                connection,
                added(read_facts(), locations=invented_places(), events=without_second(invented_events(seed))),
            )
        with serving(database) as api:
            for question in questions:
                data = api.client.get(question).content.partition(b',"meta"')[0]
                assert kept.setdefault(question, data) == data
    engine.dispose()


def without_second(events: Sequence[EventFact]) -> list[EventFact]:
    """The events that rest on the article alone."""
    cited = [event for event in events if SECOND_SOURCE not in event.model_dump_json()]
    ids = {event.id for event in cited}
    return [
        event if event.part_of is None or event.part_of in ids else event.model_copy(update={"part_of": None})
        for event in cited
    ]


def test_the_operation_itself_says_how_it_is_counted(api: Api) -> None:
    """What the operation has of its own, 85 targets, is no figure of people."""
    operation = api.json(f"/events/{OPERATION}")["data"]
    assert operation["casualties"]["killed"] is None
    sums = [row["killed"]["highest_stated"] for row in api.rows("/stats?group_by=event_type")]
    assert not {85, 86} & set(sums)
