"""/changes: held to a comparison of all that two releases hold, in plain Python."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from app.schemas.changes import ChangeDocument
from app.schemas.columns.changes import CHANGES
from seed.__main__ import main as seed_command
from tests.api.facts import ASSAULT, IRAQ_STRIKES, SYRIA_STRIKES
from tests.api.reading_back import READERS, rows_of_documents
from tests.api.serving import Api, change_text, copy_of_facts, migrate_database, publish_facts, serving
from tests.conftest import KINDS, DatabaseFactory
from tests.seed.dataset_files import real_ucdp_file

PATHS = {"event": "events", "location": "locations", "actor": "actors", "source": "sources"}
STRIKES = "events/2024-02-02-us-strikes.yaml"
SENTENCE = "A headquarters in Anbar was among the sites targeted."
LATER, LAST = 4, 5


@pytest.fixture(scope="module", params=KINDS)
def releases(
    request: pytest.FixtureRequest, make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """Five releases: facts; a summary corrected and an event withdrawn; an actor added and the summary corrected
    again; the event and the first summary back and the actor gone; a claim made otherwise.
    """
    database = make_database(request.param)
    migrate_database(database)
    publish_facts(database)
    facts = copy_of_facts(tmp_path_factory.mktemp("changing"))
    background, actors = facts / "events" / "background.yaml", facts / "actors.yaml"
    with_all, few_actors = background.read_text(encoding="utf-8"), actors.read_text(encoding="utf-8")

    change_text(facts / STRIKES, SENTENCE, "One site was a headquarters in Anbar.")
    at = with_all.index("  # The article prints the day without its year")
    background.write_text(with_all[:at], encoding="utf-8")
    publish_facts(database, facts)

    change_text(facts / STRIKES, "One site was a headquarters in Anbar.", "A headquarters was one site.")
    first = few_actors[few_actors.index("  - id:") : few_actors.index("  - id:", few_actors.index("  - id:") + 1)]
    actor = first.split("id: ")[1].split("\n")[0]
    actors.write_text(few_actors + first.replace(f"id: {actor}", "id: an-actor-of-one-release"), encoding="utf-8")
    publish_facts(database, facts)

    change_text(facts / STRIKES, "A headquarters was one site.", SENTENCE)
    background.write_text(with_all, encoding="utf-8")
    actors.write_text(few_actors, encoding="utf-8")
    publish_facts(database, facts)

    change_text(facts / STRIKES, "wording: at least 18", "wording: at least 19")
    strikes = facts / STRIKES
    strikes.write_text(strikes.read_text(encoding="utf-8").replace("value: 18", "value: 19"), encoding="utf-8")
    publish_facts(database, facts)
    with serving(database) as api:
        yield api


def held(api: Api, release: int) -> dict[tuple[str, str], Any]:
    """All that a release holds, by type and id, without what is no difference."""
    if release == 0:
        return {}
    found = {}
    for of_type, path in PATHS.items():
        for page in api.walk(f"/{path}?limit=1000&release={release}"):
            for row in page["data"]:
                row.pop("rests_on_it", None)
                row.pop("cite_as")
                found[of_type, row["id"]] = row
    return found


def changes(api: Api, query: str) -> list[dict[str, Any]]:
    """Every row, of all pages; and their number is the one that was announced."""
    pages = list(api.walk(f"/changes?{query}"))
    rows = [row for page in pages for row in page["data"]]
    assert {page["meta"]["total"] for page in pages} == {len(rows)}
    TypeAdapter(list[ChangeDocument]).validate_python(rows)
    return rows


def expected(api: Api, since: int, until: int) -> dict[tuple[str, str], str]:
    old, new = held(api, since), held(api, until)
    found = {}
    for thing in {*old, *new}:
        if thing not in old or thing not in new:
            found[thing] = "created" if thing in new else "withdrawn"
        elif old[thing] != new[thing]:
            found[thing] = "updated"
    return found


SPANS = [*itertools.combinations_with_replacement(range(LAST + 1), 2)]


@pytest.mark.parametrize(("since", "until"), SPANS)
def test_two_releases_differ_by_what_a_comparison_of_all_they_hold_finds(releases: Api, since: int, until: int) -> None:
    rows = changes(releases, f"since={since}&until={until}" if until else "since=0&until=1&type=event&country=jp")
    found = {(row["type"], row["id"]): row["change"] for row in rows}
    assert found == (expected(releases, since, until) if until else {})
    assert [(row["release"], row["type"], row["id"]) for row in rows] == sorted(
        (row["release"], row["type"], row["id"]) for row in rows
    )


@pytest.mark.parametrize(("since", "until"), [(0, LAST), (1, 3), (1, LATER), (2, LATER)])
def test_pages_of_one_row_come_to_the_whole_and_filters_to_their_part(releases: Api, since: int, until: int) -> None:
    span = f"since={since}&until={until}"
    whole = changes(releases, span)
    assert changes(releases, f"{span}&limit=1") == whole
    for change in ("created", "updated", "withdrawn", "suppressed"):
        assert changes(releases, f"{span}&change={change}") == [row for row in whole if row["change"] == change]
    for of_type in PATHS:
        assert changes(releases, f"{span}&type={of_type}&limit=3") == [row for row in whole if row["type"] == of_type]


def test_release_counts_the_changes_that_are_listed_for_it(releases: Api) -> None:
    for release in range(1, LAST + 1):
        rows = changes(releases, f"since={release - 1}&until={release}")
        counts = releases.json(f"/releases/{release}")["data"]["changes"]
        for of_type, path in PATHS.items():
            for change, number in counts[path].items():
                assert number == len([row for row in rows if (row["type"], row["change"]) == (of_type, change)])


def test_correction_has_its_fields_old_and_new(releases: Api) -> None:
    (row,) = changes(releases, "since=4")
    assert (row["release"], row["type"], row["id"], row["change"]) == (5, "event", SYRIA_STRIKES, "updated")
    assert (row["reason"], row["note"]) == ("correction", None)
    assert row["fields"] == {
        "casualties.killed.low": {"old": 18, "new": 19},
        "casualties.killed.highest_stated": {"old": 18, "new": 19},
        f"casualty_claims[{SYRIA_STRIKES}.killed].wording": {"old": "at least 18", "new": "at least 19"},
        f"casualty_claims[{SYRIA_STRIKES}.killed].value": {"old": 18, "new": 19},
        f"casualty_claims[{SYRIA_STRIKES}.killed].low": {"old": 18, "new": 19},
    }


def test_what_was_withdrawn_and_corrected_says_why(releases: Api) -> None:
    rows = {row["id"]: row for row in changes(releases, "since=1&until=2")}
    assert (rows[ASSAULT]["change"], rows[ASSAULT]["reason"], rows[ASSAULT]["fields"]) == (
        "withdrawn", "retraction", None,
    )  # fmt: skip
    assert (rows[IRAQ_STRIKES]["change"], rows[IRAQ_STRIKES]["reason"]) == ("updated", "recoding")
    assert set(rows[IRAQ_STRIKES]["fields"]) == {"summary"}


def test_what_came_back_to_what_it_was_is_no_difference(releases: Api) -> None:
    assert changes(releases, "since=1&until=4") == []


def test_country_finds_an_event_by_where_it_was(releases: Api) -> None:
    assert [row["id"] for row in changes(releases, "since=1&until=2&country=israel")] == [ASSAULT]
    assert [row["id"] for row in changes(releases, "since=1&until=2&country=iraq&type=event")] == [IRAQ_STRIKES]
    assert changes(releases, "since=1&until=2&country=jordan") == []


def test_earlier_release_answers_as_it_did(releases: Api) -> None:
    answer = releases.json("/changes?since=1&release=2")
    assert answer["data"] == releases.rows("/changes?since=1&until=2")
    assert answer["meta"]["release"] == 2
    assert list(releases.faults("/changes?since=3&release=2")) == ["since"]


def test_walk_stays_in_its_release(releases: Api) -> None:
    page = releases.json("/changes?since=0&limit=5&release=3")
    rest = [row for each in releases.walk(page["links"]["next"]) for row in each["data"]]
    assert page["data"] + rest == changes(releases, "since=0&until=3")


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("", {"since": []}),
        ("since=x", {"since": []}),
        ("since=6", {"since": ["5"]}),
        ("since=1&until=6", {"until": ["5"]}),
        ("since=3&until=2", {"until": []}),
        ("since=1&untill=2", {"untill": ["until"]}),
        ("since=1&type=events", {"type": ["event"]}),
        ("since=1&change=delete", {"change": []}),
        ("since=1&since=2", {"since": []}),
    ],
)
def test_fault_is_named(releases: Api, query: str, faults: dict[str, list[str]]) -> None:
    assert releases.faults(f"/changes?{query}") == faults


@pytest.fixture(scope="module", params=KINDS)
def revised(request: pytest.FixtureRequest, make_database: DatabaseFactory) -> Iterator[Api]:
    """The article's facts, then two releases of real UCDP data."""
    files: list[Path] = [real_ucdp_file(f"hdx-ukr-191-201/ukraine_ged{release}.csv") for release in ("191", "201")]
    database = make_database(request.param)
    migrate_database(database)
    publish_facts(database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", database.read_url)
        patch.setenv("DATABASE_WRITE_URL", database.write_url)
        for file in files:
            assert seed_command(["ucdp", str(file)]) == 0
    with serving(database) as api:
        yield api


def test_real_revision_is_174_new_events_and_three_revised(revised: Api) -> None:
    rows = changes(revised, "since=2&type=event&limit=50")
    assert [row["change"] for row in rows].count("created") == 174
    updated = [row for row in rows if row["change"] == "updated"]
    assert {row["reason"] for row in updated} == {"dataset_revision"}
    assert len(updated) == 3
    assert len(rows) == 177
    for row in updated:
        before, after = (revised.json(f"/events/{row['id']}?release={release}")["data"] for release in (2, 3))
        for path, values in row["fields"].items():
            if path.startswith(("casualties.", "date_")):
                assert (values["old"], values["new"]) == (at_path(before, path), at_path(after, path))
    assert {(row["type"], row["change"]) for row in changes(revised, "since=2&type=source")} == {("source", "created")}


def at_path(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document[name] if document else None
    return document


def test_release_sums_a_family_as_its_file_does_and_never_adds_families(revised: Api) -> None:
    article, ucdp = revised.json("/releases/2")["data"]["killed"]
    assert (article["source_family"], article["counted"]) == ("conversation-2024-02-03-us-raids", 10)
    assert (ucdp["source_family"], ucdp["events"], ucdp["counted"]) == ("ucdp-ged", 993, 993)
    assert (ucdp["killed"]["low"], ucdp["killed"]["high"]) == (6088, 7481)
    release = revised.json("/releases/3")["data"]
    (ucdp,) = (row for row in release["killed"] if row["source_family"] == "ucdp-ged")
    assert (ucdp["events"], ucdp["killed"]["low"], ucdp["killed"]["high"]) == (1167, 6246, 7728)
    assert [source["id"] for source in release["new_sources"]] == ["ucdp-ged-20.1"]
    for name, path in {"casualty_claims": "casualty-claims", **{path: path for path in PATHS.values()}}.items():
        for number in (1, 2, 3):
            counted = revised.json(f"/releases/{number}")["data"]["counts"][name]
            assert counted == revised.json(f"/{path}?limit=1&release={number}")["meta"]["total"]


def test_sums_are_those_of_the_documents(revised: Api) -> None:
    events = [row for page in revised.walk("/events?source=ucdp-ged&limit=1000") for row in page["data"]]
    figures = [event["casualties"]["killed"] for event in events]
    (ucdp,) = (row for row in revised.json("/releases/3")["data"]["killed"] if row["source_family"] == "ucdp-ged")
    assert ucdp["killed"] == {
        "low": sum(figure["low"] or 0 for figure in figures if figure),
        "best": sum(figure["low"] if figure["best"] is None else figure["best"] for figure in figures if figure),
        "best_from_low": len([f for f in figures if f and f["best"] is None and f["low"] is not None]),
        "high": sum(figure["high"] for figure in figures if figure),
        "unknown": len([figure for figure in figures if not figure]),
    }


@pytest.mark.parametrize("format_", ["csv", "parquet", "xlsx"])
def test_whole_difference_is_had_in_every_format_of_rows(releases: Api, format_: str) -> None:
    rows = changes(releases, "since=1&until=5")
    answer = releases.client.get(f"/changes?since=1&until=5&limit=all&format={format_}")
    assert answer.status_code == 200, answer.text
    assert READERS[format_](CHANGES, answer.content) == list(rows_of_documents(CHANGES, rows))
    assert [row["change"] for row in rows] == ["updated"]
