"""A change in one row; what differs in its fields stands in it whole, as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.schemas.changes import ChangeDocument
from app.schemas.columns.tables import Column, Kind, Part, Table, as_json, copied, members_as_they_are


def _fields(document: Mapping[str, Any]) -> Sequence[Any]:
    return list(document["fields"] or ()), document["fields"]


CHANGES = Table(
    "changes",
    tuple(ChangeDocument.model_fields),
    (
        members_as_they_are(
            copied(ChangeDocument, "release", Kind.INTEGER),
            copied(ChangeDocument, "type", description="what sort of thing it is"),
            copied(ChangeDocument, "id"),
            copied(ChangeDocument, "title"),
            copied(ChangeDocument, "change", description="what happened to it"),
            copied(ChangeDocument, "reason"),
            copied(ChangeDocument, "note"),
        ),
        Part(
            (
                Column("changed_fields", Kind.TEXTS, "paths of the fields that differ", "fields"),
                as_json("fields", "old and new value of each field that differs, by its path"),
            ),
            _fields,
        ),
    ),
)
