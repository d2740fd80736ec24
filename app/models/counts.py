"""The columns and constraints of a count as it was printed; `app.counts` says the same rules in Python."""

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import closed_list, words_in_sql
from app.vocabulary import Qualifier, Reporting

# A CHECK passes where it is NULL, so every comparison stands behind IS NOT NULL.
_PRINTED = "value IS NOT NULL AND value >= 0"
_NO_LOW, _NO_HIGH = "low IS NULL", "high IS NULL"
_BOTH = "low IS NOT NULL AND high IS NOT NULL AND low >= 0 AND high >= 0"
BOUNDS_BY_QUALIFIER: dict[Qualifier, str] = {
    Qualifier.EXACT: f"{_PRINTED} AND {_BOTH} AND low = value AND high = value",
    Qualifier.AT_LEAST: f"{_PRINTED} AND low IS NOT NULL AND low = value AND {_NO_HIGH}",
    Qualifier.MORE_THAN: f"{_PRINTED} AND low IS NOT NULL AND low = value + 1 AND {_NO_HIGH}",
    Qualifier.AT_MOST: f"{_PRINTED} AND {_NO_LOW} AND high IS NOT NULL AND high = value",
    Qualifier.FEWER_THAN: f"{_PRINTED} AND value >= 1 AND {_NO_LOW} AND high IS NOT NULL AND high = value - 1",
    Qualifier.ABOUT: f"{_PRINTED} AND {_NO_LOW} AND {_NO_HIGH}",
    Qualifier.RANGE: f"{_BOTH} AND low <= high AND (value IS NULL OR (value >= low AND value <= high))",
    Qualifier.DISORDERED: f"{_PRINTED} AND {_BOTH} AND NOT (low <= value AND value <= high)",
    Qualifier.CODED: f"{_PRINTED} AND {_NO_LOW} AND {_NO_HIGH}",
    Qualifier.VAGUE: f"value IS NULL AND {_NO_LOW} AND {_NO_HIGH}",
    Qualifier.UNKNOWN: f"value IS NULL AND {_NO_LOW} AND {_NO_HIGH}",
    Qualifier.NONE_REPORTED: f"value IS NULL AND {_NO_LOW} AND {_NO_HIGH}",
}


def count_constraints() -> tuple[CheckConstraint, ...]:
    """One named constraint for each qualifier, and what holds for them all."""
    by_qualifier = (
        CheckConstraint(f"qualifier <> '{qualifier.value}' OR ({condition})", name=f"{qualifier.value}_bounds")
        for qualifier, condition in BOUNDS_BY_QUALIFIER.items()
    )
    return (
        *by_qualifier,
        CheckConstraint("wording <> ''", name="wording_is_given"),
        CheckConstraint(
            f"(reporting IN ({words_in_sql(Reporting.ATTRIBUTED)})) = (claimant_number IS NOT NULL)",
            name="attributed_to_a_claimant",
        ),
    )


class Count:
    """`wording` as printed, the number in it, and the inclusive bounds that follow, in people or things."""

    wording: Mapped[str] = mapped_column(Text)
    value: Mapped[int | None]
    qualifier: Mapped[Qualifier] = closed_list(Qualifier, "qualifier")
    low: Mapped[int | None]
    high: Mapped[int | None]
    claimant_number: Mapped[int | None] = mapped_column(ForeignKey("actor.number"))  # actors hardly ever go: no index
    reporting: Mapped[Reporting] = closed_list(Reporting, "reporting")
