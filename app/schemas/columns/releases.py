"""A release in one row."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.schemas.columns.shared import LINK_TO_ITSELF
from app.schemas.columns.tables import Column, Kind, Part, Table, copied, member_that_came_later, members_as_they_are
from app.schemas.releases import ChangeCounts, Coverage, ReleaseChanges, ReleaseDocument

_CHANGES = tuple((thing, what) for thing in ReleaseChanges.model_fields for what in ChangeCounts.model_fields)


def _changes(document: Mapping[str, Any]) -> Sequence[Any]:
    changes = document["changes"]
    return [changes[thing][what] for thing, what in _CHANGES]


def _coverage(document: Mapping[str, Any]) -> Sequence[Any]:
    return (document["coverage"]["sources"], document["coverage"]["note"])


RELEASES = Table(
    "releases",
    tuple(ReleaseDocument.model_fields),
    (
        members_as_they_are(
            copied(ReleaseDocument, "number", Kind.INTEGER, description="the release's number"),
            copied(ReleaseDocument, "published_at", Kind.INSTANT),
            copied(ReleaseDocument, "notes", description="what was published"),
        ),
        Part(
            tuple(
                copied(
                    ChangeCounts,
                    what,
                    Kind.INTEGER,
                    name=f"{thing}_{what}",
                    member="changes",
                    description=f"how many {thing} it {what}",
                    unit=thing,
                )
                for thing, what in _CHANGES
            ),
            _changes,
        ),
        Part(
            (
                copied(Coverage, "sources", Kind.INTEGER, name="coverage_sources", member="coverage", unit="sources"),
                copied(
                    Coverage, "note", name="coverage_note", member="coverage", description="what the release rests on"
                ),
            ),
            _coverage,
        ),
        LINK_TO_ITSELF,
        member_that_came_later(Column("cite_as", Kind.TEXT, "how to cite the release", "cite_as")),
    ),
)
