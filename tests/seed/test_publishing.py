"""Publishing: what changed gets a new document in a new release, and what did not keeps its own, byte for byte."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Connection, func, insert, select, update

from app.models import (
    FOREVER,
    CompressionDictionary,
    EventDocument,
    EventTerm,
    Membership,
    ReferenceDocument,
    Release,
    Term,
)
from app.queries.claims import cut_claim
from app.schemas.base import Document
from app.schemas.claims import CasualtyClaimDocument
from app.schemas.events import EventDocument as EventAsServed
from app.schemas.references import ActorDocument, CountryDocument, LocationDocument, SourceDocument
from seed.dataset_loader import load_dataset
from seed.dataset_scope import Scope
from seed.dataset_telling import DatasetFile
from seed.importers import acled, ucdp
from seed.importers.datasets import DatasetEvent, Reject
from seed.importers.tables import Record, open_table
from seed.neutral_facts import Facts
from seed.publish import publish
from seed.publish.packing import TEXTS_TO_LEARN_FROM
from seed.statements import KEYS_A_STATEMENT as BATCH
from tests.record.factories import table_of
from tests.seed.dataset_files import real_ucdp_file
from tests.seed.fact_strategies import all_facts
from tests.seed.loading import (
    ARTICLE,
    CITATIONS,
    IRAQ,
    OPERATION,
    SYRIA,
    TOWER_22,
    a_claim,
    added,
    an_actor,
    an_event,
    changed,
    changed_documents,
    documents,
    dump,
    fact,
    load_and_publish,
    without,
)
from tests.seed.test_acled_records import ROW as ACLED_ROW
from tests.seed.test_published_columns import load_ucdp

SCHEMAS: dict[str, type[Document]] = {
    "event": EventAsServed,
    "location": LocationDocument,
    "actor": ActorDocument,
    "source": SourceDocument,
    "country": CountryDocument,
}
COUNTED = {("source", ARTICLE), ("source", "geonames")}
NOTHING: set[tuple[str, str]] = set()


def rows(connection: Connection, model: Any, *columns: str) -> set[tuple[Any, ...]]:
    table = table_of(model)
    return {tuple(row) for row in connection.execute(select(*(table.c[column] for column in columns)))}


def test_publish_when_the_record_is_new_makes_release_1_of_every_thing(empty: Connection, facts: Facts) -> None:
    _, published = load_and_publish(empty, facts)

    assert published is not None
    assert published.number == 1
    there = documents(empty)
    assert {thing for resource, thing in there if resource == "event"} == {event.id for event in facts.events}
    assert {thing for resource, thing in there if resource == "actor"} == {actor.id for actor in facts.actors}
    assert {thing for resource, thing in there if resource == "source"} == {source.id for source in facts.sources}
    assert {thing for resource, thing in there if resource == "country"} == {
        location.country for location in facts.locations if location.country
    }
    assert {(document.valid_from, document.valid_until) for document in there.values()} == {(1, FOREVER)}


def test_release_says_what_it_changed_and_what_it_rests_on(loaded: Connection, facts: Facts) -> None:
    release = loaded.execute(select(Release.__table__)).mappings().one()

    assert release["changes"]["events"] == {"created": len(facts.events), "updated": 0, "withdrawn": 0, "suppressed": 0}
    assert release["coverage"]["sources"] == 1
    assert "This release rests on one article." in release["coverage"]["note"]
    assert timedelta(0) <= datetime.now(UTC) - release["published_at"] < timedelta(minutes=5)


def test_publish_when_nothing_differs_makes_no_release_and_writes_nothing(loaded: Connection) -> None:
    before = dump(loaded)

    assert publish(loaded) is None
    assert dump(loaded) == before


def test_publish_when_an_event_changes_replaces_its_document_alone(loaded: Connection, facts: Facts) -> None:
    before = documents(loaded)

    _, published = load_and_publish(loaded, changed(facts, "events", IRAQ, title="Strikes in Anbar"))

    assert published is not None
    assert published.number == 2
    assert changed_documents(loaded, 1, 2) == {"created": NOTHING, "withdrawn": NOTHING, "updated": {("event", IRAQ)}}
    after = documents(loaded)
    assert after["event", IRAQ].json["title"] == "Strikes in Anbar"
    assert (after["event", IRAQ].valid_from, after["event", IRAQ].valid_until) == (2, FOREVER)
    assert {thing: after[thing] for thing in after if thing != ("event", IRAQ)} == {
        thing: before[thing] for thing in before if thing != ("event", IRAQ)
    }


def test_publish_when_releases_follow_serves_each_of_them_as_it_was(loaded: Connection, facts: Facts) -> None:
    releases = [documents(loaded)]
    for title in ("First", "Second", "First"):
        load_and_publish(loaded, changed(facts, "events", IRAQ, title=title))
        releases.append(documents(loaded))

    for number, then in enumerate(releases, start=1):
        now = documents(loaded, number)
        assert {thing: each.body for thing, each in now.items()} == {thing: each.body for thing, each in then.items()}


def test_publish_when_a_part_is_gone_withdraws_it_and_tells_its_whole(loaded: Connection, facts: Facts) -> None:
    load_and_publish(loaded, without(facts, "events", IRAQ))

    assert changed_documents(loaded, 1, 2) == {
        "created": NOTHING,
        "withdrawn": {("event", IRAQ)},
        "updated": {("event", OPERATION), ("country", "IQ"), ("source", ARTICLE)},
    }
    after = documents(loaded)
    assert after["event", OPERATION].json["parts"] == [SYRIA]
    assert after["country", "IQ"].json["casualty_claims"] == 0
    assert documents(loaded, 1)["event", IRAQ].valid_until == 2


def test_publish_when_what_was_withdrawn_comes_back_is_a_new_document(loaded: Connection, facts: Facts) -> None:
    load_and_publish(loaded, without(facts, "events", IRAQ))
    load_and_publish(loaded, facts)

    assert changed_documents(loaded, 2, 3)["created"] == {("event", IRAQ)}
    again, before = documents(loaded)["event", IRAQ], documents(loaded, 1)["event", IRAQ]
    assert again.but_for_the_release == before.but_for_the_release
    assert documents(loaded)["event", IRAQ].valid_from == 3
    assert ("event", IRAQ) not in documents(loaded, 2)


def test_publish_when_a_part_is_added_tells_its_whole_in_order_of_ids(loaded: Connection, facts: Facts) -> None:
    for part in ("2024-02-02-z", "2024-02-02-_", "2024-02-02-A"):
        load_and_publish(loaded, added(facts, events=[an_event(part, part_of=OPERATION)]))
    load_and_publish(loaded, added(facts, events=[an_event(f"2024-02-02-{x}", part_of=OPERATION) for x in "z_A"]))

    parts = documents(loaded)["event", OPERATION].json["parts"]
    assert parts == ["2024-02-02-A", "2024-02-02-_", IRAQ, SYRIA, "2024-02-02-z"]
    wholes = (
        select(EventTerm.id)
        .join(Term, Term.number == EventTerm.term)
        .where(Term.kind == "level", Term.value == "operation", EventTerm.valid_until == FOREVER)
    )
    assert loaded.scalars(wholes).all() == [OPERATION]


def test_publish_when_an_actor_is_renamed_updates_every_document_that_names_it(
    loaded: Connection, facts: Facts
) -> None:
    old = fact(facts, "actors", "popular-mobilization-forces").name
    naming = {thing for thing, document in documents(loaded).items() if f'"name":"{old}"' in document.body.decode()}

    load_and_publish(loaded, changed(facts, "actors", "popular-mobilization-forces", name="Hashd al-Shaabi"))

    assert changed_documents(loaded, 1, 2) == {"created": NOTHING, "withdrawn": NOTHING, "updated": naming}
    assert {
        ("actor", "popular-mobilization-forces"),
        ("actor", "groups-in-popular-mobilization-forces"),
        ("event", IRAQ),
    } <= naming
    claim = documents(loaded)["event", IRAQ].json["casualty_claims"][0]
    assert claim["claimant"]["name"] == "Hashd al-Shaabi"


def test_publish_when_a_place_moves_updates_it_and_what_happened_there(loaded: Connection, facts: Facts) -> None:
    load_and_publish(loaded, changed(facts, "locations", "anbar", latitude=33.5))

    assert changed_documents(loaded, 1, 2)["updated"] == {("location", "anbar"), ("event", IRAQ)}


def test_publish_when_a_source_gets_a_title_updates_every_document_that_cites_it(
    loaded: Connection, facts: Facts
) -> None:
    citing = {
        thing
        for thing, document in documents(loaded).items()
        if thing == ("source", "iso-3166") or '"id":"iso-3166"' in document.body.decode()
    }

    load_and_publish(loaded, changed(facts, "sources", "iso-3166", title="ISO 3166-1"))

    assert changed_documents(loaded, 1, 2)["updated"] == citing
    assert ("country", "IQ") in citing


def test_publish_when_only_the_order_of_rows_changes_makes_a_release_that_says_so(
    loaded: Connection, facts: Facts
) -> None:
    turned = fact(facts, "events", TOWER_22).actors[::-1]

    load_and_publish(loaded, changed(facts, "events", TOWER_22, actors=turned))

    assert changed_documents(loaded, 1, 2)["updated"] == {("event", TOWER_22)}


def test_publish_when_the_clock_was_set_back_is_never_before_the_last_release(loaded: Connection, facts: Facts) -> None:
    tomorrow = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    loaded.execute(update(Release).values(published_at=tomorrow))

    load_and_publish(loaded, without(facts, "events", IRAQ))

    assert loaded.scalar(select(Release.published_at).where(Release.number == 2)) == tomorrow


def test_publish_when_relationships_change_closes_and_opens_memberships(loaded: Connection, facts: Facts) -> None:
    columns = ("whole", "member", "valid_from", "valid_until")
    before = rows(loaded, Membership, *columns)
    assert ("iran", "irgc", 1, FOREVER) in before
    assert ("iran", "iran-backed-militias", 1, FOREVER) not in before, "who backs whom makes nobody a member"

    load_and_publish(loaded, changed(facts, "actors", "irgc", relationships=()))
    load_and_publish(loaded, facts)

    assert rows(loaded, Membership, *columns) - before == {("iran", "irgc", 1, 2), ("iran", "irgc", 3, FOREVER)}


def test_publish_when_there_are_more_events_than_a_batch_publishes_them_all(empty: Connection, facts: Facts) -> None:
    campaign = [an_event("zz-campaign"), *(an_event(f"strike-{n:04}", part_of="zz-campaign") for n in range(BATCH + 3))]
    actors = [an_actor(f"group-{n:04}") for n in range(BATCH + 3)]

    _, first = load_and_publish(empty, added(facts, events=campaign, actors=actors))
    _, second = load_and_publish(empty, facts)

    assert first is not None
    assert second is not None
    assert first.changes["events"].created_events == len(facts.events) + BATCH + 4
    assert len(second.changes["events"].withdrawn) == BATCH + 4
    assert len(second.changes["actors"].withdrawn) == BATCH + 3
    assert len(documents(empty, 1)["event", "zz-campaign"].json["parts"]) == BATCH + 3


def test_publish_when_a_claim_on_the_whole_covers_parts_names_them(loaded: Connection, facts: Facts) -> None:
    claim = a_claim(f"{OPERATION}.killed", covers=[SYRIA, IRAQ])

    load_and_publish(loaded, changed(facts, "events", OPERATION, casualty_claims=[claim]))

    assert documents(loaded)["event", OPERATION].json["casualty_claims"][0]["covers"] == [IRAQ, SYRIA]


def test_source_counts_a_row_once_however_often_it_cites_it(loaded: Connection, facts: Facts) -> None:
    before = documents(loaded)["source", ARTICLE].json["rests_on_it"]
    twice = [*CITATIONS, {**CITATIONS[0], "locator": "Introduction, paragraph 2"}]
    first_elsewhere = [{"source": "geonames", "locator": "99237"}, *CITATIONS]
    more = [an_event("a", citations=twice), an_event("b", citations=first_elsewhere)]

    load_and_publish(loaded, added(facts, events=more))

    after = documents(loaded)["source", ARTICLE].json["rests_on_it"]
    assert after == {**before, "events": before["events"] + 2}
    assert before["events"] == len(facts.events)
    assert before["casualty_claims"] == 3


@pytest.mark.parametrize("model", [EventDocument, ReferenceDocument])
def test_documents_when_many_releases_follow_hold_one_at_a_time_without_gaps(
    loaded: Connection, facts: Facts, model: Any
) -> None:
    for number in range(4):
        load_and_publish(loaded, changed(facts, "events", IRAQ, summary=f"Version {number}"))
        load_and_publish(loaded, without(facts, "events", IRAQ))

    table = table_of(model)
    spans: dict[Any, list[tuple[int, int]]] = {}
    for row in loaded.execute(select(table).order_by(table.c.valid_from)).mappings():
        spans.setdefault((row.get("resource"), row["id"]), []).append((row["valid_from"], row["valid_until"]))
    overlapping = [thing for thing, held in spans.items() if any(a[1] > b[0] for a, b in pairwise(held))]
    assert overlapping == []
    numbers = loaded.scalars(select(Release.number).order_by(Release.number)).all()
    assert numbers == list(range(1, len(numbers) + 1))


def test_publish_when_a_release_was_put_in_by_hand_takes_the_next_number(loaded: Connection, facts: Facts) -> None:
    row = {"number": 7, "published_at": datetime.now(UTC), "changes": {}, "coverage": {}}
    loaded.execute(insert(Release), row)

    _, published = load_and_publish(loaded, without(facts, "events", IRAQ))

    assert published is not None
    assert published.number == 8
    assert loaded.scalar(select(func.max(EventDocument.valid_from))) == 8


def assert_all_are_as_their_schemas_say(connection: Connection, release: int | None = None) -> int:
    """Every document is of its schema, to the byte, and so is what is cut from it; how many there are."""
    # A dictionary that an earlier test took back may be known by the number of one that this test made.
    connection.info.clear()
    there = documents(connection, release)
    connection.info.clear()
    for (resource, thing), document in there.items():
        schema = SCHEMAS[resource]
        assert schema.model_validate_json(document.body).model_dump_json().encode() == document.body, thing
        assert document.json["links"]["self"].endswith(f"/{thing}")
        for position in range(len(document.json["casualty_claims"]) if resource == "event" else 0):
            claim = cut_claim(document.body, position)
            assert CasualtyClaimDocument.model_validate_json(claim).model_dump_json().encode() == claim
    return len(there)


def test_documents_of_the_article_are_as_their_schemas_say(loaded: Connection, facts: Facts) -> None:
    told = len(facts.sources) + len(facts.locations) + len(facts.actors) + len(facts.events)
    countries = {location.country for location in facts.locations if location.country}

    assert assert_all_are_as_their_schemas_say(loaded) == told + len(countries)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=all_facts(), before=all_facts())
def test_documents_of_any_facts_are_as_their_schemas_say(empty: Connection, facts: Facts, before: Facts) -> None:
    savepoint = empty.begin_nested()
    try:
        for each in (before, facts):
            load_and_publish(empty, each)
            assert assert_all_are_as_their_schemas_say(empty) >= 12
    finally:
        savepoint.rollback()


def test_documents_of_datasets_are_as_their_schemas_say(loaded: Connection) -> None:
    """Whether they are packed alone or with a dictionary."""
    odd = {
        "id": 1,
        "low": 1,
        "best": 1,
        "high": 0,
        "deaths_a": 1,
        "deaths_b": 0,
        "latitude": 0.00001,
        "longitude": -0.0,
    }
    nowhere = {"id": 2, "latitude": "", "longitude": "", "where_coordinates": "", "adm_1": "", "adm_2": "", "best": 0}
    load_ucdp(loaded, "24.1", odd, nowhere, {"id": 3, "country": "Israel", "country_id": 666, "adm_1": "Gaza Strip"})
    rows = [{"id": 1000 + n, "where_coordinates": f"Town {n}"} for n in range(TEXTS_TO_LEARN_FROM + 1)]
    load_ucdp(loaded, "25.1", odd, *rows)
    reading = acled.AcledOptions(source="acled-2024-03", zero_means_zero=False)
    told = [
        acled.facts_of(Record(n, {**ACLED_ROW, "event_id_cnty": f"IRQ{n}", "fatalities": str(n)}), reading)
        for n in range(3)
    ]
    load_records(loaded, acled.FAMILY, acled.source_of("2024-03"), acled.claimant_of("acled-2024-03"), told)

    assert assert_all_are_as_their_schemas_say(loaded, 2) > 11
    assert assert_all_are_as_their_schemas_say(loaded) > TEXTS_TO_LEARN_FROM
    assert {thing for resource, thing in documents(loaded) if resource == "event"} >= {"ucdp-1", "acled-IRQ2"}
    sorts = loaded.scalars(select(CompressionDictionary.sort).order_by(CompressionDictionary.sort)).all()
    assert sorts == ["event:ucdp-ged", "location", "original:ucdp-ged"]


def load_records(
    connection: Connection, origin: str, source: Any, claimant: Any, told: list[DatasetEvent | Reject]
) -> None:
    """Import records that were told already."""
    file = DatasetFile("records.csv", source, claimant, Scope.NONE, lambda: told, lambda _: False)
    report = load_dataset(connection, origin, [file])
    assert report.files[0].created == sum(isinstance(each, DatasetEvent) for each in told)


@pytest.mark.parametrize(
    "name", ["hdx-ukr-191-201/ukraine_ged201.csv", "ged231-sample1000/ged231_sample.csv"], ids=["ukraine", "sample"]
)
def test_documents_of_real_records_are_as_their_schemas_say(empty: Connection, name: str) -> None:
    source = ucdp.source_of("20.1")
    with open_table(real_ucdp_file(name), ucdp.NEEDED) as table:
        told = [ucdp.facts_of(record, source.id) for record in table.records()]
    load_records(empty, ucdp.FAMILY, source, ucdp.claimant_of(source.id), told)

    assert assert_all_are_as_their_schemas_say(empty) > 900
