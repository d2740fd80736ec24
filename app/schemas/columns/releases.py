"""A release in one row."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.schemas.columns.shared import LINK_TO_ITSELF
from app.schemas.columns.tables import (
    Column,
    Kind,
    Part,
    Table,
    as_json,
    copied,
    member_that_came_later,
    members_as_they_are,
)
from app.schemas.releases import ChangeCounts, Coverage, ReleaseChanges, ReleaseCounts, ReleaseDocument

_CHANGES = tuple((thing, what) for thing in ReleaseChanges.model_fields for what in ChangeCounts.model_fields)


def _changes(document: Mapping[str, Any]) -> Sequence[Any]:
    changes = document["changes"]
    return [changes[thing][what] for thing, what in _CHANGES]


def _coverage(document: Mapping[str, Any]) -> Sequence[Any]:
    return (document["coverage"]["sources"], document["coverage"]["note"])


def _counts(document: Mapping[str, Any]) -> Sequence[Any]:
    return [document["counts"][thing] for thing in ReleaseCounts.model_fields]


def _killed_and_new_sources(document: Mapping[str, Any]) -> Sequence[Any]:
    sources = document["new_sources"]
    return document["killed"], [source["id"] for source in sources], [source["title"] for source in sources]


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
        Part(
            tuple(
                copied(
                    ReleaseCounts,
                    thing,
                    Kind.INTEGER,
                    name=f"{thing}_held",
                    member="counts",
                    description=f"how many {thing.replace('_', ' ')} held in it",
                    unit=thing.replace("_", " "),
                )
                for thing in ReleaseCounts.model_fields
            ),
            _counts,
        ),
        Part(
            (
                as_json("killed", "the killed by source family; families are never added"),
                Column("new_source_ids", Kind.TEXTS, "ids under /sources of what was first read in it", "new_sources"),
                Column("new_source_titles", Kind.TEXTS, "titles of those sources", "new_sources"),
            ),
            _killed_and_new_sources,
        ),
    ),
)
