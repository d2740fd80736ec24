"""Why a thing differs between two releases: read from its two documents, so that the same two always say the same.

The rule is in docs/api.md.
"""

from collections.abc import Collection, Mapping
from typing import Any

from app.vocabulary import ChangeKind, ChangeReason, Standing

Document = Mapping[str, Any]

# What this project says of an event in its own words and classes, rather than after a source.
OWN_CODING = frozenset(
    {"title", "summary", "is_aggregate", "event_type", "sub_event_type", "part_of", "parts", "in_response_to"}
)


def reason_of(
    change: ChangeKind,
    old: Document | None,
    new: Document | None,
    fields: Mapping[str, Mapping[str, Any]],
    datasets: Collection[str],
) -> ChangeReason:
    """The reason of a change; `datasets` are the ids of the sources that are releases of datasets."""
    if change is ChangeKind.SUPPRESSED:
        return ChangeReason.SUPPRESSION
    if change is ChangeKind.CREATED:
        return ChangeReason.NEW_FACT
    cited = _first_source(old)
    if change is ChangeKind.WITHDRAWN:
        return ChangeReason.DATASET_REVISION if cited in datasets else ChangeReason.RETRACTION
    if cited in datasets:
        # The same release of a dataset, read otherwise; unless only a place or an actor is told otherwise by now.
        told_again = cited == _first_source(new) and not all(_is_of_what_it_names(path) for path in fields)
        return ChangeReason.RECODING if told_again else ChangeReason.DATASET_REVISION
    return _reason_of_an_edit(fields)


def _reason_of_an_edit(fields: Mapping[str, Mapping[str, Any]]) -> ChangeReason:
    if any(_is_retraction(path, values) for path, values in fields.items()):
        return ChangeReason.RETRACTION
    if all(path in OWN_CODING for path in fields):
        return ChangeReason.RECODING
    # The figures follow from the claims.
    told = {path: values for path, values in fields.items() if not path.startswith("casualties.")}
    if told and all(values["old"] in (None, []) for values in told.values()):
        return ChangeReason.NEW_FACT
    return ChangeReason.CORRECTION


def _first_source(document: Document | None) -> str | None:
    """The source that a thing was first read in; a source is its own."""
    if document is None:
        return None
    if "citations" in document:
        return str(document["citations"][0]["source"]["id"])
    return str(document["id"])


def _is_of_what_it_names(path: str) -> bool:
    row, _, member = path.rpartition(".")
    of_a_place = row.startswith("locations[") and not member.startswith(("precision", "citations"))
    return of_a_place or (row.startswith("actors[") and member in ("name", "kind"))


def _is_retraction(path: str, values: Mapping[str, Any]) -> bool:
    is_standing = path.startswith("casualty_claims[") and path.endswith("].standing")
    return is_standing and values["new"] == Standing.RETRACTED
