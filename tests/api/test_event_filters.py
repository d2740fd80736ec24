"""Every filter on /events but the dates: what it takes in, and what it leaves out."""

import pytest

from tests.api.facts import (
    ARTICLE,
    ASSAULT,
    ATTACKS,
    CHARGES,
    CYBER,
    EVERY_EVENT,
    HALT,
    INVASION,
    IRAQ_STRIKES,
    OPERATION,
    SANCTIONS,
    SYRIA_STRIKES,
    TOWER_22,
)
from tests.api.serving import Api

STRIKES = {OPERATION, IRAQ_STRIKES, SYRIA_STRIKES}
BY_US = STRIKES | {INVASION, SANCTIONS, CHARGES, CYBER}

CASES: dict[str, set[str]] = {
    "country=syria": {OPERATION, SYRIA_STRIKES, ATTACKS},
    "country=jordan&country=israel": {TOWER_22, ASSAULT},
    "country=jordan,israel": {TOWER_22, ASSAULT},
    "country=France": set(),
    # Gaza and the West Bank are Israel's by Gleditsch-Ward's number, and Palestine by ISO's code.
    "country=gw:666": {ASSAULT},
    "country=PS": set(),
    "event_type=explosions_remote_violence": STRIKES | {TOWER_22},
    "event_type=strategic_developments,battles": {HALT, SANCTIONS, CHARGES, CYBER},
    "event_type=protests": set(),
    "sub_event_type=air_drone_strike": STRIKES | {TOWER_22},
    "sub_event_type=change_to_group_activity": {HALT},
    "sub_event_type=other&event_type=explosions_remote_violence": set(),
    "actor=hamas": {ASSAULT, CHARGES},
    "actor=hamas&role=initiator": {ASSAULT},
    "actor=hamas,hezbollah&role=associated": {CHARGES},
    "role=initiator": EVERY_EVENT,
    "role=affected": {OPERATION, IRAQ_STRIKES, TOWER_22, SANCTIONS},
    "role=side_a": set(),
    "attribution=claimed": {IRAQ_STRIKES, TOWER_22, ATTACKS},
    "attribution=suspected": set(),
    # A denial is found as one, and is no involvement in any role.
    "actor=iran": {TOWER_22, CYBER},
    "actor=iran&role=associated": set(),
    "actor=iran&role=associated&attribution=denied": set(),
    "actor=iran&role=target": {CYBER},
    "attribution=denied": {TOWER_22},
    "actor=iran&attribution=denied": {TOWER_22},
    "actor=united-states&attribution=denied": set(),
    # All three are about one involvement: the umbrella claims to have started it, the U.S. were struck.
    "actor=islamic-resistance-in-iraq&role=initiator&attribution=claimed": {TOWER_22},
    "actor=islamic-resistance-in-iraq&role=initiator&attribution=stated": set(),
    "actor=islamic-resistance-in-iraq&role=target": {OPERATION},
    "actor=united-states&role=initiator": BY_US,
    "actor=united-states&role=target": {TOWER_22},
    "actor=iran-backed-militias&role=initiator&attribution=attributed": {TOWER_22},
    "actor=iran-backed-militias&role=target&attribution=claimed": set(),
    "actor=popular-mobilization-forces&role=affected&attribution=claimed": {IRAQ_STRIKES},
    "location=deir-ez-zor": {SYRIA_STRIKES},
    "location=syria": {OPERATION, SYRIA_STRIKES, ATTACKS},
    "location=jordan": {TOWER_22},
    "location=tower-22,anbar": {TOWER_22, IRAQ_STRIKES},
    "admin1=Deir%20ez-Zor": {SYRIA_STRIKES},
    "admin1=Deir+ez-Zor&admin1=Anbar": {SYRIA_STRIKES, IRAQ_STRIKES},
    "claimant=popular-mobilization-forces": {IRAQ_STRIKES},
    "claimant=iran": set(),
    f"source={ARTICLE}": EVERY_EVENT,
    "source=natural-earth-admin-1": {IRAQ_STRIKES, SYRIA_STRIKES},
    "source=geonames": {SYRIA_STRIKES},
    "killed_min=0": {IRAQ_STRIKES, SYRIA_STRIKES, TOWER_22},
    "killed_min=4": {IRAQ_STRIKES, SYRIA_STRIKES},
    "killed_min=17": {SYRIA_STRIKES},
    "killed_min=19": set(),
    "killed_min=3&killed_on=best": {IRAQ_STRIKES, TOWER_22},
    "killed_min=17&killed_on=best": set(),
    "killed_min=18&killed_on=low": {SYRIA_STRIKES},
    # Nobody counted all the dead, so no event has a highest number: an unknown is below no bound.
    "killed_max=999999": set(),
    "killed_min=0&killed_on=high": set(),
    "killed_max=15&killed_on=low": {TOWER_22},
    "killed_max=18&killed_min=16&killed_on=low": {IRAQ_STRIKES, SYRIA_STRIKES},
    "killed_max=3&killed_on=best": {TOWER_22},
    "disputed=true": set(),
    "disputed=false": EVERY_EVENT,
    f"part_of={OPERATION}": {IRAQ_STRIKES, SYRIA_STRIKES},
    f"part_of={TOWER_22}": set(),
    "level=operation": {OPERATION},
    "level=event": EVERY_EVENT - {OPERATION},
    "level=all": EVERY_EVENT,
    # Different filters are ANDed.
    "country=iraq&level=event&role=target": {IRAQ_STRIKES, ATTACKS},
    f"country=syria&part_of={OPERATION}&killed_min=1": {SYRIA_STRIKES},
}


@pytest.mark.parametrize("query", CASES)
def test_a_filter_takes_in_what_it_must_and_nothing_else(api: Api, query: str) -> None:
    answer = api.json(f"/events?{query}")
    assert {event["id"] for event in answer["data"]} == CASES[query]
    assert answer["meta"]["total"] == answer["meta"]["returned"] == len(CASES[query])


def test_a_network_takes_in_its_umbrella_and_its_parts(api: Api) -> None:
    alone = set(api.ids("/events?actor=iran-backed-militias"))
    network = set(api.ids("/events?actor=iran-backed-militias&network=true"))
    assert alone == {OPERATION, IRAQ_STRIKES, SYRIA_STRIKES, TOWER_22, ATTACKS}
    assert network == alone
    # The umbrella's own claim is found through the network that it is part of; without it, it is not.
    claimed = "/events?actor=iran-backed-militias&role=initiator&attribution=claimed"
    assert set(api.ids(claimed)) == {ATTACKS}
    assert set(api.ids(f"{claimed}&network=true")) == {ATTACKS, TOWER_22}


def test_a_network_reaches_parts_of_parts(api: Api) -> None:
    assert set(api.ids("/events?actor=iran&role=target&network=true")) == {CYBER}
    assert set(api.ids("/events?actor=iran&role=affected&network=true")) == {OPERATION, SANCTIONS}
    assert set(api.ids("/events?actor=united-states&role=affected&network=true")) == {TOWER_22}


def test_a_network_never_takes_in_who_is_backed_by_or_linked_to_its_head(api: Api) -> None:
    assert api.ids("/events?actor=iran&role=initiator&network=true") == []
    found = api.rows("/events?actor=iran&network=true")
    assert {event["id"] for event in found} == {TOWER_22, CYBER, SANCTIONS, OPERATION}


def test_a_member_does_not_take_in_the_network_it_is_part_of(api: Api) -> None:
    assert set(api.ids("/events?actor=islamic-resistance-in-iraq&network=true")) == {OPERATION, TOWER_22}
    assert set(api.ids("/events?actor=irgc-quds-force&network=true")) == set()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("conflict=iraq-war", "conflict"),
        ("part_of=no-such-event", "part_of"),
        ("location=Iraq", "location"),
        ("admin1=deir%20ez-zor", "admin1"),
        ("source=the-conversation", "source"),
        ("claimant=centcom", "claimant"),
        ("actor=Iran", "actor"),
    ],
)
def test_a_name_that_stands_for_nothing_is_a_fault_and_no_empty_answer(api: Api, query: str, names: str) -> None:
    assert list(api.faults(f"/events?{query}")) == [names]


def test_the_nearest_name_is_proposed_first_when_only_the_case_is_wrong(api: Api) -> None:
    proposed = api.faults("/events?actor=Iran&location=IRAQ&admin1=deir%20ez-zor")
    assert {parameter: names[0] for parameter, names in proposed.items()} == {
        "actor": "iran",
        "location": "iraq",
        "admin1": "Deir ez-Zor",
    }
