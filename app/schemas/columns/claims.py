"""A casualty claim in one row, with its event."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.schemas.claims import CasualtyClaimDocument, EventOfClaim, Victims
from app.schemas.columns.counts import count_columns
from app.schemas.columns.shared import CITATIONS, LINK_TO_ITSELF, countries_columns, countries_values
from app.schemas.columns.tables import (
    Column,
    Kind,
    Part,
    Table,
    copied,
    member_that_came_later,
    members_as_they_are,
)

_VICTIMS = ("scope", "description", "status", "actor", "sex", "age_group", "part_of_group")
_EVENT = {
    "id": Kind.TEXT,
    "title": Kind.TEXT,
    "date_start": Kind.DATE,
    "date_end": Kind.DATE,
    "date_precision": Kind.TEXT,
}


def _claimant(document: Mapping[str, Any]) -> Sequence[Any]:
    claimant = document["claimant"]
    return (None, None, None) if claimant is None else (claimant["id"], claimant["name"], claimant["is_party"])


def _victims(document: Mapping[str, Any]) -> Sequence[Any]:
    victims = document["victims"]
    return [victims[name] for name in _VICTIMS]


def _event(document: Mapping[str, Any]) -> Sequence[Any]:
    event = document["event"]
    return (*(event[name] for name in _EVENT), *countries_values(event["countries"]), event["countries"])


CASUALTY_CLAIMS = Table(
    "casualty-claims",
    tuple(CasualtyClaimDocument.model_fields),
    (
        members_as_they_are(
            copied(CasualtyClaimDocument, "id"),
            copied(CasualtyClaimDocument, "outcome", description="what happened to the people that are counted"),
            *count_columns(CasualtyClaimDocument),
        ),
        Part(
            (
                Column(
                    "claimant_id", Kind.TEXT, "id under /actors of who says so; null where nobody is named", "claimant"
                ),
                Column("claimant_name", Kind.TEXT, "name of who says so", "claimant"),
                Column("claimant_is_party", Kind.BOOLEAN, "whether the claimant is a party to the event", "claimant"),
            ),
            _claimant,
        ),
        members_as_they_are(copied(CasualtyClaimDocument, "reporting")),
        Part(
            tuple(
                copied(Victims, name, name=f"victims_{name}", member="victims", description=f"the victims' {name}")
                for name in _VICTIMS
            ),
            _victims,
        ),
        members_as_they_are(
            copied(CasualtyClaimDocument, "claimed_on", Kind.DATE, description="day on which it was claimed"),
            copied(CasualtyClaimDocument, "standing"),
            copied(CasualtyClaimDocument, "cause"),
            copied(CasualtyClaimDocument, "covers", Kind.TEXTS),
        ),
        Part(
            (
                *(
                    copied(
                        EventOfClaim,
                        name,
                        kind,
                        name=f"event_{name}",
                        member="event",
                        description=f"the event's {name}",
                    )
                    for name, kind in _EVENT.items()
                ),
                *countries_columns("event", of="the countries of the event's places"),
                Column("event_countries_json", Kind.JSON, "those countries whole", "event"),
            ),
            _event,
        ),
        *CITATIONS,
        LINK_TO_ITSELF,
        member_that_came_later(Column("cite_as", Kind.TEXT, "how to cite the claim", "cite_as")),
    ),
)
