"""What the loader refuses beside what the database holds; how nothing is then written is tested with the commands."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from seed.loader import LoadRefused
from seed.neutral_facts import EventFact, Facts
from tests.seed.loading import (
    ARTICLE,
    CITATIONS,
    IRAQ,
    OPERATION,
    TOWER_22,
    a_claim,
    added,
    an_event,
    dump,
    fact,
    load_and_publish,
    without,
)


def refusal_of(connection: Connection, facts: Facts, origin: str = "facts") -> str:
    """What a load is refused with."""
    with pytest.raises(LoadRefused) as refusal:
        load_and_publish(connection, facts, origin)
    return str(refusal.value)


@pytest.mark.parametrize("kind", ["sources", "locations", "actors", "events"])
def test_load_when_an_id_belongs_to_another_origin_is_refused(loaded: Connection, facts: Facts, kind: str) -> None:
    taken = getattr(facts, kind)[0]

    said = refusal_of(loaded, Facts().model_copy(update={kind: (taken,)}), origin="ucdp")

    assert said == f"{kind[:-1]} {taken.id!r} exists already, loaded from 'facts': give it another id"


def test_load_when_a_claims_id_belongs_to_another_origin_is_refused(loaded: Connection, facts: Facts) -> None:
    event = an_event("ucdp-1", casualty_claims=[a_claim(f"{IRAQ}.killed")])

    said = refusal_of(loaded, Facts(events=(event,)), origin="ucdp")

    assert said == f"casualty claim '{IRAQ}.killed' exists already, on the event '{IRAQ}': give it another id"


OTHERS_THAT_NAME: dict[str, Callable[[], EventFact]] = {
    "actor": lambda: an_event(
        "ucdp-1",
        actors=[{"actor": "iran", "role": "party", "attribution": "stated", "citations": CITATIONS}],
    ),
    "location": lambda: an_event(
        "ucdp-1", locations=[{"location": "anbar", "precision": "admin1", "citations": CITATIONS}]
    ),
    "event": lambda: an_event("ucdp-1", part_of=OPERATION),
    "source": lambda: an_event("ucdp-1"),
}


@pytest.mark.parametrize(
    ("kind", "named", "by"),
    [
        ("actor", "iran", "involvement"),
        ("location", "anbar", "event_location"),
        ("event", OPERATION, "event"),
        ("source", ARTICLE, "citation"),
    ],
)
def test_load_when_what_goes_is_named_by_another_origin_is_refused(
    loaded: Connection, kind: str, named: str, by: str
) -> None:
    load_and_publish(loaded, Facts(events=(OTHERS_THAT_NAME[kind](),)), origin="ucdp")

    said = refusal_of(loaded, Facts())

    assert said == f"{kind} {named!r} is gone from these facts, but a row of {by} names it"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"events": [an_event("a", part_of="b"), an_event("b", part_of="a")]}, "by part_of"),
        ({"events": [an_event("a", in_response_to="b"), an_event("b", in_response_to="a")]}, "by in_response_to"),
    ],
)
def test_load_when_events_go_in_a_circle_is_refused(
    loaded: Connection, facts: Facts, rows: dict[str, list[EventFact]], said: str
) -> None:
    """Publishing would climb for ever. The YAML importer says it better; another importer may not say it at all."""
    refusal = refusal_of(loaded, added(facts, **rows))

    assert "stands within itself" in refusal
    assert refusal.endswith(said)


def test_load_when_the_database_refuses_a_row_writes_nothing(loaded: Connection, facts: Facts) -> None:
    """The validation before it is not what keeps the record right."""
    broken = fact(facts, "events", IRAQ).model_copy(update={"title": ""})
    before = dump(loaded)

    with pytest.raises(Exception, match="title_is_given"):
        load_and_publish(loaded, added(without(facts, "events", IRAQ, TOWER_22), events=[broken]))

    assert dump(loaded) == before
