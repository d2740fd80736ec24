"""The published side: documents as they are served, with the columns and terms that filters and sorts need.

A document holds from release `valid_from` until the release `valid_until` that replaced or withdrew it (exclusive).
The API reads these tables and no others.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, index_where, reference_within

# The end of a document that still holds, and the sort key of an unknown: after every real one.
FOREVER = 2**31 - 1
UNKNOWN_LAST = 2**31 - 1


def _one_holds(table: str, *key: str) -> Index:
    """At any time one row of a key holds at most; it is also how the one that holds is found."""
    return index_where(f"ix_{table}_holding", f"valid_until = {FOREVER}", *key, unique=True)


class Documented:
    """The text of a document and the releases it holds for."""

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_from: Mapped[int] = mapped_column(reference_within("release.number"))
    valid_until: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class EventDocument(Documented, Base):
    """An event as served.

    The `by_…` keys are never null and all sort ascending with ties by id: `by_newest` and `by_most_killed` are the
    negated values, and an unknown is `UNKNOWN_LAST` in each, so that it comes last both ways on both databases.
    """

    __tablename__ = "event_document"
    __table_args__ = (
        Index("ix_event_document_id", "id", "valid_from", unique=True),
        Index("ix_event_document_newest", "by_newest", "id", "valid_from", "valid_until"),
        Index("ix_event_document_oldest", "by_oldest", "id", "valid_from", "valid_until"),
        Index("ix_event_document_most_killed", "by_most_killed", "id", "valid_from", "valid_until"),
        Index("ix_event_document_fewest_killed", "by_fewest_killed", "id", "valid_from", "valid_until"),
        _one_holds("event_document", "id"),
        CheckConstraint("valid_from < valid_until", name="holds_for_a_release"),
    )

    id: Mapped[str] = mapped_column(Key)
    by_newest: Mapped[int]
    by_oldest: Mapped[int]
    by_most_killed: Mapped[int]
    by_fewest_killed: Mapped[int]
    date_start: Mapped[date | None]
    date_end: Mapped[date | None]
    event_type: Mapped[str | None] = mapped_column(Key)
    sub_event_type: Mapped[str | None] = mapped_column(Key)
    part_of: Mapped[str | None] = mapped_column(Key, index=True)
    conflict: Mapped[str | None] = mapped_column(Key)
    killed_low: Mapped[int | None]
    killed_best: Mapped[int | None]
    killed_high: Mapped[int | None]
    family: Mapped[str] = mapped_column(Key)
    original: Mapped[bytes | None] = mapped_column(LargeBinary)
    disputed: Mapped[bool]
    has_parts: Mapped[bool]


class EventTerm(Base):
    """One of an event document's many-valued filter terms, and the first release that it holds for.

    That is the document's own first one, but for `source`: where a later release of a dataset repeats a row with equal
    facts, the document stays as it is and stands in that release too.
    """

    __tablename__ = "event_term"
    __table_args__ = {"sqlite_with_rowid": False}

    kind: Mapped[str] = mapped_column(Key, primary_key=True)
    value: Mapped[str] = mapped_column(Key, primary_key=True)
    document: Mapped[int] = mapped_column(ForeignKey("event_document.number", ondelete="CASCADE"), primary_key=True)
    since: Mapped[int] = mapped_column(reference_within("release.number"))


class EventInvolvement(Base):
    """Who had to do with a document's event: actor, role and attribution stay together, so filters can ask for all."""

    __tablename__ = "event_involvement"
    __table_args__ = {"sqlite_with_rowid": False}

    actor: Mapped[str] = mapped_column(Key, primary_key=True)
    role: Mapped[str] = mapped_column(Key, primary_key=True)
    attribution: Mapped[str] = mapped_column(Key, primary_key=True)
    document: Mapped[int] = mapped_column(ForeignKey("event_document.number", ondelete="CASCADE"), primary_key=True)


class ClaimEntry(Base):
    """Where a casualty claim stands: in which event document, at which place; its text is cut from there."""

    __tablename__ = "claim_entry"
    __table_args__ = (Index("ix_claim_entry_document", "document"),)

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    document: Mapped[int] = mapped_column(ForeignKey("event_document.number", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int]
    outcome: Mapped[str] = mapped_column(Key)
    claimant: Mapped[str | None] = mapped_column(Key, index=True)
    low: Mapped[int | None]
    best: Mapped[int | None]
    high: Mapped[int | None]
    by_most_killed: Mapped[int]
    by_fewest_killed: Mapped[int]


class ClaimSource(Base):
    """A source, or family of sources, that a casualty claim cites."""

    __tablename__ = "claim_source"
    __table_args__ = {"sqlite_with_rowid": False}

    source: Mapped[str] = mapped_column(Key, primary_key=True)
    claim: Mapped[str] = mapped_column(Key, primary_key=True)
    document: Mapped[int] = mapped_column(ForeignKey("event_document.number", ondelete="CASCADE"), primary_key=True)
    since: Mapped[int] = mapped_column(reference_within("release.number"))


class ReferenceDocument(Documented, Base):
    """A location, actor, source or country as served."""

    __tablename__ = "reference_document"
    __table_args__ = (
        Index("ix_reference_document_id", "resource", "id", "valid_from", unique=True),
        _one_holds("reference_document", "resource", "id"),
        CheckConstraint("resource IN ('location', 'actor', 'source', 'country')", name="resource"),
        CheckConstraint("valid_from < valid_until", name="holds_for_a_release"),
    )

    resource: Mapped[str] = mapped_column(Key)
    id: Mapped[str] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(Key)
    country: Mapped[str | None] = mapped_column(Key)
    admin1: Mapped[str | None] = mapped_column(Key)
    family: Mapped[str | None] = mapped_column(Key)


class Membership(Base):
    """That `member` is part of `whole`, or `whole` an umbrella of it: what `network=true` follows, by release."""

    __tablename__ = "membership"
    __table_args__ = (
        _one_holds("membership", "whole", "member"),
        CheckConstraint("valid_from < valid_until", name="holds_for_a_release"),
    )

    whole: Mapped[str] = mapped_column(Key, primary_key=True)
    member: Mapped[str] = mapped_column(Key, primary_key=True)
    valid_from: Mapped[int] = mapped_column(reference_within("release.number"), primary_key=True)
    valid_until: Mapped[int]
