"""Two releases: what was answered once is answered again, byte for byte, whatever was loaded since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.api.facts import ASSAULT, INVASION, IRAQ_STRIKES, SANCTIONS, SYRIA_STRIKES
from tests.api.serving import (
    Api,
    change_text,
    copy_of_facts,
    date_release,
    migrate_database,
    publish_facts,
    serving,
)
from tests.conftest import KINDS, DatabaseFactory

CLAIM = f"{IRAQ_STRIKES}.killed"
ADDED = "us-sanctions-again"
ASKED_BEFORE = (
    "/events",
    "/events?country=iraq&sort=-killed",
    "/events?actor=hamas",
    "/events?sort=id&limit=4",
    f"/events/{ASSAULT}",
    f"/events/{IRAQ_STRIKES}",
    "/casualty-claims",
    f"/casualty-claims/{CLAIM}",
    "/locations",
    "/actors",
    "/sources",
    "/countries",
    "/countries/israel",
    "/releases",
    "/releases/1",
)


@dataclass(frozen=True, slots=True)
class Reloaded:
    """An API whose database got a second release, and what it had answered before that."""

    api: Api
    before: dict[str, bytes]
    next_page: str


@pytest.fixture(scope="module", params=KINDS)
def reloaded(
    request: pytest.FixtureRequest, make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reloaded]:
    database = make_database(request.param)
    migrate_database(database)
    publish_facts(database)
    date_release(database, 1, datetime(2024, 2, 5, 10, tzinfo=UTC))
    with serving(database) as api:
        before = {address: api.client.get(pinned(address, 1)).content for address in ASKED_BEFORE}
        next_page = api.json("/events?limit=3")["links"]["next"]
        facts = copy_of_facts(tmp_path_factory.mktemp("changed"))
        change_facts(facts)
        publish_facts(database, facts)
        date_release(database, 2, datetime(2024, 2, 7, 23, 59, 59, tzinfo=UTC))
        yield Reloaded(api, before, next_page)


def pinned(address: str, release: int) -> str:
    return f"{address}{'&' if '?' in address else '?'}release={release}"


def change_facts(folder: Path) -> None:
    """Correct a summary, withdraw an event, add one."""
    strikes = folder / "events" / "2024-02-02-us-strikes.yaml"
    change_text(
        strikes, "A headquarters in Anbar was among the sites targeted.", "One site was a headquarters in Anbar."
    )
    background = folder / "events" / "background.yaml"
    text = background.read_text(encoding="utf-8")
    background.write_text(text[: text.index("  # The article prints the day without its year")], encoding="utf-8")
    measures = (folder / "events" / "us-measures.yaml").read_text(encoding="utf-8")
    sanctions = measures[measures.index(f"  - id: {SANCTIONS}") : measures.index("  # Those charged")]
    added = "events:\n" + sanctions.replace(SANCTIONS, ADDED)
    (folder / "events" / "added.yaml").write_text(added, encoding="utf-8")


@pytest.mark.parametrize("address", ASKED_BEFORE)
def test_the_older_release_still_answers_the_same_bytes(reloaded: Reloaded, address: str) -> None:
    assert reloaded.api.client.get(pinned(address, 1)).content == reloaded.before[address]


def test_the_newest_release_answers_when_none_is_asked_for(reloaded: Reloaded) -> None:
    answer = reloaded.api.json("/events")
    ids = {event["id"] for event in answer["data"]}
    assert answer["meta"]["release"] == 2
    assert (ADDED in ids, ASSAULT in ids) == (True, False)
    assert reloaded.api.json(f"/events/{IRAQ_STRIKES}")["data"]["summary"].endswith(
        "One site was a headquarters in Anbar."
    )


def test_a_release_says_what_it_changed(reloaded: Reloaded) -> None:
    assert [release["number"] for release in reloaded.api.rows("/releases")] == [2, 1]
    changes = reloaded.api.json("/releases/2")["data"]["changes"]
    assert changes["events"] == {"created": 1, "updated": 1, "withdrawn": 1, "suppressed": 0}


def test_a_release_that_came_later_is_not_there_in_an_older_one(reloaded: Reloaded) -> None:
    assert [release["number"] for release in reloaded.api.rows("/releases?release=1")] == [1]
    reloaded.api.problem("/releases/2?release=1", 404)


def test_an_event_is_404_before_it_was_created(reloaded: Reloaded) -> None:
    problem = reloaded.api.problem(f"/events/{ADDED}?release=1", 404)
    assert problem["detail"] == "This event is first in release 2; release 1 is older."
    assert reloaded.api.json(f"/events/{ADDED}?release=2")["data"]["id"] == ADDED


@pytest.mark.parametrize("suffix", ["", "?release=2", "?as_of=2024-02-07"])
def test_an_event_is_410_after_it_was_withdrawn_and_says_where_it_stands(reloaded: Reloaded, suffix: str) -> None:
    problem = reloaded.api.problem(f"/events/{ASSAULT}{suffix}", 410)
    assert problem["type"] == "/problems/withdrawn"
    assert (problem["withdrawn_in"], problem["was"]) == (2, "Hamas assault in Israel")
    assert problem["last_version"] == f"/events/{ASSAULT}?release=1"
    assert reloaded.api.json(problem["last_version"])["data"]["id"] == ASSAULT


def test_a_filter_on_what_was_withdrawn_finds_nothing_and_is_no_fault(reloaded: Reloaded) -> None:
    assert reloaded.api.rows(f"/events?part_of={ASSAULT}") == []


def test_a_claim_follows_its_event_into_the_new_release(reloaded: Reloaded) -> None:
    assert reloaded.api.json(f"/casualty-claims/{CLAIM}")["meta"]["release"] == 2
    assert reloaded.api.json("/casualty-claims")["meta"]["total"] == 3


def test_a_walk_that_began_before_a_load_ends_in_its_own_release(reloaded: Reloaded) -> None:
    pages = list(reloaded.api.walk(reloaded.next_page))
    assert {page["meta"]["release"] for page in pages} == {1}
    walked = [event["id"] for page in pages for event in page["data"]]
    assert walked == reloaded.api.ids("/events?release=1")[3:]
    assert (ASSAULT in walked, ADDED in walked) == (True, False)


def test_a_walk_with_as_of_stays_in_the_release_it_found(reloaded: Reloaded) -> None:
    pages = list(reloaded.api.walk("/events?as_of=2024-02-06&limit=4"))
    assert [event["id"] for page in pages for event in page["data"]] == reloaded.api.ids("/events?release=1")


@pytest.mark.parametrize(
    ("day", "release"),
    [("2024-02-05", 1), ("2024-02-06", 1), ("2024-02-07", 2), ("2030-01-01", 2), ("9999-12-31", 2)],
)
def test_as_of_answers_from_the_last_release_by_the_end_of_the_day(reloaded: Reloaded, day: str, release: int) -> None:
    answer = reloaded.api.json(f"/events?as_of={day}")
    assert answer["meta"]["release"] == release
    assert answer["data"] == reloaded.api.rows(f"/events?release={release}")
    assert answer["links"]["permalink"] == f"/events?release={release}"


def test_a_day_before_the_first_release_is_a_fault_that_names_the_first(reloaded: Reloaded) -> None:
    for day in ("2024-02-04", "0001-01-01"):
        (fault,) = reloaded.api.problem(f"/events?as_of={day}", 400)["errors"]
        assert (fault["parameter"], "the first was on 2024-02-05" in fault["detail"]) == ("as_of", True)


def test_a_release_that_is_not_there_is_a_fault_that_names_the_newest(reloaded: Reloaded) -> None:
    for path in ("/events", f"/events/{SYRIA_STRIKES}", "/countries", "/releases/1"):
        assert reloaded.api.faults(f"{path}?release=3") == {"release": ["2"]}
        assert list(reloaded.api.faults(f"{path}?release=0")) == ["release"]


def test_a_release_and_a_day_at_once_are_refused(reloaded: Reloaded) -> None:
    assert list(reloaded.api.faults("/events?release=1&as_of=2024-02-05")) == ["as_of"]


def test_only_an_answer_pinned_by_its_release_is_kept_for_a_day(reloaded: Reloaded) -> None:
    client = reloaded.api.client
    kept, newest = "public, max-age=86400, immutable", "public, max-age=0, s-maxage=60, must-revalidate"
    assert client.get(f"/events/{INVASION}?release=1").headers["cache-control"] == kept
    assert client.get("/events?release=2").headers["cache-control"] == kept
    assert client.get("/events?as_of=2024-02-05").headers["cache-control"] == newest
    assert client.get("/events").headers["cache-control"] == newest


def test_the_etag_is_another_in_another_release(reloaded: Reloaded) -> None:
    client = reloaded.api.client
    first, second = (client.get(f"/events/{INVASION}?release={number}") for number in (1, 2))
    assert first.json()["data"] == second.json()["data"]
    assert first.headers["etag"] != second.headers["etag"]
    assert first.headers["last-modified"] == "Mon, 05 Feb 2024 10:00:00 GMT"


def test_country_figures_follow_the_release(reloaded: Reloaded) -> None:
    # Nothing else lies in Israel: the place stays, without events.
    assert reloaded.api.json("/countries/israel?release=1")["data"]["events"] == 1
    assert reloaded.api.json("/countries/israel")["data"]["events"] == 0
