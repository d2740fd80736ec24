"""What the database itself refuses, whoever writes: the rules of the domain that a constraint can hold."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.models import (
    Actor,
    Base,
    CasualtyClaim,
    Citation,
    ClaimCoverage,
    Event,
    EventLocation,
    FurtherCitation,
    Involvement,
    Location,
    Relationship,
    ReportedCount,
    Source,
)
from app.vocabulary import SUB_EVENT_TYPES, EventType, SubEventType
from tests.record.factories import CITED, PUBLISHED, THINGS, accepts, add, add_foundation, table_of

DAY = date(2024, 2, 2)
Change = dict[str, Any]


@pytest.mark.parametrize("model", [*CITED, Source, Citation])
def test_row_when_nothing_is_changed_is_accepted(connection: Connection, model: type[Base]) -> None:
    assert accepts(connection, model)


@pytest.mark.parametrize("model", CITED)
def test_fact_when_it_has_no_citation_is_refused(connection: Connection, model: type[Base]) -> None:
    assert not accepts(connection, model, citation_number=None)


@pytest.mark.parametrize("model", CITED)
def test_fact_when_its_citation_does_not_exist_is_refused(connection: Connection, model: type[Base]) -> None:
    assert not accepts(connection, model, citation_number=404)


@pytest.mark.parametrize("model", CITED)
def test_citation_when_a_fact_rests_on_it_cannot_be_deleted(connection: Connection, model: type[Base]) -> None:
    thing = {"number": 2000} if model in THINGS else {}
    add(connection, Citation, number=2, owner_number=thing.get("number", 1))
    add(connection, model, citation_number=2, **thing)

    with pytest.raises(IntegrityError):
        connection.execute(delete(Citation).where(Citation.number == 2))


@pytest.mark.parametrize("model", CITED)
def test_fact_when_its_citation_is_another_things_is_refused(connection: Connection, model: type[Base]) -> None:
    other = add(connection, Event)

    assert not accepts(connection, model, citation_number=other["citation_number"])


def test_every_table_of_facts_is_held_to_its_citation() -> None:
    """A new table of facts has to join the tests above."""
    without = {
        Source.__tablename__: "is what is cited",
        Citation.__tablename__: "is the citation",
        FurtherCitation.__tablename__: "is one more citation",
        ClaimCoverage.__tablename__: "is part of a claim, whose citation it shares",
    }
    facts = set(Base.metadata.tables) - set(without) - PUBLISHED

    assert facts == {model.__tablename__ for model in CITED}


POINTERS = [
    (Citation, "source_number"),
    (Relationship, "actor_number"),
    (Relationship, "other_number"),
    (EventLocation, "event_number"),
    (EventLocation, "location_number"),
    (Involvement, "event_number"),
    (Involvement, "actor_number"),
    (ReportedCount, "event_number"),
    (CasualtyClaim, "event_number"),
    (CasualtyClaim, "victims_actor_number"),
]


@pytest.mark.parametrize(("model", "column"), POINTERS, ids=lambda value: getattr(value, "__tablename__", value))
def test_row_when_it_points_at_nothing_is_refused(connection: Connection, model: type[Base], column: str) -> None:
    assert not accepts(connection, model, **{column: 404})


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Involvement, {"attribution": "attributed", "attributed_by_number": 404}),
        (ReportedCount, {"reporting": "attributed", "claimant_number": 404}),
        (CasualtyClaim, {"reporting": "attributed", "claimant_number": 404, "claimant_is_party": True}),
    ],
)
def test_row_when_it_is_said_by_an_actor_that_does_not_exist_is_refused(
    connection: Connection, model: type[Base], changes: Change
) -> None:
    assert not accepts(connection, model, **changes)


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Source, {"republication_of_number": 404}),
        (Location, {"within_number": 404}),
        (Event, {"part_of_number": 404}),
        (Event, {"in_response_to_number": 404}),
        (CasualtyClaim, {"part_of_group_position": 404}),
    ],
)
def test_row_when_what_may_come_later_never_came_is_refused_at_commit(
    engine: Engine, model: type[Base], changes: Change
) -> None:
    written = []

    def write() -> None:
        with engine.begin() as connection:
            add_foundation(connection)
            written.append(add(connection, model, **changes))

    with pytest.raises(IntegrityError):
        write()

    assert written, "it was refused before the commit"
    with engine.connect() as connection:
        assert connection.scalars(select(Source.id)).all() == []


def test_row_when_it_comes_before_what_it_lies_in_is_accepted_at_commit(engine: Engine) -> None:
    with engine.begin() as connection:
        add_foundation(connection)
        add(connection, Event, number=2, part_of_number=3)
        add(connection, Event, number=3)

    with engine.begin() as connection:
        connection.execute(delete(Event))
        connection.execute(delete(Location))
        connection.execute(delete(Actor))
        connection.execute(delete(Citation))
        connection.execute(delete(Source))


CLOSED_LISTS = [
    (Source, "kind"),
    (Citation, "owner_kind"),
    (Location, "kind"),
    (Actor, "kind"),
    (Relationship, "kind"),
    (Event, "event_type"),
    (Event, "type_of_violence"),
    (Event, "date_precision"),
    (EventLocation, "precision"),
    (Involvement, "role"),
    (Involvement, "attribution"),
    (ReportedCount, "measure"),
    (ReportedCount, "qualifier"),
    (ReportedCount, "reporting"),
    (CasualtyClaim, "outcome"),
    (CasualtyClaim, "victims_scope"),
    (CasualtyClaim, "victims_status"),
    (CasualtyClaim, "victims_sex"),
    (CasualtyClaim, "victims_age_group"),
    (CasualtyClaim, "standing"),
    (CasualtyClaim, "cause"),
]


@pytest.mark.parametrize(("model", "column"), CLOSED_LISTS, ids=lambda value: getattr(value, "__tablename__", value))
def test_word_when_it_is_not_in_the_vocabulary_is_refused(
    connection: Connection, model: type[Base], column: str
) -> None:
    row = add(connection, model)
    table = table_of(model)

    with pytest.raises(DBAPIError, match=r"(?i)check"):
        connection.execute(table.update().where(table.c.number == row["number"]).values({column: text("'terrorist'")}))


def test_sub_event_type_when_it_is_of_its_type_and_only_then_is_accepted(connection: Connection) -> None:
    accepted = {
        (event_type, sub_type)
        for event_type in (*EventType, None)
        for sub_type in SubEventType
        if accepts(connection, Event, event_type=event_type, sub_event_type=sub_type)
    }

    assert accepted == {(of, sub_type) for of, sub_types in SUB_EVENT_TYPES.items() for sub_type in sub_types}


REFUSED: list[tuple[type[Base], Change]] = [
    (Source, {"title": ""}),
    (Source, {"text_sha256": "a" * 63}),
    (Source, {"text_sha256": "A" * 64}),
    (Source, {"number": 7, "republication_of_number": 7}),
    (Citation, {"locator": ""}),
    (Citation, {"quote": ""}),
    (Citation, {"quote": "x" * 301}),
    (Citation, {"owner_kind": None}),
    (Citation, {"owner_number": None}),
    (Citation, {"owner_number": 0}),
    (Location, {"name": ""}),
    (Location, {"latitude": 90.1}),
    (Location, {"latitude": -90.1}),
    (Location, {"longitude": 180.1}),
    (Location, {"longitude": -180.1}),
    (Location, {"latitude": float("inf")}),
    (Location, {"latitude": float("nan")}),
    (Location, {"latitude": None}),
    (Location, {"longitude": None}),
    (Location, {"country": None}),
    (Location, {"country": "iq"}),
    (Location, {"country": "IRQ"}),
    (Location, {"country": "1Q"}),
    (Location, {"country": ""}),
    (Location, {"admin1": ""}),
    (Location, {"number": 7, "within_number": 7}),
    (Actor, {"name": ""}),
    (Actor, {"country": "IRQ"}),
    (Actor, {"description": ""}),
    (Relationship, {"other_number": 1}),
    (Relationship, {"wording": ""}),
    (Relationship, {"since": "2021", "until": "2020"}),
    (Relationship, {"since": "2020-04", "until": "2020-03-31"}),
    (Relationship, {"since": "20"}),
    (Relationship, {"since": "2020-1"}),
    (Relationship, {"since": "2020/01"}),
    (Relationship, {"until": "2020-01-1x"}),
    (Relationship, {"until": "----"}),
    (Event, {"title": ""}),
    (Event, {"summary": ""}),
    (Event, {"date_wording": ""}),
    (Event, {"date_start": DAY, "date_end": date(2024, 2, 1), "date_precision": "days"}),
    (Event, {"date_end": None}),
    (Event, {"date_start": None, "date_precision": "month"}),
    (Event, {"date_precision": "unknown"}),
    (Event, {"date_end": date(2024, 2, 3)}),
    (Event, {"conflict_id": "ucdp-259"}),
    (Event, {"conflict_name": "Iraq: Government"}),
    (Event, {"conflict_id": "ucdp-259", "conflict_name": ""}),
    (Event, {"number": 7, "part_of_number": 7}),
    (Event, {"number": 7, "in_response_to_number": 7}),
    (Involvement, {"attribution": "stated", "attributed_by_number": 2}),
    (Involvement, {"attribution": "claimed", "attributed_by_number": 2}),
    (Involvement, {"attribution": "acknowledged", "attributed_by_number": 2}),
    (Involvement, {"attribution": "denied", "attributed_by_number": 2}),
    (Involvement, {"wording": ""}),
    (ReportedCount, {"wording": ""}),
    (ReportedCount, {"reporting": "attributed"}),
    (ReportedCount, {"reporting": "own_voice", "claimant_number": 1}),
    (ReportedCount, {"reporting": "hedged", "claimant_number": 1}),
    (CasualtyClaim, {"victims_description": ""}),
    (CasualtyClaim, {"reporting": "attributed", "claimant_number": 1}),
    (CasualtyClaim, {"claimant_is_party": False}),
    (CasualtyClaim, {"victims_scope": "all", "part_of_group_position": 0}),
    (CasualtyClaim, {"position": 7, "part_of_group_position": 7}),
    (CasualtyClaim, {"position": -1}),
    (FurtherCitation, {}),
    (FurtherCitation, {"event_number": 1, "actor_number": 1}),
    (FurtherCitation, {"event_number": 1, "position": 0}),
    (FurtherCitation, {"event_number": 404}),
]
ACCEPTED: list[tuple[type[Base], Change]] = [
    (Source, {"text_sha256": "0f" * 32}),
    (Citation, {"quote": None}),
    (Citation, {"quote": "x" * 300}),
    (Location, {"latitude": None, "longitude": None}),
    (Location, {"latitude": -90.0, "longitude": 180.0}),
    (Location, {"country": None, "kind": "water_or_air"}),
    (Relationship, {"since": "2020-03", "until": "2020"}),
    (Relationship, {"since": "2020", "until": "2020-03-01"}),
    (Relationship, {"until": "2020-03-01"}),
    (Event, {"date_end": None, "date_precision": "unknown"}),
    (Event, {"date_start": None, "date_end": None, "date_precision": "unknown"}),
    (Event, {"date_end": date(2024, 2, 29), "date_precision": "month"}),
    (Event, {"conflict_id": "ucdp-259", "conflict_name": "Iraq: Government"}),
    (Involvement, {"attribution": "denied"}),
    (Involvement, {"attribution": "attributed", "attributed_by_number": 2}),
    (Involvement, {"attribution": "suspected", "attributed_by_number": 2}),
    (Involvement, {"attribution": "attributed"}),
    (CasualtyClaim, {"reporting": "attributed", "claimant_number": 1, "claimant_is_party": True}),
    (CasualtyClaim, {"reporting": "hedged"}),
    (FurtherCitation, {"event_number": 1}),
]


def _named(case: object) -> str:
    return getattr(case, "__tablename__", None) or ",".join(f"{key}={str(value)[:12]}" for key, value in case.items())  # type: ignore[attr-defined]


@pytest.mark.parametrize(("model", "changes"), REFUSED, ids=_named)
def test_row_when_it_breaks_a_rule_is_refused(connection: Connection, model: type[Base], changes: Change) -> None:
    assert not accepts(connection, model, **changes)


@pytest.mark.parametrize(("model", "changes"), ACCEPTED, ids=_named)
def test_row_when_it_is_unusual_and_right_is_accepted(
    connection: Connection, model: type[Base], changes: Change
) -> None:
    assert accepts(connection, model, **changes)


@pytest.mark.parametrize(
    ("model", "changes", "other"),
    [
        (EventLocation, {}, {"location_number": 2}),
        (Involvement, {}, {"attribution": "denied"}),
        (Involvement, {"attribution": "attributed", "attributed_by_number": 2}, {"attributed_by_number": 1}),
        (Relationship, {}, {"since": "2014"}),
        (Relationship, {"since": "2014", "until": "2017"}, {"since": "2016"}),
        (CasualtyClaim, {"position": 0}, {"position": 1}),
        (FurtherCitation, {"event_number": 1}, {"position": 2}),
    ],
)
def test_row_when_it_says_again_what_another_says_is_refused(
    connection: Connection, model: type[Base], changes: Change, other: Change
) -> None:
    add(connection, Location, number=2)
    add(connection, model, **changes)

    assert not accepts(connection, model, **changes)
    assert accepts(connection, model, **changes | other)


@pytest.mark.parametrize(
    ("changes", "accepted"),
    [({}, True), ({"event_number": 2}, False), ({"outcome": "injured"}, False)],
)
def test_part_of_a_group_when_the_group_is_of_another_event_or_outcome_is_refused_at_commit(
    engine: Engine, changes: Change, accepted: bool
) -> None:
    connection = engine.connect()
    add_foundation(connection)
    add(connection, Event, number=2)
    add(connection, Citation, number=2, owner_number=2)
    add(connection, CasualtyClaim, position=0)
    cited = {"citation_number": changes.get("event_number", 1)}
    add(connection, CasualtyClaim, position=1, part_of_group_position=0, **cited, **changes)

    faults = _deferred_faults(connection)
    connection.close()

    assert (faults == 0) == accepted


def _deferred_faults(connection: Connection) -> int:
    """How many rows a commit would refuse, without committing."""
    if connection.dialect.name == "sqlite":
        return len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())
    try:
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    except IntegrityError:
        return 1
    return 0


def test_event_when_deleted_takes_its_rows_and_their_further_citations_along(connection: Connection) -> None:
    for model in (EventLocation, Involvement, ReportedCount, CasualtyClaim):
        row = add(connection, model)
        add(connection, FurtherCitation, **{f"{model.__tablename__}_number": row["number"]})
    add(connection, FurtherCitation, event_number=1)

    connection.execute(delete(Event).where(Event.id == "event"))

    left = [
        model.__tablename__
        for model in (EventLocation, Involvement, ReportedCount, CasualtyClaim, FurtherCitation)
        if connection.execute(select(table_of(model))).first()
    ]
    assert left == []
