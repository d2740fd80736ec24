"""What the published side keeps beside the documents is what the documents say, on both databases alike."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select

from app.counts import OFFERING
from app.models import (
    UNKNOWN_LAST,
    ClaimEntry,
    ClaimSource,
    EventDocument,
    EventInvolvement,
    EventTerm,
    Location,
)
from app.vocabulary import SourceKind
from seed.neutral_facts import Facts, SourceFact
from tests.postgres_cluster import Database
from tests.record.factories import table_of
from tests.seed.loading import (
    IRAQ,
    OPERATION,
    SYRIA,
    TOWER_22,
    a_claim,
    added,
    an_event,
    changed,
    documents,
    dump,
    load_and_publish,
    migrated,
    without,
)


def rows(connection: Connection, model: Any, *columns: str) -> set[tuple[Any, ...]]:
    table = table_of(model)
    return {tuple(row) for row in connection.execute(select(*(table.c[column] for column in columns)))}


def test_columns_of_a_document_are_what_the_document_says(loaded: Connection) -> None:
    """Calculated again from the JSON alone."""
    differing = {}
    for row in loaded.execute(select(EventDocument.__table__)).mappings():
        document = documents(loaded)["event", row["id"]].json
        killed = document["casualties"]["killed"] or {"low": None, "best": None, "high": None}
        sorted_by = killed["best"] if killed["best"] is not None else killed["low"]
        start = document["date_start"] and date.fromisoformat(document["date_start"])
        expected = {
            "date_start": start,
            "date_end": document["date_end"] and date.fromisoformat(document["date_end"]),
            "by_oldest": start.toordinal() if start else UNKNOWN_LAST,
            "by_newest": -start.toordinal() if start else UNKNOWN_LAST,
            "by_fewest_killed": sorted_by if sorted_by is not None else UNKNOWN_LAST,
            "by_most_killed": -sorted_by if sorted_by is not None else UNKNOWN_LAST,
            **{f"killed_{bound}": killed[bound] for bound in ("low", "best", "high")},
            **{name: document[name] for name in ("event_type", "sub_event_type", "part_of")},
            "conflict": document["conflict"] and document["conflict"]["id"],
            "disputed": any(figure["disputed"] for figure in document["casualties"].values() if figure),
            "has_parts": bool(document["parts"]),
        }
        if unequal := {name: (row[name], value) for name, value in expected.items() if row[name] != value}:
            differing[row["id"]] = unequal

    assert differing == {}


def test_terms_of_a_document_are_what_the_document_says(loaded: Connection) -> None:
    within = dict(loaded.execute(select(Location.id, Location.within_id)).all())
    terms, involved = set(), set()
    for document in _events(loaded):
        number, json = document.number, document.json
        for place in json["locations"]:
            at: str | None = place["id"]
            while at:
                terms.add(("location", at, number))
                at = within[at]
            terms.add(("country", place["country"]["iso2"], number))
            if place["admin1"]:
                terms.add(("admin1", place["admin1"], number))
        said = [row["claimant"] for row in (*json["casualty_claims"], *json["reported_counts"]) if row["claimant"]]
        terms |= {("claimant", claimant["id"], number) for claimant in said}
        terms |= {("source", citation["source"]["id"], number) for citation in json["citations"]}
        involved |= {(actor["id"], actor["role"], actor["attribution"], number) for actor in json["actors"]}

    assert rows(loaded, EventTerm, "kind", "value", "document") == terms
    assert rows(loaded, EventInvolvement, "actor", "role", "attribution", "document") == involved


def test_claim_entries_are_what_the_documents_claims_say(loaded: Connection, facts: Facts) -> None:
    claims = [
        a_claim("x.injured", outcome="injured"),
        a_claim("x.at-least", qualifier="at_least", wording="at least 16"),
        a_claim("x.retracted", standing="retracted"),
        a_claim("x.vague", qualifier="vague", value=None, wording="dozens"),
    ]
    load_and_publish(loaded, added(facts, events=[an_event("x", casualty_claims=claims)]))

    expected, sources = {}, set()
    for document in _events(loaded):
        of_citation = {citation["id"]: citation["source"]["id"] for citation in document.json["citations"]}
        for position, claim in enumerate(document.json["casualty_claims"]):
            counts = claim["outcome"] == "killed" and claim["standing"] == "in_force"
            best = claim["value"] if counts and claim["qualifier"] in OFFERING else None
            low, high = (claim["low"], claim["high"]) if counts else (None, None)
            claimant = claim["claimant"] and claim["claimant"]["id"]
            expected[claim["id"]] = (document.number, position, claim["outcome"], claimant, low, best, high)
            sources |= {(of_citation[name], claim["id"], document.number) for name in claim["citations"]}

    columns = ("id", "document", "position", "outcome", "claimant", "low", "best", "high")
    assert rows(loaded, ClaimEntry, *columns) == {(claim, *rest) for claim, rest in expected.items()}
    assert rows(loaded, ClaimSource, "source", "claim", "document") == sources
    keys = dict(loaded.execute(select(ClaimEntry.id, ClaimEntry.by_most_killed)).all())
    assert keys == {
        f"{IRAQ}.killed": -16,
        f"{SYRIA}.killed": -18,
        f"{TOWER_22}.killed": -3,
        "x.injured": UNKNOWN_LAST,
        "x.at-least": -16,
        "x.retracted": UNKNOWN_LAST,
        "x.vague": UNKNOWN_LAST,
    }


def test_terms_take_a_datasets_family_beside_its_release(loaded: Connection, facts: Facts) -> None:
    release = SourceFact(id="ucdp-ged-24.1", kind=SourceKind.DATASET, title="UCDP GED 24.1", family="ucdp-ged")
    cited = [{"source": "ucdp-ged-24.1", "locator": "row 1"}]
    event = an_event("ucdp-1", citations=cited, casualty_claims=[a_claim("ucdp-1.killed", citations=cited)])
    load_and_publish(loaded, added(facts, sources=[release], events=[event]))

    number = documents(loaded)["event", "ucdp-1"].number
    terms = {(kind, value) for kind, value, of in rows(loaded, EventTerm, "kind", "value", "document") if of == number}
    assert terms == {("source", "ucdp-ged-24.1"), ("source", "ucdp-ged")}
    assert {("ucdp-ged", "ucdp-1.killed", number), ("ucdp-ged-24.1", "ucdp-1.killed", number)} <= rows(
        loaded, ClaimSource, "source", "claim", "document"
    )


def _events(connection: Connection) -> list[Any]:
    return [document for (resource, _), document in documents(connection).items() if resource == "event"]


@pytest.fixture
def other_kind(engine: Engine, request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Connection]:
    """A database of the other kind than the one under test, whose order of text is not C's where it is PostgreSQL."""
    if engine.dialect.name == "postgresql":
        url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
        other = migrated(Database("sqlite", url, url))
    else:
        cluster = request.getfixturevalue("icu_postgres_cluster")
        other = migrated(cluster.create_database(f"other_{id(request)}"))
    with other.connect() as connection:
        yield connection
        connection.rollback()
    other.dispose()


def test_databases_of_both_kinds_when_they_hold_the_same_facts_hold_the_same_documents(
    loaded: Connection, other_kind: Connection, facts: Facts
) -> None:
    """Byte for byte, with the same numbers, columns and terms, after a change as well."""
    load_and_publish(other_kind, facts)
    step = without(changed(facts, "actors", "iran", name="Islamic Republic of Iran"), "events", SYRIA)
    step = added(step, events=[an_event(name, part_of=OPERATION) for name in ("Zz", "a_", "aa", "a.")])
    for connection in (loaded, other_kind):
        load_and_publish(connection, step)

    published = (
        "event_document",
        "event_term",
        "event_involvement",
        "claim_entry",
        "claim_source",
        "reference_document",
        "membership",
    )
    here, there = dump(loaded), dump(other_kind)
    for table in published:
        assert here[table] == there[table], table
