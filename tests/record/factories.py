"""Rows of the record that the database accepts; a test changes the one value that it is about."""

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import IntegrityError

from app.models import (
    FOREVER,
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

Row = dict[str, Any]
_numbers = count(1000)

_COUNT: Row = {
    "wording": "16",
    "value": 16,
    "qualifier": "exact",
    "low": 16,
    "high": 16,
    "claimant_number": None,
    "reporting": "own_voice",
}
_DEFAULTS: Mapping[type[Base], Row] = {
    Source: {"origin": "test", "kind": "article", "title": "An article", "authors": [], "digest": b"0"},
    Citation: {
        "owner_kind": "event",
        "owner_number": 1,
        "source_number": 1,
        "locator": "Paragraph 1",
        "quote": "16",
        "supports": [],
    },
    Location: {
        "origin": "test",
        "name": "Anbar",
        "names": [],
        "kind": "admin1",
        "country": "IQ",
        "latitude": 32.9,
        "longitude": 41.9,
        "digest": b"0",
        "citation_number": 1,
    },
    Actor: {"origin": "test", "name": "Iraq", "names": [], "kind": "state", "digest": b"0", "citation_number": 1},
    Relationship: {"actor_number": 1, "kind": "part_of", "other_number": 2, "wording": "of", "citation_number": 1},
    Event: {
        "origin": "test",
        "title": "Airstrikes in Iraq",
        "is_aggregate": False,
        "date_start": date(2024, 2, 2),
        "date_end": date(2024, 2, 2),
        "date_precision": "day",
        "external_ids": [],
        "review_status": [],
        "digest": b"0",
        "citation_number": 1,
    },
    EventLocation: {"event_number": 1, "location_number": 1, "precision": "admin1", "citation_number": 1},
    Involvement: {
        "event_number": 1,
        "actor_number": 1,
        "role": "initiator",
        "attribution": "stated",
        "citation_number": 1,
    },
    ReportedCount: {"event_number": 1, "measure": "airstrikes", "citation_number": 1, **_COUNT},
    CasualtyClaim: {
        "event_number": 1,
        "outcome": "killed",
        "victims_scope": "group",
        "victims_description": "fighters and medics",
        "victims_status": "mixed",
        "victims_sex": "unknown",
        "victims_age_group": "unknown",
        "standing": "in_force",
        "cause": "unknown",
        "citation_number": 1,
        **_COUNT,
    },
    ClaimCoverage: {"claim_number": 1, "event_number": 1, "position": 0},
    FurtherCitation: {"citation_number": 1, "position": 1},
}
# What every row above points at.
_FOUNDATION: tuple[tuple[type[Base], Row], ...] = (
    (Source, {"number": 1, "id": "source"}),
    (Citation, {"number": 1}),
    (Location, {"number": 1, "id": "location"}),
    (Actor, {"number": 1, "id": "actor"}),
    (Actor, {"number": 2, "id": "other"}),
    (Event, {"number": 1, "id": "event"}),
)
THINGS = (Location, Actor, Event)
CITED = (Location, Actor, Relationship, Event, EventLocation, Involvement, ReportedCount, CasualtyClaim)
COUNTS = (ReportedCount, CasualtyClaim)


def table_of(model: type[Base]) -> Table:
    return model.metadata.tables[model.__tablename__]


def row_of(model: type[Base], **changes: Any) -> Row:
    """A valid row with a number and an id of its own, but for the changes."""
    number = next(_numbers)
    table, row = table_of(model), dict(_DEFAULTS[model])
    if "number" in table.c:
        row["number"] = number
    if "id" in table.c:
        row["id"] = f"{model.__tablename__}-{number}"
    if model is CasualtyClaim:
        row["position"] = number
    return row | changes


def add(connection: Connection, model: type[Base], **changes: Any) -> Row:
    """Insert a valid row, but for the changes, and say what was inserted."""
    row = row_of(model, **changes)
    _cite(connection, model, row, changes)
    connection.execute(insert(table_of(model)), row)
    return row


def _cite(connection: Connection, model: type[Base], row: Row, changes: Row) -> None:
    """Give a new thing a citation of its own, as no other thing's will do."""
    if model in THINGS and "citation_number" not in changes and row["number"] != 1:
        row["citation_number"] = next(_numbers)
        add(connection, Citation, number=row["citation_number"], owner_number=row["number"])


def add_foundation(connection: Connection) -> None:
    """The source, citation, place, actors and event that the other rows point at."""
    for model, changes in _FOUNDATION:
        add(connection, model, **changes)


def accepts(connection: Connection, model: type[Base], **changes: Any) -> bool:
    """Whether the database takes a valid row with these changes; the row is taken back."""
    savepoint = connection.begin_nested()
    try:
        add(connection, model, **changes)
    except IntegrityError:
        return False
    finally:
        savepoint.rollback()
    return True


DOCUMENT: Row = {
    "number": 1,
    "id": "event",
    "valid_from": 1,
    "valid_until": FOREVER,
    "by_newest": 0,
    "by_most_killed": 0,
    "precision": None,
    "whereabouts": 0,
    "family": 0,
    "terms": b"",
}


# The tables that publishing fills; all others are the record.
PUBLISHED = frozenset(
    {
        "archive",
        "change",
        "claim_entry",
        "claim_source",
        "compression_dictionary",
        "day_count",
        "event_actor",
        "event_body",
        "event_document",
        "event_figures",
        "event_involvement",
        "event_original",
        "event_region",
        "event_spot",
        "event_term",
        "event_text",
        "membership",
        "month_figures",
        "own_figure",
        "reference_document",
        "reference_source",
        "release",
        "suppression",
        "term",
        "term_count",
    }
)
