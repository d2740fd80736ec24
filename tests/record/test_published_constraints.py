"""What the database itself refuses on the published side."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from app.models import (
    ANY,
    EVERYTHING,
    FOREVER,
    NOBODY,
    Archive,
    Base,
    ClaimEntry,
    ClaimSource,
    CompressionDictionary,
    DayCount,
    EventActor,
    EventBody,
    EventDocument,
    EventFigures,
    EventInvolvement,
    EventOriginal,
    EventRegion,
    EventTerm,
    Membership,
    MonthFigures,
    OwnFigure,
    ReferenceDocument,
    Release,
    Term,
    TermCount,
)
from tests.record.factories import DOCUMENT, table_of

Change = dict[str, Any]


REFERENCE = {
    "number": 1,
    "resource": "actor",
    "id": "iran",
    "kind": "state",
    "valid_from": 1,
    "valid_until": FOREVER,
    "body": b"{}",
}
PUBLISHED: list[tuple[type[Base], Change]] = [
    (EventDocument, DOCUMENT),
    (ReferenceDocument, REFERENCE),
    (Membership, {"whole": "iran", "member": "irgc", "valid_from": 1, "valid_until": FOREVER}),
]
DICTIONARY = {"number": 1, "sort": "event:facts", "content": b"dictionary"}
TEXTS: list[tuple[type[Base], Change]] = [
    (EventBody, {"document": 1, "dictionary": None, "body": b"{}"}),
    (EventOriginal, {"document": 1, "dictionary": None, "record": b"{}"}),
]
FIGURES: Change = {
    **{"document": 1, "valid_from": 1, "valid_until": FOREVER, "family": 0, "by_newest": -1, "is_aggregate": 0},
    **{"figures": 1, "left_out": 0, "from_low": 0, "disputed": 0},
}
MONTH: Change = {
    **{"number": 1, "family": EVERYTHING, "figures": 1, "left_out": 0, "events": 1, "aggregates": 0, "from_low": 0},
    **{"highs": 0, "disputed": 0},
}
KEYS: list[tuple[type[Base], Change, Change]] = [
    (CompressionDictionary, DICTIONARY, {"number": 2}),
    (Term, {"number": 1, "kind": "country", "value": "IQ", "longest_days": 0}, {"number": 2, "value": "SY"}),
    (
        EventTerm,
        {
            "term": 1,
            "by_newest": -1,
            "id": "event",
            "valid_from": 1,
            "valid_until": FOREVER,
            "document": 1,
            "last_day": 1,
            "by_most_killed": 0,
            "family": 0,
        },
        {"valid_from": 2},
    ),
    (
        EventInvolvement,
        {"role": "party", "attribution": "stated", "actor": 1, "document": 1},
        {"attribution": "denied"},
    ),
    (TermCount, {"term": 1, "family": 0, "holding": 3}, {"family": 1}),
    (DayCount, {"term": 1, "family": 0, "day": 1, "begun": 1, "over": 0}, {"day": 2}),
    (
        ClaimEntry,
        {
            "document": 1,
            "position": 0,
            "id": "event.killed",
            "outcome": "killed",
            "by_most_killed": 0,
            "cites_all": True,
        },
        {"position": 1},
    ),
    (ClaimSource, {"document": 1, "position": 0, "source": 1}, {"source": 2}),
    (EventFigures, FIGURES, {"valid_from": 2}),
    (EventActor, {"document": 1, "actor": 1}, {"actor": 2}),
    (EventRegion, {"document": 1, "country": 1, "admin1": 0}, {"admin1": 2}),
    (
        OwnFigure,
        {"document": 1, "claimant": ANY, "source": 2, "outcome": 0, "figures": 1, "from_low": 0, "disputed": 0},
        {"claimant": NOBODY},
    ),
    (MonthFigures, MONTH, {"number": 2}),
]


@pytest.fixture
def released(connection: Connection) -> Connection:
    """Two releases, for documents to hold from."""
    for number in (1, 2):
        row: Change = {"number": number, "published_at": datetime.now(UTC), "changes": {}, "coverage": {}}
        connection.execute(insert(Release), row)
    return connection


def _publish(connection: Connection, model: type[Base], row: Change) -> bool:
    savepoint = connection.begin_nested()
    try:
        connection.execute(insert(table_of(model)), row)
    except IntegrityError:
        savepoint.rollback()
        return False
    return True


@pytest.mark.parametrize(("model", "row"), PUBLISHED, ids=lambda value: getattr(value, "__tablename__", ""))
def test_document_when_another_of_its_id_holds_is_refused(released: Connection, model: type[Base], row: Change) -> None:
    following = row | {"valid_from": 2} | ({"number": 2} if "number" in row else {})

    assert _publish(released, model, row)
    assert not _publish(released, model, following)
    released.execute(table_of(model).update().values(valid_until=2))
    assert _publish(released, model, following)


@pytest.mark.parametrize(("model", "row"), PUBLISHED, ids=lambda value: getattr(value, "__tablename__", ""))
def test_document_when_it_holds_for_no_release_is_refused(released: Connection, model: type[Base], row: Change) -> None:
    assert not _publish(released, model, row | {"valid_until": 1})
    assert not _publish(released, model, row | {"valid_from": 2, "valid_until": 1})


@pytest.mark.parametrize(("model", "row"), PUBLISHED, ids=lambda value: getattr(value, "__tablename__", ""))
def test_document_when_its_release_is_not_there_is_refused(
    released: Connection, model: type[Base], row: Change
) -> None:
    assert not _publish(released, model, row | {"valid_from": 404})


def test_document_when_its_family_is_no_term_is_refused(released: Connection) -> None:
    assert not _publish(released, EventDocument, DOCUMENT | {"family": 404})
    assert _publish(released, EventDocument, DOCUMENT | {"family": EVERYTHING})


@pytest.mark.parametrize(("model", "row"), TEXTS, ids=lambda value: getattr(value, "__tablename__", ""))
def test_text_when_it_is_of_no_document_or_cannot_be_unpacked_is_refused(
    released: Connection, model: type[Base], row: Change
) -> None:
    assert not _publish(released, model, row)
    assert _publish(released, EventDocument, DOCUMENT)
    assert not _publish(released, model, row | {"dictionary": 1})
    assert _publish(released, CompressionDictionary, DICTIONARY)
    assert _publish(released, model, row | {"dictionary": 1})
    assert not _publish(released, model, row), "a document has one text"


def test_reference_document_when_it_cannot_be_unpacked_is_refused(released: Connection) -> None:
    assert not _publish(released, ReferenceDocument, REFERENCE | {"dictionary": 404})


@pytest.mark.parametrize(("model", "row", "other"), KEYS, ids=lambda value: getattr(value, "__tablename__", ""))
def test_row_when_it_says_again_what_another_says_is_refused(
    released: Connection, model: type[Base], row: Change, other: Change
) -> None:
    assert _publish(released, model, row)
    assert not _publish(released, model, row)
    assert _publish(released, model, row | other)


def test_term_when_another_is_of_its_kind_and_value_is_refused(connection: Connection) -> None:
    row = {"number": 1, "kind": "country", "value": "IQ", "longest_days": 0}

    assert _publish(connection, Term, row)
    assert not _publish(connection, Term, row | {"number": 2})
    assert not _publish(connection, Term, row | {"number": EVERYTHING, "value": "SY"}), "which every document has"
    assert _publish(connection, Term, row | {"number": 2, "kind": "location"})


@pytest.mark.parametrize(
    ("model", "row", "missing"),
    [
        *(
            (EventDocument, DOCUMENT, name)
            for name in ("by_newest", "by_most_killed", "family", "terms", "valid_until")
        ),
        *((model, row, name) for model, row in TEXTS for name in ("body", "record") if name in row),
        (ReferenceDocument, REFERENCE, "body"),
        (ClaimEntry, KEYS[6][1], "cites_all"),
        (ClaimEntry, KEYS[6][1], "by_most_killed"),
        (EventTerm, KEYS[2][1], "family"),
        (EventTerm, KEYS[2][1], "valid_until"),
        *((EventFigures, FIGURES, name) for name in ("valid_until", "family", "by_newest", "figures", "left_out")),
    ],
    ids=lambda value: getattr(value, "__tablename__", value if isinstance(value, str) else ""),
)
def test_row_when_a_key_is_missing_is_refused(
    released: Connection, model: type[Base], row: Change, missing: str
) -> None:
    assert not _publish(released, model, row | {missing: None})


def test_figures_when_they_hold_for_no_release_are_refused(released: Connection) -> None:
    assert not _publish(released, EventFigures, FIGURES | {"valid_until": 1})
    assert _publish(released, EventFigures, FIGURES | {"valid_until": 2})
    assert _publish(released, EventFigures, FIGURES | {"valid_from": 2})


def test_reference_document_when_its_resource_is_no_reference_is_refused(released: Connection) -> None:
    assert not _publish(released, ReferenceDocument, {**REFERENCE, "resource": "event"})
    assert _publish(released, ReferenceDocument, REFERENCE)


def test_release_when_its_number_is_below_one_is_refused(connection: Connection) -> None:
    row: Change = {"number": 0, "published_at": datetime.now(UTC), "changes": {}, "coverage": {}}

    assert not _publish(connection, Release, row)
    assert _publish(connection, Release, row | {"number": 1})


def test_archive_when_it_has_its_name_takes_no_second_one(connection: Connection) -> None:
    assert not _publish(connection, Archive, {"id": 2, "identity": "another"})
    assert not _publish(connection, Archive, {"id": 1, "identity": "another"})
