"""Actors, and how they stand to one another."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    Base,
    Cited,
    Key,
    Numbered,
    Thing,
    cited_as_owned_by,
    closed_list,
    country_is_iso2,
    given_or_null,
    index_where,
    only_of,
)
from app.vocabulary import ActorKind, RelationshipKind


def _partial_date(column: str) -> CheckConstraint:
    """2020, 2020-03 or 2020-03-01."""
    digits = f"replace({column}, '-', '')"
    forms = " OR ".join(
        f"({column} LIKE '{form}' AND length({digits}) = {number})"
        for form, number in (("____", 4), ("____-__", 6), ("____-__-__", 8))
    )
    condition = f"{column} IS NULL OR ({only_of('0123456789', digits)} AND ({forms}))"
    return CheckConstraint(condition, name=f"{column}_is_a_date")


class Actor(Thing, Cited, Base):
    """Someone who acts, is struck or speaks in an event."""

    __tablename__ = "actor"
    __table_args__ = (
        cited_as_owned_by("actor", "number"),
        CheckConstraint("name <> ''", name="name_is_given"),
        country_is_iso2(),
        *given_or_null("description"),
    )

    origin: Mapped[str] = mapped_column(Key)
    name: Mapped[str] = mapped_column(Text)
    names: Mapped[list[str]] = mapped_column(JSON)
    kind: Mapped[ActorKind] = closed_list(ActorKind, "kind")
    country: Mapped[str | None] = mapped_column(Key)
    description: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[bytes]


class Relationship(Numbered, Cited, Base):
    """`actor` is part of, an umbrella of, backed by or linked to `other`; dates are ISO, as exact as known."""

    __tablename__ = "relationship"
    __table_args__ = (
        cited_as_owned_by("relationship", "actor_number"),
        # Two times of the same may each have their row. NULLs are distinct to a constraint, so the usual case, neither
        # date known, has an index of its own.
        UniqueConstraint("actor_number", "kind", "other_number", "since", "until", name="uq_relationship_said_once"),
        index_where(
            "ix_relationship_said_once_undated",
            "since IS NULL AND until IS NULL",
            "actor_number",
            "kind",
            "other_number",
            unique=True,
        ),
        CheckConstraint("actor_number <> other_number", name="between_two_actors"),
        CheckConstraint("wording <> ''", name="wording_is_given"),
        # As far as both are known: what began in March 2020 may have ended in 2020.
        CheckConstraint(
            "since IS NULL OR until IS NULL OR substr(since, 1, length(until)) <= substr(until, 1, length(since))",
            name="since_before_until",
        ),
        _partial_date("since"),
        _partial_date("until"),
    )

    actor_number: Mapped[int] = mapped_column(ForeignKey("actor.number", ondelete="CASCADE"))
    kind: Mapped[RelationshipKind] = closed_list(RelationshipKind, "kind")
    other_number: Mapped[int] = mapped_column(ForeignKey("actor.number"), index=True)
    since: Mapped[str | None] = mapped_column(Key)
    until: Mapped[str | None] = mapped_column(Key)
    wording: Mapped[str] = mapped_column(Text)
