"""Counts in columns: the figures of each outcome, and a claim or a reported count in one line."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from app.schemas.columns.tables import Column, Kind, Part, as_json, copied, distinct, member_whole, recurring
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


FIGURES = recurring(
    Part(
        tuple(_figure_column(outcome.value, field, kind) for outcome in Outcome for field, kind in _FIGURE.items()),
        _figures,
    )
)


def _reported_counts(document: Mapping[str, Any]) -> Sequence[Any]:
    counts = document["reported_counts"]
    return ([f"{count['measure']}: {count['wording']}" for count in counts], counts)


REPORTED_COUNTS = recurring(
    Part(
        (
            Column(
                "reported_counts", Kind.TEXTS, "other numbers that are stated: measure, and wording", "reported_counts"
            ),
            as_json("reported_counts", "those numbers whole"),
        ),
        _reported_counts,
    )
)


def _claim_texts(document: Mapping[str, Any]) -> Sequence[Any]:
    claims = document["casualty_claims"]
    return (
        [claim["id"] for claim in claims],
        [f"{claim['outcome']}: {claim['wording']} ({claim['victims']['description']})" for claim in claims],
    )


def _claimed_by(document: Mapping[str, Any]) -> tuple[tuple[str, str] | None, ...]:
    return tuple(
        [
            (claimant := claim["claimant"]) and (claimant["id"], claimant["name"])
            for claim in document["casualty_claims"]
        ]
    )


def _claimants(document: Mapping[str, Any]) -> Sequence[Any]:
    claimants = [claimant for claimant in _claimed_by(document) if claimant is not None]
    return distinct([claimant for claimant, _ in claimants]), distinct([name for _, name in claimants])


CLAIMS = (
    Part(
        (
            Column("casualty_claim_ids", Kind.TEXTS, "ids under /casualty-claims", "casualty_claims"),
            Column("casualty_claims", Kind.TEXTS, "each claim: outcome, wording, and of whom", "casualty_claims"),
        ),
        _claim_texts,
    ),
    Part(
        (
            Column("claimant_ids", Kind.TEXTS, "ids under /actors of who made those claims", "casualty_claims"),
            Column("claimant_names", Kind.TEXTS, "names of who made those claims", "casualty_claims"),
        ),
        _claimants,
        _claimed_by,
    ),
    member_whole(as_json("casualty_claims", "the claims whole, superseded and retracted ones too")),
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
