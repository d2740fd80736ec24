"""Filters on casualty claims, places, actors, sources and countries."""

import pytest

from tests.api.facts import ARTICLE, IRAQ_STRIKES, OPERATION, SYRIA_STRIKES, TOWER_22
from tests.api.serving import Api

IN_IRAQ, IN_SYRIA, AT_TOWER_22 = f"{IRAQ_STRIKES}.killed", f"{SYRIA_STRIKES}.killed", f"{TOWER_22}.killed"
ALL_CLAIMS = {IN_IRAQ, IN_SYRIA, AT_TOWER_22}

CLAIMS: dict[str, set[str]] = {
    "outcome=killed": ALL_CLAIMS,
    "outcome=killed,injured": ALL_CLAIMS,
    "outcome=injured": set(),
    "claimant=popular-mobilization-forces": {IN_IRAQ},
    "claimant=us-officials": set(),
    f"source={ARTICLE}": ALL_CLAIMS,
    # The places of these events rest on a gazetteer; the claims do not.
    "source=geonames": set(),
    "killed_min=16": {IN_IRAQ, IN_SYRIA},
    "killed_min=17": {IN_SYRIA},
    "killed_min=17&killed_on=best": set(),
    "killed_min=17&killed_on=low": {IN_SYRIA},
    "killed_max=16": {IN_IRAQ, AT_TOWER_22},
    "killed_max=3": {AT_TOWER_22},
    "killed_max=2": set(),
    "country=iraq": {IN_IRAQ},
    "location=syria": {IN_SYRIA},
    f"part_of={OPERATION}": {IN_IRAQ, IN_SYRIA},
    "level=operation": set(),
    "date_to=2024-01": {AT_TOWER_22},
    "date_from=2024-02": {IN_IRAQ, IN_SYRIA},
    "actor=islamic-resistance-in-iraq&role=initiator": {AT_TOWER_22},
    "actor=iran&role=initiator": set(),
    "disputed=true": set(),
}
OTHERS: dict[str, set[str]] = {
    "/locations?country=iraq": {"iraq", "anbar"},
    "/locations?country=jordan,israel": {"jordan", "tower-22", "israel"},
    "/locations?kind=town,military_base": {"al-mayadeen", "tower-22"},
    "/locations?admin1=Deir%20ez-Zor": {"deir-ez-zor", "al-mayadeen"},
    "/locations?admin1=Deir%20ez-Zor&kind=admin1": {"deir-ez-zor"},
    "/locations?kind=village": set(),
    "/actors?kind=umbrella": {"islamic-resistance-in-iraq"},
    "/actors?kind=state": {"united-states", "iran"},
    "/actors?country=iran": {"iran", "irgc", "irgc-quds-force"},
    "/actors?country=iran&kind=state_force": {"irgc", "irgc-quds-force"},
    "/actors?country=France": set(),
    "/sources?kind=article": {ARTICLE},
    "/sources?kind=gazetteer": {"geonames", "iso-3166", "natural-earth-admin-0", "natural-earth-admin-1"},
    f"/sources?source={ARTICLE},geonames": {ARTICLE, "geonames"},
    f"/sources?source={ARTICLE}&kind=gazetteer": set(),
}


@pytest.mark.parametrize("query", CLAIMS)
def test_a_filter_on_claims_takes_in_what_it_must_and_nothing_else(api: Api, query: str) -> None:
    answer = api.json(f"/casualty-claims?{query}")
    assert {claim["id"] for claim in answer["data"]} == CLAIMS[query]
    assert answer["meta"]["total"] == len(CLAIMS[query])


@pytest.mark.parametrize("address", OTHERS)
def test_a_filter_takes_in_what_it_must_and_nothing_else(api: Api, address: str) -> None:
    answer = api.json(address)
    assert {row["id"] for row in answer["data"]} == OTHERS[address]
    assert answer["meta"]["total"] == len(OTHERS[address])


def test_a_claim_names_its_event_with_date_and_country(api: Api) -> None:
    claim = api.json(f"/casualty-claims/{IN_SYRIA}")["data"]
    assert claim["event"] == {
        "id": SYRIA_STRIKES,
        "title": "U.S. airstrikes in Syria, 2 February 2024",
        "date_start": "2024-02-02",
        "date_end": "2024-02-02",
        "date_precision": "day",
        "countries": [{"iso2": "SY", "iso3": "SYR", "name": "Syria"}],
    }


def test_a_claim_is_the_same_in_its_event_and_as_its_own_row(api: Api) -> None:
    for event in api.rows("/events"):
        for claim in event["casualty_claims"]:
            row = api.json(f"/casualty-claims/{claim['id']}")["data"]
            assert {name: row[name] for name in claim if name != "citations"} == {
                name: claim[name] for name in claim if name != "citations"
            }
            assert [note["id"] for note in row["citations"]] == claim["citations"]
            assert all(note in event["citations"] for note in row["citations"])


def test_countries_are_what_a_selector_needs(api: Api) -> None:
    members = ("iso2", "events", "casualty_claims", "first_date", "last_date")
    assert [tuple(row[name] for name in members) for row in api.rows("/countries")] == [
        ("IL", 1, 0, None, None),
        ("IQ", 4, 1, "2003-01-01", "2024-02-02"),
        ("JO", 1, 1, "2024-01-28", "2024-01-28"),
        ("SY", 3, 1, "2024-02-02", "2024-02-02"),
    ]
    for row in api.rows("/countries"):
        assert api.json(f"/events?country={row['iso2']}")["meta"]["total"] == row["events"]
        assert api.json(f"/casualty-claims?country={row['iso2']}")["meta"]["total"] == row["casualty_claims"]


@pytest.mark.parametrize("spelling", ["iraq", "IRQ", "368", "gw:645", "Republic%20of%20Iraq", "iq"])
def test_a_country_is_found_by_any_name_and_given_at_one_address(api: Api, spelling: str) -> None:
    answer = api.client.get(f"/countries/{spelling}")
    assert answer.content == api.client.get("/countries/IQ").content
    assert answer.json()["links"]["self"] == "/countries/IQ"


@pytest.mark.parametrize(
    ("spelling", "said"),
    [
        ("iraqi", "Did you mean Iraq?"),
        ("congo", "Did you mean DR Congo or Republic of the Congo?"),
        ("gw:666", "covers IL and PS: ask for one of them"),
        ("France", "There is no country at /countries/FR in any release; /countries lists what there is."),
    ],
)
def test_a_country_that_is_not_there_says_why(api: Api, spelling: str, said: str) -> None:
    assert said in api.problem(f"/countries/{spelling}", 404)["detail"]


def test_a_source_says_how_much_rests_on_it(api: Api) -> None:
    events, actors = api.rows("/events"), api.rows("/actors")
    assert api.json(f"/sources/{ARTICLE}")["data"]["rests_on_it"] == {
        "events": 11,
        "casualty_claims": 3,
        "reported_counts": sum(len(event["reported_counts"]) for event in events),
        "locations": 8,
        "actors": 16,
        "relationships": sum(len(actor["relationships"]) for actor in actors),
    }
    assert api.json("/sources/geonames")["data"]["rests_on_it"]["events"] == 0


def test_an_actors_network_is_told_as_far_as_it_is_stated(api: Api) -> None:
    actors = {actor["id"]: actor for actor in api.rows("/actors")}
    umbrella = actors["islamic-resistance-in-iraq"]["relationships"]
    assert [(link["kind"], link["actor"]["id"], link["since"]) for link in umbrella] == [
        ("part_of", "iran-backed-militias", None),
        ("umbrella_of", "militias-under-islamic-resistance-in-iraq", "2020"),
    ]
    assert actors["popular-mobilization-forces"]["relationships"] == []
