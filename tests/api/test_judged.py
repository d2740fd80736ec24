"""What a journalist must find behind `/events?country=iraq`: the article's figures, as far as it states them."""

from typing import Any

import pytest

from tests.api.facts import ATTACKS, HALT, INVASION, IRAQ_STRIKES, OPERATION, SYRIA_STRIKES, TOWER_22
from tests.api.serving import Api

UNITED_STATES_STRUCK = ("united-states", "initiator", "stated")


def involvements(event: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(actor["id"], actor["role"], actor["attribution"]) for actor in event["actors"]}


def test_iraq_lists_the_operation_its_part_and_what_else_lies_there(api: Api) -> None:
    assert api.ids("/events?country=iraq") == [IRAQ_STRIKES, OPERATION, INVASION, ATTACKS]


@pytest.mark.parametrize(
    "spelling", ["Iraq", "IQ", "irq", "368", "gw:645", "%20iRaQ%20", "Republic%20of+Iraq", "IQ,iraq"]
)
def test_iraq_is_the_same_answer_when_it_is_spelt_another_way(api: Api, spelling: str) -> None:
    asked = api.client.get("/events?country=iraq")
    again = api.client.get(f"/events?country={spelling}")
    assert again.content == asked.content
    assert again.headers["etag"] == asked.headers["etag"]
    assert again.headers["link"] == asked.headers["link"]


def test_the_operation_alone_carries_over_85_targets(api: Api) -> None:
    events = {event["id"]: event for event in api.rows("/events")}
    counts = {
        id_: [count for count in event["reported_counts"] if count["measure"] == "targets_struck"]
        for id_, event in events.items()
    }
    assert {id_ for id_, found in counts.items() if found} == {OPERATION}
    (count,) = counts[OPERATION]
    assert (count["wording"], count["value"], count["qualifier"]) == ("over 85 targets", 85, "more_than")
    assert (count["low"], count["high"], count["claimant"]) == (86, None, None)
    assert sorted(events[OPERATION]["parts"]) == [IRAQ_STRIKES, SYRIA_STRIKES]
    assert events[OPERATION]["casualties"] == dict.fromkeys(("killed", "injured", "detained", "abducted", "missing"))


def test_the_iraqi_part_has_16_killed_by_the_word_of_a_party(api: Api) -> None:
    event = api.json(f"/events/{IRAQ_STRIKES}")["data"]
    (claim,) = event["casualty_claims"]
    assert (claim["wording"], claim["value"], claim["qualifier"]) == ("16", 16, "exact")
    assert claim["claimant"] == {
        "id": "popular-mobilization-forces",
        "name": "Popular Mobilization Forces",
        "is_party": True,
    }
    assert claim["reporting"] == "attributed"
    assert claim["victims"]["status"] == "mixed"
    killed = event["casualties"]["killed"]
    assert (killed["low"], killed["high"], killed["basis"]) == (16, None, "groups")
    assert event["part_of"] == OPERATION


def test_the_syrian_part_has_at_least_18_killed_by_nobodys_word(api: Api) -> None:
    event = api.json(f"/events/{SYRIA_STRIKES}")["data"]
    (claim,) = event["casualty_claims"]
    assert (claim["wording"], claim["reporting"], claim["claimant"]) == ("at least 18", "hedged", None)
    assert event["casualties"]["killed"] == {
        "low": 18,
        "best": None,
        "high": None,
        "highest_stated": 18,
        "basis": "groups",
        "claims": 1,
        "disputed": False,
        "status_disputed": False,
        "rule": "envelope",
    }
    assert {place["id"] for place in event["locations"]} == {"syria", "al-mayadeen", "deir-ez-zor"}


def test_tower_22_is_claimed_attributed_and_denied_in_three_rows(api: Api) -> None:
    event = api.json(f"/events/{TOWER_22}")["data"]
    assert {row for row in involvements(event) if row[1] == "initiator" or row[2] == "denied"} == {
        ("islamic-resistance-in-iraq", "initiator", "claimed"),
        ("iran-backed-militias", "initiator", "attributed"),
        ("iran-backed-militias", "initiator", "stated"),
        ("iran", "associated", "denied"),
    }
    (attributed,) = (actor for actor in event["actors"] if actor["attribution"] == "attributed")
    assert attributed["attributed_by"] == {"id": "us-officials", "name": "U.S. officials"}
    assert (event["casualties"]["killed"]["low"], event["casualties"]["killed"]["best"]) == (3, 3)
    assert "kataib-hezbollah" not in {actor["id"] for actor in event["actors"]}


def test_iran_has_started_nothing(api: Api) -> None:
    answer = api.json("/events?actor=iran&role=initiator")
    assert answer["data"] == []
    assert answer["meta"]["total"] == 0
    assert answer["meta"]["filters_applied"] == {"actor": ["iran"], "role": ["initiator"]}


def test_kataib_hezbollah_stands_at_its_halt_alone(api: Api) -> None:
    assert api.ids("/events?actor=kataib-hezbollah") == [HALT]
    relationships = api.json("/actors/kataib-hezbollah")["data"]["relationships"]
    assert [(link["kind"], link["actor"]["id"]) for link in relationships] == [("linked_to", "iran")]


def test_there_are_exactly_three_claims_and_none_of_injured(api: Api) -> None:
    assert api.json("/casualty-claims")["meta"]["total"] == 3
    assert api.rows("/casualty-claims?outcome=injured") == []


@pytest.mark.parametrize(
    ("query", "parameter", "nearest"),
    [
        ("county=iraq", "county", "country"),
        ("country=iraqi", "country", "Iraq"),
        ("country=irann", "country", "Iran"),
        ("limit=0", "limit", None),
        ("limit=5&limit=6", "limit", None),
        ("country=", "country", None),
        ("actor=kataib-hezbolah", "actor", "kataib-hezbollah"),
        ("event_type=battle", "event_type", "battles"),
    ],
)
def test_a_slip_is_refused_with_its_name_and_the_nearest_right_word(
    api: Api, query: str, parameter: str, nearest: str | None
) -> None:
    problem = api.problem(f"/events?{query}", 400)
    (fault,) = problem["errors"]
    assert fault["parameter"] == parameter
    assert fault["detail"] in problem["detail"]
    assert fault["did_you_mean"][:1] == ([nearest] if nearest else [])
