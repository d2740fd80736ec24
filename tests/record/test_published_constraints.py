"""What the database itself refuses on the published side."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from app.models import (
    FOREVER,
    Archive,
    Base,
    EventDocument,
    Membership,
    ReferenceDocument,
    Release,
)
from tests.record.factories import DOCUMENT, table_of

Change = dict[str, Any]


REFERENCE = {"number": 1, "resource": "actor", "id": "iran", "kind": "state", "valid_from": 1, "valid_until": FOREVER}


PUBLISHED: list[tuple[type[Base], Change]] = [
    (EventDocument, DOCUMENT),
    (ReferenceDocument, {**REFERENCE, "body": b"{}"}),
    (Membership, {"whole": "iran", "member": "irgc", "valid_from": 1, "valid_until": FOREVER}),
]


def _publish(connection: Connection, model: type[Base], row: Change) -> bool:
    savepoint = connection.begin_nested()
    try:
        connection.execute(insert(table_of(model)), row)
    except IntegrityError:
        savepoint.rollback()
        return False
    return True


@pytest.mark.parametrize(("model", "row"), PUBLISHED, ids=lambda value: getattr(value, "__tablename__", ""))
def test_document_when_another_of_its_id_holds_is_refused(
    connection: Connection, model: type[Base], row: Change
) -> None:
    following = row | {"valid_from": 2} | ({"number": 2} if "number" in row else {})

    assert _publish(connection, model, row)
    assert not _publish(connection, model, following)
    connection.execute(table_of(model).update().values(valid_until=2))
    assert _publish(connection, model, following)


@pytest.mark.parametrize(("model", "row"), PUBLISHED, ids=lambda value: getattr(value, "__tablename__", ""))
def test_document_when_it_holds_for_no_release_is_refused(
    connection: Connection, model: type[Base], row: Change
) -> None:
    assert not _publish(connection, model, row | {"valid_until": 1})


def test_reference_document_when_its_resource_is_no_reference_is_refused(connection: Connection) -> None:
    assert not _publish(connection, ReferenceDocument, {**REFERENCE, "body": b"{}", "resource": "event"})


def test_release_when_its_number_is_below_one_is_refused(connection: Connection) -> None:
    row: Change = {"number": 0, "published_at": datetime.now(UTC), "changes": {}, "coverage": {}}

    assert not _publish(connection, Release, row)
    assert _publish(connection, Release, row | {"number": 1})


def test_archive_when_it_has_its_name_takes_no_second_one(connection: Connection) -> None:
    assert not _publish(connection, Archive, {"id": 2, "identity": "another"})
    assert not _publish(connection, Archive, {"id": 1, "identity": "another"})
