"""Dates as filters: windows, ways to compare, and what is not known well enough."""

import pytest

from tests.api.facts import ATTACKS, HALT, INVASION, IRAQ_STRIKES, OPERATION, SYRIA_STRIKES, TOWER_22, UNDATED
from tests.api.serving import Api

STRIKES = {OPERATION, IRAQ_STRIKES, SYRIA_STRIKES}

# The halt has a last possible day alone, the 2nd of February; the invasion has all of 2003.
CASES: dict[str, set[str]] = {
    "date_from=2024-02-02": STRIKES | {HALT},
    "date_from=2024-02-03": set(),
    "date_to=2024-02-02": STRIKES | {HALT, TOWER_22, INVASION},
    "date_to=2024-02-01": {TOWER_22, INVASION},
    "date_from=2024-01-28&date_to=2024-01-28": {TOWER_22},
    "date_from=2024-01&date_to=2024-01": {TOWER_22},
    "date_from=2024&date_to=2024": STRIKES | {HALT, TOWER_22},
    "date_from=2024-02&date_to=2024-02": STRIKES | {HALT},
    "date_from=2003-06-01&date_to=2003-06-02": {INVASION},
    "date_to=2003": {INVASION},
    "date_to=2002": set(),
    "date_from=2003-12-31&date_to=2024-01-27": {INVASION},
    "date_mode=within&date_from=2003": STRIKES | {TOWER_22, INVASION},
    "date_mode=within&date_from=2003-01-02": STRIKES | {TOWER_22},
    "date_mode=within&date_from=2003-06-01&date_to=2003-06-02": set(),
    "date_mode=start&date_from=2003-01-01&date_to=2003-01-01": {INVASION},
    "date_mode=start&date_from=2003-01-02&date_to=2024-01-28": {TOWER_22},
    "date_mode=start&date_to=2024-02-02": STRIKES | {TOWER_22, INVASION},
    "date_mode=possible&date_from=2024-02-03": UNDATED,
    "date_mode=possible&date_from=2024-02-02": UNDATED | STRIKES | {HALT},
    "date_mode=possible&date_to=2002": UNDATED | {HALT},
    "date_mode=possible&date_from=2024-01-28&date_to=2024-01-28": UNDATED | {TOWER_22, HALT},
}


@pytest.mark.parametrize("query", CASES)
def test_a_window_takes_in_what_it_must_and_nothing_else(api: Api, query: str) -> None:
    assert set(api.ids(f"/events?{query}")) == CASES[query]


@pytest.mark.parametrize(
    ("query", "left_out"),
    [
        ("date_from=2024", 5),
        ("date_from=2024&country=iraq", 1),
        ("date_from=2024&country=jordan", 0),
        ("date_to=1999&actor=hamas", 2),
        # The halt has no first day: where the first day counts, it is left out for that alone.
        ("date_from=2024&date_mode=start", 6),
        ("date_from=2024&date_mode=within", 6),
        ("date_from=2024-02-03&date_mode=start", 5),
        ("date_from=2024&date_mode=possible", 0),
        ("actor=hamas", 0),
    ],
)
def test_a_date_filter_says_how_many_it_left_out_for_want_of_a_date(api: Api, query: str, left_out: int) -> None:
    warnings = api.json(f"/events?{query}")["meta"]["warnings"]
    assert [warning.split(" left out")[0] for warning in warnings] == (
        [f"undated: {left_out} {'event is' if left_out == 1 else 'events are'}"] if left_out else []
    )


def test_the_warning_names_the_mode_that_shows_what_was_left_out(api: Api) -> None:
    (warning,) = api.json("/events?date_from=2024&country=iraq")["meta"]["warnings"]
    assert "date_mode=possible" in warning
    shown = set(api.ids("/events?date_from=2024&country=iraq&date_mode=possible"))
    assert shown - set(api.ids("/events?date_from=2024&country=iraq")) == {ATTACKS}


def test_claims_are_warned_of_as_claims(api: Api) -> None:
    # Five undated events are left out of /events; none of them has a claim.
    answer = api.json("/casualty-claims?date_from=2024")
    assert (answer["meta"]["total"], answer["meta"]["warnings"]) == (3, [])


@pytest.mark.parametrize(
    "text",
    [
        "2024-13",
        "2024-02-30",
        "02/02/2024",
        "2024-2-2",
        "20240202",
        "2024-02-02T00:00:00Z",
        "yesterday",
        "0000",
        "٢٠٢٤",
    ],
)
def test_what_is_no_day_month_or_year_is_refused(api: Api, text: str) -> None:
    (fault,) = api.problem(f"/events?date_from={text}", 400)["errors"]
    assert fault["parameter"] == "date_from"
    assert "such as 2024-02-02, 2024-02 or 2024" in fault["detail"]


def test_a_window_that_ends_before_it_begins_is_refused(api: Api) -> None:
    assert list(api.faults("/events?date_from=2024-02-02&date_to=2024-01")) == ["date_to"]


def test_a_way_to_compare_without_a_window_is_refused(api: Api) -> None:
    assert list(api.faults("/events?date_mode=within")) == ["date_mode"]
