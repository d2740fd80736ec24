"""What counts as a difference between two documents, and what a difference is put down to."""

import copy
import random
from typing import Any

import pytest

from app.differences import differences, digest_of
from app.reasons import reason_of
from app.vocabulary import ChangeKind, ChangeReason


def note(name: str, source: str = "article", locator: str = "p. 1", quote: str | None = "words") -> dict[str, Any]:
    return {"id": name, "source": {"id": source, "title": f"The {source}"}, "locator": locator, "quote": quote}


def an_event() -> dict[str, Any]:
    return {
        "id": "e",
        "title": "A strike",
        "summary": None,
        "parts": ["p1", "p2"],
        "conflict": None,
        "locations": [
            {"id": "here", "name": "Here", "precision": "exact", "citations": ["c2", "c3"]},
            {"id": "there", "name": "There", "precision": "near", "citations": ["c3"]},
        ],
        "casualties": {"killed": {"low": 3, "best": 5, "high": 9}, "injured": None},
        "casualty_claims": [
            {"id": "e.killed", "value": 5, "standing": "in_force", "covers": [], "citations": ["c1"]},
            {"id": "e.killed-2", "value": 4, "standing": "in_force", "covers": [], "citations": ["c2"]},
        ],
        "citations": [note("c1"), note("c2", locator="p. 2"), note("c3", source="map", quote=None)],
        "links": {"self": "/events/e"},
    }


def renumbered(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The same document, with its footnotes and the rows inside it in another order."""
    names = [footnote["id"] for footnote in document["citations"]]
    others = dict(zip(names, chance.sample(names, len(names)), strict=True))

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: [others[each] for each in inner] if name == "citations" else put(inner)
                for name, inner in value.items()
            }
        return [put(each) for each in value] if isinstance(value, list) else value

    told = {name: put(value) for name, value in document.items() if name != "citations"}
    told["citations"] = [{**footnote, "id": others[footnote["id"]]} for footnote in document["citations"]]
    for rows in ("locations", "casualty_claims", "citations"):
        chance.shuffle(told[rows])
    return told


@pytest.mark.parametrize("seed", range(20))
def test_renumbered_footnotes_and_reordered_rows_are_no_difference(seed: int) -> None:
    other = renumbered(an_event(), random.Random(seed))  # noqa: S311

    assert differences(an_event(), other) == {}
    assert digest_of(an_event()) == digest_of(other)


def test_each_field_is_named_by_its_path_with_old_and_new() -> None:
    new = an_event()
    new["casualties"]["killed"]["best"] = 6
    new["casualties"]["injured"] = {"low": 1, "best": None}
    new["casualty_claims"][0]["value"] = 6
    new["parts"] = ["p2", "p3"]
    new["conflict"] = {"id": "war", "name": "The war"}

    assert differences(an_event(), new) == {
        "casualties.killed.best": {"old": 5, "new": 6},
        "casualties.injured.low": {"old": None, "new": 1},
        "casualty_claims[e.killed].value": {"old": 5, "new": 6},
        "parts": {"old": ["p1", "p2"], "new": ["p2", "p3"]},
        "conflict.id": {"old": None, "new": "war"},
        "conflict.name": {"old": None, "new": "The war"},
    }
    assert digest_of(an_event()) != digest_of(new)


def test_row_of_one_side_is_whole_there_and_null_on_the_other() -> None:
    new = an_event()
    gone = new["locations"].pop()
    claim = {"id": "e.injured", "value": 2, "standing": "in_force", "covers": [], "citations": ["c1"]}
    new["casualty_claims"].append(claim)

    assert differences(an_event(), new) == {
        "locations[there]": {"old": {**gone, "citations": ["map, p. 1"]}, "new": None},
        "casualty_claims[e.injured]": {"old": None, "new": {**claim, "citations": ["article, p. 1"]}},
    }


def test_footnote_that_moved_to_a_later_release_of_its_source_is_one_footnote() -> None:
    new = an_event()
    new["citations"][0] = note("c1", source="article-2")

    assert differences(an_event(), new) == {
        "citations[article-2, p. 1].source.id": {"old": "article", "new": "article-2"},
        "citations[article-2, p. 1].source.title": {"old": "The article", "new": "The article-2"},
    }


def test_row_that_cites_something_else_differs() -> None:
    new = an_event()
    new["casualty_claims"][0]["citations"] = ["c1", "c2"]

    assert differences(an_event(), new) == {
        "casualty_claims[e.killed].citations": {"old": ["article, p. 1"], "new": ["article, p. 1", "article, p. 2"]}
    }


def test_what_rests_on_a_thing_and_a_member_that_is_new_and_empty_are_no_difference() -> None:
    old = {"id": "s", "title": "A source", "rests_on_it": {"events": 1}, "links": {"self": "/sources/s"}}
    new = {**old, "rests_on_it": {"events": 7}, "archive": None, "versions": []}

    assert differences(old, new) == {}
    assert digest_of(old) == digest_of(new)


def test_two_rows_that_share_an_id_are_told_apart() -> None:
    old = an_event()
    roles = [{"id": "army", "role": role, "attribution": "stated", "citations": ["c1"]} for role in ("target", "party")]
    old["actors"] = roles
    new = copy.deepcopy(old)
    new["actors"][1]["attribution"] = "denied"

    changed = differences(old, new)

    assert list(changed) == ["actors[army, party, denied]", "actors[army, party, stated]"]
    assert differences(old, {**old, "actors": roles[::-1]}) == {}


DATASETS = {"ged-24.1", "ged-25.1"}


@pytest.mark.parametrize(
    ("old", "new", "paths", "reason"),
    [
        (None, "article", {}, ChangeReason.NEW_FACT),
        ("article", None, {}, ChangeReason.RETRACTION),
        ("ged-24.1", None, {}, ChangeReason.DATASET_REVISION),
        ("ged-24.1", "ged-25.1", {"date_start": ("2024-01-01", "2024-01-02")}, ChangeReason.DATASET_REVISION),
        ("ged-24.1", "ged-24.1", {"locations[a.b].name": ("A", "B")}, ChangeReason.DATASET_REVISION),
        ("ged-24.1", "ged-24.1", {"type_of_violence": (None, "non_state")}, ChangeReason.RECODING),
        ("article", "article", {"title": ("A", "B"), "event_type": (None, "battles")}, ChangeReason.RECODING),
        ("article", "article", {"date_start": (None, "2024-01-01")}, ChangeReason.NEW_FACT),
        ("article", "article", {"date_start": ("2024-01-01", "2024-01-02")}, ChangeReason.CORRECTION),
        (
            "article",
            "article",
            {"casualty_claims[e.k]": (None, {"id": "e.k"}), "casualties.killed.low": (3, 2)},
            ChangeReason.NEW_FACT,
        ),
        ("article", "article", {"casualty_claims[e.k].standing": ("in_force", "retracted")}, ChangeReason.RETRACTION),
        ("article", "article", {"casualty_claims[e.k].standing": ("in_force", "superseded")}, ChangeReason.CORRECTION),
    ],
)
def test_reason_follows_from_the_two_documents(
    old: str | None, new: str | None, paths: dict[str, tuple[Any, Any]], reason: ChangeReason
) -> None:
    change = ChangeKind.CREATED if old is None else ChangeKind.WITHDRAWN if new is None else ChangeKind.UPDATED
    before, after = ({"id": "e", "citations": [note("c1", source)]} if source else None for source in (old, new))
    fields = {path: {"old": was, "new": became} for path, (was, became) in paths.items()}

    assert reason_of(change, before, after, fields, DATASETS) is reason
