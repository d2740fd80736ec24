"""What was loaded is read back as the facts that it was loaded from, on both databases."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Connection, select

from app.models import Citation
from seed.importers import ucdp
from seed.importers.datasets import DatasetEvent
from seed.importers.tables import open_table
from seed.loader import load
from seed.neutral_facts import Facts
from seed.stored_facts import read_actors, read_events, read_locations, read_sources
from tests.seed.dataset_files import real_ucdp_file
from tests.seed.fact_strategies import all_facts
from tests.seed.loading import IRAQ, OPERATION, changed


def in_order(facts: Iterable[Any]) -> list[Any]:
    return sorted(facts, key=lambda fact: fact.id)


def assert_equal(read: Sequence[Any], told: Sequence[Any]) -> None:
    assert read == list(told)
    # Equal texts too: a word of a closed list is equal to the text of it, and a digest goes by the JSON.
    assert [fact.model_dump_json() for fact in read] == [fact.model_dump_json() for fact in told]


def assert_all_is_read_back(connection: Connection, facts: Facts) -> None:
    assert_equal(read_sources(connection), in_order(facts.sources))
    assert_equal(read_locations(connection), in_order(facts.locations))
    assert_equal(read_actors(connection), in_order(facts.actors))
    assert_equal(read_events(connection, [event.id for event in facts.events]), facts.events)


def test_facts_of_the_article_are_read_back_as_they_were_told(empty: Connection, facts: Facts) -> None:
    load(empty, facts, "facts")

    assert_all_is_read_back(empty, facts)


def test_facts_that_changed_are_read_back_as_they_are_told_now(empty: Connection, facts: Facts) -> None:
    load(empty, facts, "facts")
    now = changed(changed(facts, "events", IRAQ, title="Strikes in Iraq", actors=()), "events", OPERATION, locations=())
    load(empty, now, "facts")

    assert_all_is_read_back(empty, now)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=all_facts(), before=all_facts())
def test_any_facts_are_read_back_as_they_were_told(empty: Connection, facts: Facts, before: Facts) -> None:
    """Whether they are new or take the place of others."""
    savepoint = empty.begin_nested()
    try:
        for each in (before, facts):
            load(empty, each, "facts")
            assert_all_is_read_back(empty, each)
    finally:
        savepoint.rollback()


def test_some_facts_are_read_in_the_order_that_is_asked_for(empty: Connection, facts: Facts) -> None:
    load(empty, facts, "facts")
    ids = [actor.id for actor in facts.actors][3:0:-1]

    assert [fact.id for fact in read_actors(empty, ids)] == ids
    assert [fact.id for fact in read_locations(empty, ["syria", "nowhere", "iraq"])] == ["syria", "iraq"]
    assert read_events(empty, []) == []


def test_rows_of_a_thing_share_a_citation_and_the_thing_has_its_own(empty: Connection, facts: Facts) -> None:
    load(empty, facts, "facts")
    event = next(event for event in facts.events if event.id == IRAQ)
    inside = {
        citation
        for rows in (event.locations, event.actors, event.reported_counts, event.casualty_claims)
        for row in rows
        for citation in row.citations
    }

    owned = select(Citation.number).where(Citation.owner_kind == "event").order_by(Citation.number)
    of_events = len(empty.scalars(owned).all())
    load(empty, facts.model_copy(update={"events": tuple(e for e in facts.events if e.id != IRAQ)}), "facts")

    assert of_events - len(empty.scalars(owned).all()) == len(set(event.citations)) + len(inside)


@pytest.mark.parametrize(
    "name", ["hdx-ukr-191-201/ukraine_ged201.csv", "ged231-sample1000/ged231_sample.csv"], ids=["ukraine", "sample"]
)
def test_facts_of_real_records_are_read_back_as_they_were_told(empty: Connection, name: str) -> None:
    source = ucdp.source_of("20.1")
    with open_table(real_ucdp_file(name), ucdp.NEEDED) as table:
        told = [ucdp.facts_of(record, source.id) for record in table.records()]
    records = [each for each in told if isinstance(each, DatasetEvent)]
    facts = Facts.model_construct(
        sources=(source,),
        locations=tuple({place.id: place for each in records for place in each.locations}.values()),
        actors=tuple(
            {a.id: a for a in (ucdp.claimant_of(source.id), *(a for each in records for a in each.actors))}.values()
        ),
        events=tuple(each.event for each in records),
    )
    load(empty, facts, "ucdp-ged")

    assert len(facts.events) > 900
    assert_all_is_read_back(empty, facts)
