"""Facts as rows: plain values in the order of the columns, numbered, and made without a database."""

import pickle

import pytest

from app.models import CasualtyClaim, Event, Involvement
from seed.columns import COLUMNS, NUMBERED
from seed.neutral_facts import Facts
from seed.rows import RowMaker
from tests.seed.loading import IRAQ, an_event

DIGEST = b"0" * 32


@pytest.fixture
def maker(facts: Facts) -> RowMaker:
    """A maker that was told the article's facts."""
    maker = RowMaker("facts", {"event": {IRAQ: 7}}, dict.fromkeys(NUMBERED, 100))
    for source in facts.sources:
        maker.add_source(source, DIGEST)
    for location in facts.locations:
        maker.add_location(location, DIGEST)
    for actor in facts.actors:
        maker.add_actor(actor, DIGEST)
    for event in facts.events:
        maker.add_event(event, DIGEST)
    return maker


def test_rows_are_tuples_of_plain_values_that_can_be_sent_to_another_process(maker: RowMaker) -> None:
    kinds = {type(value) for rows in maker.rows.values() for row in rows for value in row}

    assert kinds <= {type(None), bool, int, float, str, bytes}
    assert {type(row) for rows in maker.rows.values() for row in rows} == {tuple}
    assert {(table, len(row)) for table, rows in maker.rows.items() for row in rows} == {
        (table, len(COLUMNS[table])) for table in maker.rows
    }
    assert pickle.loads(pickle.dumps(maker.rows)) == maker.rows  # noqa: S301  # what it has just made


def test_thing_that_is_known_keeps_its_number_and_others_follow_the_last(maker: RowMaker) -> None:
    numbers = {row[1]: row[0] for row in maker.rows[Event]}

    assert numbers[IRAQ] == 7
    assert sorted(set(numbers.values()) - {7}) == list(range(101, 100 + len(numbers)))
    assert {row[2] for row in maker.rows[Involvement]} <= set(numbers.values())


def test_thing_that_is_named_before_it_is_told_gets_its_number_then() -> None:
    maker = RowMaker("facts", {}, dict.fromkeys(NUMBERED, 0))
    maker.add_event(an_event("part", part_of="whole"), DIGEST)
    maker.add_event(an_event("whole"), DIGEST)
    part, whole = maker.rows[Event]

    assert part[COLUMNS[Event].index("part_of_number")] == whole[0]


def test_rows_when_they_are_forgotten_are_gone_and_the_numbers_go_on(maker: RowMaker) -> None:
    before = len(maker.rows[Event])
    maker.forget_rows(and_events=True)
    maker.know("event", {"known": 3})
    maker.add_event(an_event("new", part_of="known"), DIGEST)
    (row,) = maker.rows[Event]

    assert (row[0], row[COLUMNS[Event].index("part_of_number")]) == (100 + before, 3)
    assert maker.rows[CasualtyClaim] == []
