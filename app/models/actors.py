"""Actors, and how they stand to one another."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Cited, Key, closed_list
from app.vocabulary import ActorKind, RelationshipKind


class Actor(Cited, Base):
    """Someone who acts, is struck or speaks in an event."""

    __tablename__ = "actor"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name_is_given"),
        CheckConstraint(
            "country IS NULL OR (length(country) = 2 AND country = upper(country))", name="country_is_iso2"
        ),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    origin: Mapped[str] = mapped_column(Key)
    name: Mapped[str] = mapped_column(Text)
    names: Mapped[list[str]] = mapped_column(JSON)
    kind: Mapped[ActorKind] = mapped_column(closed_list(ActorKind, "kind"))
    country: Mapped[str | None] = mapped_column(Key)
    description: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[bytes]


class Relationship(Cited, Base):
    """`actor` is part of, an umbrella of, backed by or linked to `other`; dates are ISO, as exact as known."""

    __tablename__ = "relationship"
    __table_args__ = (
        UniqueConstraint("actor_id", "kind", "other_id"),
        CheckConstraint("actor_id <> other_id", name="between_two_actors"),
        CheckConstraint("wording <> ''", name="wording_is_given"),
        CheckConstraint("since IS NULL OR until IS NULL OR since <= until", name="since_before_until"),
        CheckConstraint("since IS NULL OR length(since) IN (4, 7, 10)", name="since_is_a_date"),
        CheckConstraint("until IS NULL OR length(until) IN (4, 7, 10)", name="until_is_a_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    actor_id: Mapped[str] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"))
    kind: Mapped[RelationshipKind] = mapped_column(closed_list(RelationshipKind, "kind"))
    other_id: Mapped[str] = mapped_column(ForeignKey("actor.id"), index=True)
    since: Mapped[str | None] = mapped_column(Key)
    until: Mapped[str | None] = mapped_column(Key)
    wording: Mapped[str] = mapped_column(Text)
