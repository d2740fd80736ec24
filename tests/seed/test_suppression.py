"""Suppression: what is suppressed leaves every release and the database itself, and no load brings it back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from seed.database import make_write_engine
from seed.publish import removing
from tests.api.facts import IRAQ_STRIKES, SYRIA_STRIKES
from tests.postgres_cluster import Database
from tests.seed.loading import dump_of
from tests.seed.test_dataset_loads import Imports, content_of, imports

__all__ = ["imports"]
OPERATION = "2024-02-02-us-strikes-iraq-syria"
SECRET, TOLD = "Xylophonia Quarterly of 3 March", "invented headline nobody else has"
MARKED = {"id": 5, "source_article": f"{SECRET};{TOLD}", "where_coordinates": "Unheardofton", "best": 77, "high": 78}
RESOURCES = ("events", "casualty-claims", "locations", "actors", "sources")


def everything(imports: Imports, release: int) -> str:
    """All that the API gives of a release, as text."""
    answers = []
    for path in RESOURCES:
        following: str | None = f"/{path}?limit=1000&release={release}"
        while following:
            page = imports.get(following)
            answers += [json.dumps(row) for row in page["data"]]
            following = page["links"]["next"]
    return "\n".join(answers)


@pytest.fixture
def two_releases(imports: Imports) -> Imports:
    """Some hundred events, of which one, ucdp-5, is told of nowhere else; and a revision of them all."""
    rows = [{"id": number, "source_article": f"Article {number}", "best": number % 7} for number in range(10, 260)]
    imports.report("ucdp", imports.ucdp_file("ged241.csv", MARKED, *rows))
    revised = [{**row, "best": 9} for row in rows]
    imports.report("ucdp", imports.ucdp_file("ged251.csv", {**MARKED, "high": 99}, *revised))
    return imports


def test_event_leaves_every_release_and_its_address_says_when(two_releases: Imports) -> None:
    imports = two_releases
    claims = [row["id"] for row in imports.get("/events/ucdp-5")["data"]["casualty_claims"]]
    etag = imports.client.get("/events/ucdp-5?release=1").headers["etag"]
    before = imports.get("/events?release=1&limit=1")["meta"]["total"]
    assert SECRET in everything(imports, 1)

    code, said = imports.run("suppress", "events/ucdp-5", "--reason", "asked for by a court")

    assert code == 0, said
    assert "1 suppressed" in said
    addresses = ["/events/ucdp-5", "/events/ucdp-5/original", *(f"/casualty-claims/{claim}" for claim in claims)]
    for address in addresses:
        for suffix in ("", "?release=1", "?release=2", "?release=3"):
            answer = imports.client.get(f"{address}{suffix}", headers={"if-none-match": etag})
            problem = answer.json()
            assert (answer.status_code, problem["type"]) == (410, "/problems/suppressed")
            assert problem["detail"] == f"This was suppressed on {problem['suppressed_on']}."
            assert set(problem) == {"type", "title", "status", "detail", "instance", "errors", "suppressed_on"}
    for release in (1, 2, 3):
        told = everything(imports, release)
        assert not [word for word in (SECRET, TOLD, '"ucdp-5"', "court") if word in told]
        assert imports.get(f"/events?release={release}&limit=1")["meta"]["total"] == before - 1
        assert imports.get(f"/events?killed_min=70&release={release}")["data"] == []
    assert imports.get("/events?country=iraq&limit=1")["meta"]["total"] == before - 1
    assert imports.get("/releases/3")["data"]["counts"]["events"] == before - 1


def test_changes_say_only_that_a_row_was_suppressed(two_releases: Imports) -> None:
    imports = two_releases
    assert imports.run("suppress", "/events/ucdp-5", "--reason", "x")[0] == 0

    row = {
        "release": 3, "type": "event", "id": "ucdp-5", "title": None, "change": "suppressed", "reason": "suppression",
        "note": None, "fields": None,
    }  # fmt: skip
    for since in (0, 1, 2):
        answer = imports.get(f"/changes?since={since}&limit=1000")
        assert [each for each in answer["data"] if each["id"] == "ucdp-5"] == [row]
        assert answer["meta"]["total"] == answer["meta"]["returned"]
    assert imports.get("/changes?since=2&country=japan")["data"] == [row]
    assert imports.get("/changes?since=2&type=event")["data"] == [row]
    for until in (1, 2):
        ids = [each["id"] for each in imports.get(f"/changes?since=0&until={until}&limit=1000")["data"]]
        assert "ucdp-5" not in ids
    assert imports.get("/releases/3")["data"]["changes"]["events"]["suppressed"] == 1


def test_later_import_does_not_bring_it_back_and_says_so(two_releases: Imports) -> None:
    imports = two_releases
    assert imports.run("suppress", "events/ucdp-5", "--reason", "x")[0] == 0

    report = imports.report("ucdp", imports.ucdp_file("ged261.csv", MARKED, {"id": 300}), "--scope", "none")

    (of_file,) = report["files"]
    assert (of_file["read"], of_file["created"], of_file["suppressed"], of_file["rejects"]) == (2, 1, 1, [])
    assert imports.client.get("/events/ucdp-5").status_code == 410
    assert "ucdp-5" not in imports.ids("source=ucdp-ged")
    again = imports.report("ucdp", imports.ucdp_file("ged261.csv", MARKED, {"id": 300}), "--scope", "none")
    assert (again["release"], again["files"][0]["suppressed"]) == (None, 1)
    assert imports.run("suppress", "events/ucdp-5", "--reason", "x")[1] == "events/ucdp-5 was suppressed before.\n"


def test_nothing_of_it_is_left_in_the_database(two_releases: Imports, database: Database) -> None:
    """In no row, packed or plain, in no dictionary that packs others, and in no byte of SQLite's files."""
    imports = two_releases
    words = (SECRET, TOLD)
    assert any(word in str(rows) for rows in content_of(database).values() for word in words)

    assert imports.run("suppress", "events/ucdp-5", "--reason", "x")[0] == 0

    held = content_of(database)
    for name, rows in held.items():
        if name not in ("suppression", "change"):
            assert not [word for word in (*words, "ucdp-5'", 'ucdp-5"') if word in str(rows)], name
    engine = make_write_engine(database.write_url)
    dictionaries = b"".join(row[2] for row in dump_of(engine)["compression_dictionary"])
    engine.dispose()
    assert len(dictionaries) > 1000, "there were none to be made anew"
    assert not [piece for word in words for piece in pieces(word) if piece in dictionaries]
    if database.kind == "sqlite":
        file = Path(database.write_url.removeprefix("sqlite:///"))
        left = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
        assert not [piece for word in words for piece in pieces(word) if piece in left]


def pieces(word: str) -> Iterator[bytes]:
    yield from (word[at : at + 12].encode() for at in range(len(word) - 11))


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (["events/ucdp-6000"], "There is no events/ucdp-6000 in any release.\n"),
        (["ucdp-5"], "'ucdp-5' names nothing: give events/ID, locations/ID, actors/ID or sources/ID.\n"),
        (["casualty-claims/ucdp-5.killed"], "is a part of its event: suppress that"),
        (["sources/ucdp-ged-24.1"], "sources/ucdp-ged-24.1 is named by actors/"),
        (["events/ucdp-5", "actors/ucdp"], "actors/ucdp is named by events/ucdp-"),
    ],
)
def test_what_cannot_be_suppressed_is_refused_and_nothing_is_written(
    imports: Imports, database: Database, paths: list[str], said: str
) -> None:
    imports.report("ucdp", imports.ucdp_file("ged241.csv", {"id": 5}, {"id": 6}))
    before = content_of(database)

    code, answer = imports.run("suppress", *paths, "--reason", "x")

    assert code == 1
    assert said in answer
    assert content_of(database) == before


def test_place_that_nothing_names_any_more_can_be_suppressed_with_its_event(two_releases: Imports) -> None:
    imports = two_releases
    (place,) = imports.get("/events/ucdp-5")["data"]["locations"]
    code, said = imports.run("suppress", f"locations/{place['id']}", "--reason", "x")
    assert (code, "is named by events/ucdp-5" in said) == (1, True)

    assert imports.run("suppress", f"locations/{place['id']}", "events/ucdp-5", "--reason", "x")[0] == 0

    assert imports.client.get(f"/locations/{place['id']}?release=1").json()["type"] == "/problems/suppressed"
    assert "Unheardofton" not in everything(imports, 1) + everything(imports, 2) + everything(imports, 3)


def test_part_of_a_larger_event_leaves_it_in_every_release(imports: Imports) -> None:
    """Its whole names it no more, and what the facts say next makes no new release."""
    assert imports.run()[0] == 0
    code, said = imports.run("suppress", f"events/{OPERATION}", "--reason", "x")
    assert (code, said.startswith(f"events/{OPERATION} is named by events/")) == (1, True)
    assert imports.get(f"/events/{OPERATION}")["data"]["parts"] == [IRAQ_STRIKES, SYRIA_STRIKES]

    assert imports.run("suppress", f"events/{IRAQ_STRIKES}", "--reason", "x")[0] == 0
    for release in (1, 2):
        assert imports.get(f"/events/{OPERATION}?release={release}")["data"]["parts"] == [SYRIA_STRIKES]
        assert operation_in_statistics(imports, release) == {"left_out": 1, "unknown": 0}
    assert imports.run("suppress", f"events/{SYRIA_STRIKES}", "--reason", "x")[0] == 0
    for release in (1, 2, 3):
        assert imports.get(f"/events/{OPERATION}?release={release}")["data"]["parts"] == []
        assert operation_in_statistics(imports, release) == {"left_out": 0, "unknown": 1}
        assert OPERATION not in [row["id"] for row in imports.get(f"/events?level=operation&release={release}")["data"]]
    assert imports.run()[1].startswith("Nothing new")
    assert imports.get("/releases")["meta"]["total"] == 3


def operation_in_statistics(imports: Imports, release: int) -> dict[str, int]:
    """Where the operation is counted on the day of the strikes, as it has no figure of its own."""
    (row,) = imports.get(f"/stats?group_by=year&date_from=2024-02&date_mode=start&release={release}")["data"]
    return {name: row["killed"][name] for name in ("left_out", "unknown")}


def test_suppression_when_it_fails_half_way_leaves_everything(
    two_releases: Imports, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content_of(database)

    def fail(*_: object) -> set[int]:
        raise KeyboardInterrupt

    monkeypatch.setattr(removing, "_forget_mentions", fail)
    with pytest.raises(KeyboardInterrupt):
        two_releases.run("suppress", "events/ucdp-5", "--reason", "x")

    assert content_of(database) == before
    assert two_releases.client.get("/events/ucdp-5").status_code == 200


def test_event_that_was_withdrawn_before_leaves_the_releases_that_held_it(imports: Imports) -> None:
    imports.report("ucdp", imports.ucdp_file("ged241.csv", {"id": 5}, {"id": 6}))
    imports.report("ucdp", imports.ucdp_file("ged251.csv", {"id": 6}), "--allow-withdrawals")
    withdrawn = imports.client.get("/events/ucdp-5").json()
    assert (withdrawn["withdrawn_in"], withdrawn["was"]) == (2, imports.get("/events/ucdp-6")["data"]["title"])

    assert imports.run("suppress", "events/ucdp-5", "--reason", "x")[0] == 0

    assert imports.client.get("/events/ucdp-5?release=1").json()["type"] == "/problems/suppressed"
    assert [row["id"] for row in imports.get("/events?release=1")["data"]] == ["ucdp-6"]
    assert [row["change"] for row in imports.get("/changes?since=1&type=event")["data"]] == ["suppressed"]
