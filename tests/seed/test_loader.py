"""The loader on both databases: the record says exactly what the facts say, or nothing was written."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, or_, select

from app.models import (
    Actor,
    CasualtyClaim,
    Citation,
    ClaimCoverage,
    Event,
    EventLocation,
    Involvement,
    Location,
    Relationship,
    ReportedCount,
    Source,
)
from seed.neutral_facts import DatasetCodesFact, Facts
from tests.postgres_cluster import Database
from tests.record.factories import CITED, table_of
from tests.seed.article_text import article_text
from tests.seed.loading import (
    ARTICLE,
    CITATIONS,
    IRAQ,
    OPERATION,
    a_claim,
    added,
    an_actor,
    an_event,
    changed,
    documents,
    dump,
    fact,
    load_and_publish,
    migrated,
    number_of,
    orphan_citations,
    without,
)


def rows_of(connection: Connection, column: Any, *conditions: Any) -> list[Any]:
    return sorted(connection.scalars(select(column).where(*conditions)), key=str)


def claims_of(connection: Connection, event_id: str) -> list[Any]:
    return rows_of(connection, CasualtyClaim.id, CasualtyClaim.event_number == number_of("event", event_id))


def test_load_when_the_database_is_empty_creates_a_row_for_each_fact(empty: Connection, facts: Facts) -> None:
    done, _ = load_and_publish(empty, facts)

    assert {kind: len(compared.created) for kind, compared in done.items()} == {
        "source": len(facts.sources),
        "location": len(facts.locations),
        "actor": len(facts.actors),
        "event": len(facts.events),
    }
    expected = {
        Source: len(facts.sources),
        Location: len(facts.locations),
        Actor: len(facts.actors),
        Event: len(facts.events),
        Relationship: sum(len(actor.relationships) for actor in facts.actors),
        EventLocation: sum(len(event.locations) for event in facts.events),
        Involvement: sum(len(event.actors) for event in facts.events),
        ReportedCount: sum(len(event.reported_counts) for event in facts.events),
        CasualtyClaim: sum(len(event.casualty_claims) for event in facts.events),
    }
    there = dump(empty)
    assert {model: len(there[model.__tablename__]) for model in expected} == expected


def test_load_when_done_leaves_every_fact_with_a_citation_that_stands_in_the_article_or_names_a_gazetteer(
    loaded: Connection,
) -> None:
    gazetteers = set(loaded.scalars(select(Source.id).where(Source.kind == "gazetteer")))
    cited = {
        (model.__tablename__, str(row_id)): (source, quote)
        for model in CITED
        for row_id, source, quote in loaded.execute(
            select(table_of(model).c.number, Source.id, Citation.quote)
            .join(Citation, Citation.number == table_of(model).c.citation_number)
            .join(Source, Source.number == Citation.source_number)
        )
    }
    rows = sum(len(loaded.execute(select(table_of(model))).all()) for model in CITED)
    quotes = set(loaded.scalars(select(Citation.quote).where(Citation.source_number == number_of("source", ARTICLE))))

    assert len(cited) == rows
    assert {source for source, _ in cited.values()} <= {*gazetteers, ARTICLE}
    assert [row for row, (source, quote) in cited.items() if source == ARTICLE and not quote] == []
    article = " ".join(article_text().decode().split())
    assert [quote for quote in quotes if " ".join(str(quote).split()) not in article] == []


def test_load_when_nothing_changed_writes_nothing(loaded: Connection, facts: Facts) -> None:
    before = dump(loaded)

    done, published = load_and_publish(loaded, facts)

    assert published is None
    assert all(not (each.created or each.updated or each.withdrawn) for each in done.values())
    assert done["event"].unchanged == len(facts.events)
    assert dump(loaded) == before


def test_load_when_facts_come_in_another_order_changes_nothing(loaded: Connection, facts: Facts) -> None:
    before = dump(loaded)
    turned = facts.model_copy(update={kind: getattr(facts, kind)[::-1] for kind in ("sources", "actors", "events")})

    _, published = load_and_publish(loaded, turned)

    assert published is None
    assert dump(loaded) == before


def test_load_when_an_event_changes_replaces_its_rows_and_no_others(loaded: Connection, facts: Facts) -> None:
    before = dump(loaded)
    number_before = loaded.scalar(select(Event.number).where(Event.id == IRAQ))

    done, _ = load_and_publish(loaded, changed(facts, "events", IRAQ, actors=(), title="Strikes in Iraq"))

    after = dump(loaded)
    assert done["event"].updated == [IRAQ]
    assert [done["event"].created, done["event"].withdrawn, done["actor"].updated] == [[], [], []]
    assert rows_of(loaded, Involvement.actor_number, Involvement.event_number == number_of("event", IRAQ)) == []
    assert claims_of(loaded, IRAQ) == [f"{IRAQ}.killed"]
    for table in ("source", "location", "actor", "relationship"):
        assert after[table] == before[table]
    others = [[row for row in rows["event"] if IRAQ not in row] for rows in (before, after)]
    assert others[0] == others[1]
    assert len(others[0]) == len(facts.events) - 1
    assert number_before == loaded.scalar(select(Event.number).where(Event.id == IRAQ))


def test_load_when_an_event_is_gone_takes_its_rows_and_citations_along(loaded: Connection, facts: Facts) -> None:
    number = loaded.scalar(select(Event.number).where(Event.id == IRAQ))
    owned = (Citation.owner_kind == "event", Citation.owner_number == number)
    assert rows_of(loaded, Citation.number, *owned) != []

    done, _ = load_and_publish(loaded, without(facts, "events", IRAQ))

    assert done["event"].withdrawn == [IRAQ]
    assert rows_of(loaded, Event.id, Event.id == IRAQ) == []
    assert rows_of(loaded, CasualtyClaim.id, CasualtyClaim.event_number == number) == []
    assert rows_of(loaded, Citation.number, *owned) == []
    assert orphan_citations(loaded) == []


def test_load_when_an_event_gets_another_id_keeps_the_ids_of_its_claims(loaded: Connection, facts: Facts) -> None:
    done, _ = load_and_publish(loaded, changed(facts, "events", IRAQ, id="us-strikes-in-iraq"))

    assert (done["event"].created, done["event"].withdrawn) == (["us-strikes-in-iraq"], [IRAQ])
    assert claims_of(loaded, "us-strikes-in-iraq") == [f"{IRAQ}.killed"]


def test_load_when_a_claim_moves_to_another_event_follows_it(loaded: Connection, facts: Facts) -> None:
    claims = fact(facts, "events", IRAQ).casualty_claims
    moved = changed(changed(facts, "events", IRAQ, casualty_claims=()), "events", OPERATION, casualty_claims=claims)

    load_and_publish(loaded, moved)

    assert f"{IRAQ}.killed" in claims_of(loaded, OPERATION)
    assert claims_of(loaded, IRAQ) == []


def test_load_when_ids_are_exchanged_follows_them(loaded: Connection, facts: Facts) -> None:
    first, second = fact(facts, "events", "us-sanctions-irgc"), fact(facts, "events", "us-charges-oil-sales")
    exchanged = changed(facts, "events", first.id, **second.model_dump(exclude={"id"}))
    exchanged = changed(exchanged, "events", second.id, **first.model_dump(exclude={"id"}))

    done, _ = load_and_publish(loaded, exchanged)

    assert done["event"].updated == [first.id, second.id] or done["event"].updated == [second.id, first.id]
    assert rows_of(loaded, Event.title, Event.id == first.id) == [second.title]


def test_load_when_actors_that_relate_to_each_other_go_together_lets_them_go(loaded: Connection, facts: Facts) -> None:
    """Enough of them that not all are deleted by one statement."""
    names = [f"group-{number:04}" for number in range(1200)]
    ring = [
        an_actor(
            name,
            relationships=[
                {"kind": "linked_to", "actor": names[at - 1], "wording": "linked to", "citations": CITATIONS}
            ],
        )
        for at, name in enumerate(names)
    ]
    load_and_publish(loaded, added(facts, actors=ring))

    done, _ = load_and_publish(loaded, facts)

    assert len(done["actor"].withdrawn) == 1200
    assert len(rows_of(loaded, Relationship.number)) == sum(len(actor.relationships) for actor in facts.actors)


def test_load_when_an_actor_goes_with_its_events_lets_both_go(loaded: Connection, facts: Facts) -> None:
    event = an_event(
        "ambush",
        actors=[{"actor": "new-group", "role": "initiator", "attribution": "stated", "citations": CITATIONS}],
        casualty_claims=[
            a_claim("ambush.killed", reporting="attributed", claimant="new-group", claimant_is_party=True)
        ],
    )
    load_and_publish(loaded, added(facts, actors=[an_actor("new-group")], events=[event]))

    done, _ = load_and_publish(loaded, facts)

    assert (done["actor"].withdrawn, done["event"].withdrawn) == (["new-group"], ["ambush"])


def test_load_when_a_whole_goes_with_its_parts_lets_them_go(loaded: Connection, facts: Facts) -> None:
    """Enough of them that not all are deleted by one statement; the claim on the whole covers every part."""
    parts = [f"strike-{number:04}" for number in range(700)]
    campaign = an_event("campaign", casualty_claims=[a_claim("campaign.killed", covers=parts)])
    events = [campaign, *(an_event(part, part_of="campaign") for part in parts)]
    load_and_publish(loaded, added(facts, events=events))
    assert len(rows_of(loaded, ClaimCoverage.event_number)) == 700

    done, _ = load_and_publish(loaded, facts)

    assert len(done["event"].withdrawn) == 701
    assert rows_of(loaded, ClaimCoverage.event_number) == []


def test_load_when_a_claims_group_stands_after_it_is_taken(loaded: Connection, facts: Facts) -> None:
    children = {"scope": "group", "description": "children", "age_group": "child", "part_of_group": "civilians"}
    event = an_event("raid", casualty_claims=[a_claim("children", victims=children), a_claim("civilians")])

    load_and_publish(loaded, added(facts, events=[event]))

    part, whole = table_of(CasualtyClaim), table_of(CasualtyClaim).alias()
    together = (part.c.event_number == whole.c.event_number) & (part.c.outcome == whole.c.outcome)
    groups = select(part.c.id, whole.c.id).join(whole, together & (part.c.part_of_group_position == whole.c.position))
    assert loaded.execute(groups).all() == [("children", "civilians")]


def test_load_of_another_origin_leaves_these_facts_alone(loaded: Connection, facts: Facts) -> None:
    done, _ = load_and_publish(loaded, Facts(events=(an_event("ucdp-1"),)), origin="ucdp")
    again, _ = load_and_publish(loaded, facts)

    assert (done["event"].created, done["event"].withdrawn) == (["ucdp-1"], [])
    assert again["event"].withdrawn == []
    assert len(rows_of(loaded, Event.id)) == len(facts.events) + 1


def test_load_when_a_chain_is_long_and_has_a_top_is_taken(loaded: Connection, facts: Facts) -> None:
    chain = [an_event(f"e{n}", part_of=f"e{n + 1}") for n in range(50)]

    done, _ = load_and_publish(loaded, added(facts, events=[*chain, an_event("e50")]))

    assert len(done["event"].created) == 51


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A second database, for what the same facts alone would give."""
    url = f"sqlite:///{tmp_path_factory.mktemp('another') / 'another.sqlite3'}"
    engine = migrated(Database("sqlite", url, url))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("seed", range(3))
def test_load_whatever_was_loaded_before_ends_with_the_documents_of_a_first_load(
    empty: Connection, another: Engine, facts: Facts, seed: int
) -> None:
    """After any walk the newest release is what those facts alone would give, but for when each began."""
    choose = random.Random(seed)  # noqa: S311
    for _ in range(6):
        load_and_publish(empty, _some_of(facts, choose))
    last = _some_of(facts, choose)
    load_and_publish(empty, last)

    with another.connect() as first:
        load_and_publish(first, last)
        alone = {thing: document.but_for_the_release for thing, document in documents(first).items()}
        first.rollback()

    assert {thing: document.but_for_the_release for thing, document in documents(empty).items()} == alone
    assert orphan_citations(empty) == []


def _some_of(facts: Facts, choose: random.Random) -> Facts:
    """Some of the events, in any order, some of them changed; an event whose whole is left out stands alone."""
    kept = choose.sample(facts.events, k=choose.randint(3, len(facts.events)))
    ids = {event.id for event in kept}
    events = [
        event.model_copy(
            update={
                "title": f"{event.title}{' (changed)' if choose.random() < 0.3 else ''}",
                "part_of": event.part_of if event.part_of in ids else None,
                "in_response_to": event.in_response_to if event.in_response_to in ids else None,
                "actors": tuple(choose.sample(event.actors, k=choose.randint(0, len(event.actors)))),
            }
        )
        for event in kept
    ]
    actors = tuple(
        actor.model_copy(update={"relationships": actor.relationships[: choose.randint(0, len(actor.relationships))]})
        for actor in facts.actors
    )
    return facts.model_copy(update={"events": tuple(events), "actors": actors})


def test_rows_of_the_record_hold_null_where_nothing_is_known(loaded: Connection) -> None:
    codes = [column for column in table_of(Event).c if column.name.startswith("dataset_")]
    written = loaded.execute(select(Event.id).where(or_(*(code.is_not(None) for code in codes)))).all()

    assert len(codes) == len(DatasetCodesFact.model_fields)
    assert written == []
