"""Filters and orders by figures, on events that claimants differ on, count exactly, or count as none."""

import pytest

from tests.api.made_up import CONFLICT, CORRECTED, DISPUTED, HALF_DATED, NOBODY, RANGE
from tests.api.serving import Api

MADE_UP = {DISPUTED, RANGE, NOBODY, CORRECTED, HALF_DATED}
COUNTED = {DISPUTED, RANGE, NOBODY, CORRECTED}

EVENTS: dict[str, set[str]] = {
    "disputed=true": {DISPUTED},
    "disputed=false": MADE_UP - {DISPUTED},
    f"conflict={CONFLICT['id']}": {RANGE, CORRECTED},
    f"conflict={CONFLICT['id']}&killed_min=6": {CORRECTED},
    "claimant=us-officials": {DISPUTED},
    # Nobody killed is a number, and none of the unknown ones.
    "killed_max=0": {NOBODY},
    "killed_min=0": COUNTED,
    "killed_min=1": COUNTED - {NOBODY},
    "killed_max=9": {NOBODY, RANGE},
    "killed_max=8": {NOBODY},
    "killed_max=30": COUNTED,
    "killed_max=29": COUNTED - {DISPUTED},
    # Without a best the low is compared: 16 of the disputed event, and 5 of the range.
    "killed_min=5": COUNTED - {NOBODY},
    "killed_min=6": {DISPUTED, CORRECTED},
    "killed_min=16": {DISPUTED},
    "killed_min=16&killed_on=best": set(),
    "killed_min=30&killed_on=high": {DISPUTED},
    "killed_max=3&killed_on=low": {NOBODY, RANGE},
    "killed_min=4&killed_on=low": {DISPUTED, CORRECTED},
    "date_to=2024-03-05&date_mode=start": MADE_UP,
    "date_to=2024-03-05&date_mode=within": COUNTED,
    "date_from=2024-03-05": {HALF_DATED},
    "date_from=2024-03-06": set(),
    "date_from=2024-03-06&date_mode=possible": {HALF_DATED},
}
CLAIMS: dict[str, set[str]] = {
    "outcome=injured": {f"{RANGE}.injured"},
    "disputed=true": {f"{DISPUTED}.killed", f"{DISPUTED}.killed-2"},
    "disputed=true&claimant=us-officials": {f"{DISPUTED}.killed-2"},
    "disputed=true&killed_min=17": {f"{DISPUTED}.killed-2"},
    # A claim that was superseded stays listed, and counts no more.
    f"conflict={CONFLICT['id']}&killed_min=10": {f"{CORRECTED}.killed-2"},
    f"conflict={CONFLICT['id']}": {
        f"{RANGE}.killed", f"{RANGE}.injured", f"{CORRECTED}.killed", f"{CORRECTED}.killed-2"
    },
    "killed_max=0": {f"{NOBODY}.killed"},
}  # fmt: skip


@pytest.mark.parametrize("query", EVENTS)
def test_an_event_is_found_by_its_figure(fuller_api: Api, query: str) -> None:
    found = {id_ for id_ in fuller_api.ids(f"/events?{query}") if id_ in MADE_UP}
    assert found == EVENTS[query]


@pytest.mark.parametrize("query", CLAIMS)
def test_a_claim_is_found_by_its_own_figure(fuller_api: Api, query: str) -> None:
    found = {id_ for id_ in fuller_api.ids(f"/casualty-claims?{query}") if id_.startswith("made-up")}
    assert found == CLAIMS[query]


def test_figures_are_those_of_the_claims_in_force(fuller_api: Api) -> None:
    events = {event["id"]: event["casualties"] for event in fuller_api.rows("/events")}
    members = ("low", "best", "high", "highest_stated", "claims", "disputed")
    assert {id_: tuple(events[id_]["killed"][name] for name in members) for id_ in COUNTED} == {
        DISPUTED: (16, None, 30, 30, 2, True),
        RANGE: (3, 5, 9, 9, 1, False),
        NOBODY: (0, 0, 0, 0, 1, False),
        CORRECTED: (15, 15, 15, 15, 1, False),
    }
    assert (events[RANGE]["injured"]["low"], events[RANGE]["injured"]["high"]) == (None, 40)
    assert events[HALF_DATED]["killed"] is None


def test_the_order_by_killed_puts_none_killed_before_the_unknown(fuller_api: Api) -> None:
    fewest, most = (fuller_api.ids(f"/events?sort={order}") for order in ("killed", "-killed"))
    counted = [NOBODY, "2024-01-28-tower-22-drone-attack", RANGE, CORRECTED, "2024-02-02-us-strikes-iraq", DISPUTED]
    assert fewest[:6] == counted
    assert fewest[6] == "2024-02-02-us-strikes-syria"
    assert most[0] == "2024-02-02-us-strikes-syria"
    # Equal numbers stand by id both ways; so do the unknown, which come last.
    assert most[1:7] == ["2024-02-02-us-strikes-iraq", DISPUTED, *reversed(counted[:4])]
    assert fewest[7:] == most[7:] == sorted(most[7:])


def test_a_conflict_is_proposed_when_it_is_misspelt(fuller_api: Api) -> None:
    assert fuller_api.faults("/events?conflict=made-up-conflicts") == {"conflict": [CONFLICT["id"]]}


def test_an_event_names_its_conflict(fuller_api: Api) -> None:
    assert fuller_api.json(f"/events/{RANGE}")["data"]["conflict"] == CONFLICT
