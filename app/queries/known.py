"""Which ids and names exist at all: a filter on one that does not is a fault, not an empty answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select, union

from app.models import EventDocument, ReferenceDocument, Term
from app.params.asking import Asked
from app.problems import Fault, nearest

# To compare two words takes up to a tenth of a millisecond: a request must not buy minutes with unknown values.
MOST_COMPARISONS = 10_000


def _references(resource: str) -> Select[Any]:
    return select(ReferenceDocument.id.label("value")).where(ReferenceDocument.resource == resource)


def _term(kind: str) -> Select[Any]:
    return select(Term.value.label("value")).where(Term.kind == kind)


# What exists in any release: something that was withdrawn is no fault, it only finds nothing.
KNOWN: Mapping[str, tuple[str, Sequence[Select[Any]]]] = {
    "actor": ("actor", [_references("actor")]),
    "claimant": ("actor", [_references("actor")]),
    "location": ("location", [_references("location")]),
    "source": (
        "source or family of sources",
        [
            _references("source"),
            select(ReferenceDocument.family.label("value")).where(ReferenceDocument.family.is_not(None)),
        ],
    ),
    "admin1": (
        "first-level administrative unit",
        [select(ReferenceDocument.admin1.label("value")).where(ReferenceDocument.admin1.is_not(None)), _term("admin1")],
    ),
    "part_of": ("event", [select(EventDocument.id.label("value"))]),
    "conflict": ("conflict", [_term("conflict")]),
}


def unknown_values(connection: Connection, asked: Asked) -> list[Fault]:
    """A fault for each value of a filter that names nothing in any release, with the nearest that does."""
    faults, comparisons = [], 0
    for parameter, (what, queries) in KNOWN.items():
        values = getattr(asked, parameter, ()) if parameter in asked.model_fields_set else ()
        if not values:
            continue
        known = union(*queries).subquery() if len(queries) > 1 else queries[0].distinct().subquery()
        found = set(connection.scalars(select(known.c.value).where(known.c.value.in_(values))))
        missing = [value for value in values if value not in found]
        if missing:
            words = connection.scalars(select(known.c.value).order_by(known.c.value).limit(MOST_COMPARISONS)).all()
            for value in missing:
                comparisons += len(words)
                near = nearest(value, words) if comparisons <= MOST_COMPARISONS else ()
                faults.append(Fault(parameter, f"there is no {what} {value!r}", near))
    return faults
