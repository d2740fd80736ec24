"""Counts in columns: the figures of each outcome, and a claim or a reported count in one line."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from app.schemas.columns.tables import Column, Kind, Part, as_json, copied, distinct
from app.schemas.events import CasualtyFigure
from app.vocabulary import Outcome

_PEOPLE = "people"
_FIGURE = {
    "low": Kind.INTEGER,
    "best": Kind.INTEGER,
    "high": Kind.INTEGER,
    "highest_stated": Kind.INTEGER,
    "basis": Kind.TEXT,
    "claims": Kind.INTEGER,
    "disputed": Kind.BOOLEAN,
    "status_disputed": Kind.BOOLEAN,
    "rule": Kind.TEXT,
}
_NO_FIGURE = (None,) * len(_FIGURE)
_of_figure = itemgetter(*_FIGURE)
_OUTCOMES = tuple(outcome.value for outcome in Outcome)


def _figure_column(outcome: str, field: str, kind: Kind) -> Column:
    said = CasualtyFigure.model_fields[field].description
    in_people = kind is Kind.INTEGER and field != "claims"
    return Column(
        f"{outcome}_{field}",
        kind,
        f"{outcome}: {said}",
        "casualties",
        _PEOPLE if in_people else None,
        (CasualtyFigure, field),
    )


def _figures(document: Mapping[str, Any]) -> Sequence[Any]:
    casualties = document["casualties"]
    values: list[Any] = []
    for outcome in _OUTCOMES:
        figure = casualties[outcome]
        values += _NO_FIGURE if figure is None else _of_figure(figure)
    return values


FIGURES = Part(
    tuple(_figure_column(outcome.value, field, kind) for outcome in Outcome for field, kind in _FIGURE.items()),
    _figures,
)


def _reported_counts(document: Mapping[str, Any]) -> Sequence[Any]:
    counts = document["reported_counts"]
    return ([f"{count['measure']}: {count['wording']}" for count in counts], counts)


REPORTED_COUNTS = Part(
    (
        Column("reported_counts", Kind.TEXTS, "other numbers that are stated: measure, and wording", "reported_counts"),
        as_json("reported_counts", "those numbers whole"),
    ),
    _reported_counts,
)


def _claims(document: Mapping[str, Any]) -> Sequence[Any]:
    claims = document["casualty_claims"]
    claimants = [claim["claimant"] for claim in claims if claim["claimant"] is not None]
    return (
        [claim["id"] for claim in claims],
        [f"{claim['outcome']}: {claim['wording']} ({claim['victims']['description']})" for claim in claims],
        distinct([claimant["id"] for claimant in claimants]),
        distinct([claimant["name"] for claimant in claimants]),
        claims,
    )


CLAIMS = Part(
    (
        Column("casualty_claim_ids", Kind.TEXTS, "ids under /casualty-claims", "casualty_claims"),
        Column("casualty_claims", Kind.TEXTS, "each claim: outcome, wording, and of whom", "casualty_claims"),
        Column("claimant_ids", Kind.TEXTS, "ids under /actors of who made those claims", "casualty_claims"),
        Column("claimant_names", Kind.TEXTS, "names of who made those claims", "casualty_claims"),
        as_json("casualty_claims", "the claims whole, superseded and retracted ones too"),
    ),
    _claims,
)


def count_columns(schema: type[Any]) -> tuple[Column, ...]:
    """The columns of a count, in the words and bounds that it was reported in."""
    return (
        copied(schema, "wording"),
        copied(schema, "value", Kind.INTEGER, unit=_PEOPLE),
        copied(schema, "qualifier"),
        copied(schema, "low", Kind.INTEGER, unit=_PEOPLE),
        copied(schema, "high", Kind.INTEGER, unit=_PEOPLE),
    )
