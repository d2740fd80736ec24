"""The published side: documents as they are served, and the keys, terms and counts that filters and sorts need.

A document holds from release `valid_from` until the release `valid_until` that replaced or withdrew it (exclusive).
The API reads these tables and no others. Days are counted as `date.toordinal` counts them.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, index_where

# The end of a document that still holds, and the sort key of an unknown: after every real one.
FOREVER = 2**31 - 1
UNKNOWN_LAST = 2**31 - 1
# The term that every document has; it has counts, and no rows of its own.
EVERYTHING = 0
# Fewer documents than this are counted sooner than they are looked up by day.
COUNTED_BY_DAY = 4000


class CompressionDictionary(Base):
    """What documents of one sort have in common; a packed text names the dictionary that unpacks it."""

    __tablename__ = "compression_dictionary"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sort: Mapped[str] = mapped_column(Key, index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Term(Base):
    """A value that events are filtered by: `kind` names the filter. It stays when no document has it any more.

    `longest_days` is the longest that any event with this term lasted, from its first to its last day: how far before
    a window an event may begin that still meets it.
    """

    __tablename__ = "term"
    __table_args__ = (Index("ix_term_value", "kind", "value", unique=True),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Key)
    value: Mapped[str] = mapped_column(Key)
    longest_days: Mapped[int]


class EventDocument(Base):
    """An event as served: when it holds, and what it is sorted and filtered by. Its text is an `EventBody`.

    The `by_…` keys are never null and sort ascending with ties by id: each is the negated value, and an unknown is
    `UNKNOWN_LAST`. `last_day` is the last day that is known, the first one where no other is. Figures are those of the
    killed, in order. `terms` are the numbers of its terms, four bytes each, for the day that it ends. `precision` is
    that of its most exactly placed location, 0 for the finest; null without locations. `whereabouts` is the number of
    the term for all its places together, which `EventSpot` tells.
    """

    __tablename__ = "event_document"
    __table_args__ = (
        # At any time one document of an event holds at most; it is also how the one of a release is found.
        Index("ix_event_document_id", "id", "valid_until", unique=True),
        Index(
            "ix_event_document_newest",
            "by_newest",
            "id",
            "valid_from",
            "valid_until",
            "last_day",
            "family",
            "precision",
        ),
        Index("ix_event_document_most_killed", "by_most_killed", "id", "valid_from", "valid_until", "family"),
        # To take those few out of what the index of texts counts.
        index_where("ix_event_document_ended", f"valid_until < {FOREVER}", "number"),
        CheckConstraint("valid_from < valid_until", name="holds_for_a_release"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(Key)
    valid_from: Mapped[int] = mapped_column(ForeignKey("release.number"))
    valid_until: Mapped[int]
    by_newest: Mapped[int]
    by_most_killed: Mapped[int]
    start_day: Mapped[int | None]
    end_day: Mapped[int | None]
    last_day: Mapped[int | None]
    killed_low: Mapped[int | None]
    killed_best: Mapped[int | None]
    killed_high: Mapped[int | None]
    family: Mapped[int] = mapped_column(ForeignKey("term.number"))
    terms: Mapped[bytes] = mapped_column(LargeBinary)
    precision: Mapped[int | None]
    whereabouts: Mapped[int]


class EventBody(Base):
    """The text of an event's document: JSON, packed."""

    __tablename__ = "event_body"

    document: Mapped[int] = mapped_column(ForeignKey("event_document.number"), primary_key=True, autoincrement=False)
    dictionary: Mapped[int | None] = mapped_column(ForeignKey("compression_dictionary.number"))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class EventOriginal(Base):
    """A dataset's whole record of an event, as it was read: JSON, packed."""

    __tablename__ = "event_original"

    document: Mapped[int] = mapped_column(ForeignKey("event_document.number"), primary_key=True, autoincrement=False)
    dictionary: Mapped[int | None] = mapped_column(ForeignKey("compression_dictionary.number"))
    record: Mapped[bytes] = mapped_column(LargeBinary)


class EventTerm(Base):
    """That an event's document has a term, with all that a page or a count needs: neither opens the document.

    `valid_from` is the document's own, but for sources: where a later release of a dataset repeats a row with equal
    facts, the document stays as it is and stands in that release too, from when that was loaded.
    """

    __tablename__ = "event_term"
    __table_args__ = {"sqlite_with_rowid": False}

    term: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    by_newest: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    valid_from: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_until: Mapped[int]
    document: Mapped[int]
    last_day: Mapped[int | None]
    by_most_killed: Mapped[int]
    family: Mapped[int]


class EventSpot(Base):
    """A place of events: each event's places together are one term, which many have in common where they are few.

    `precision` is null where the event's own is meant: most events have one place. `x`, `y` and `z` are the point on
    the unit sphere. A place without a point is kept for its country.
    """

    __tablename__ = "event_spot"
    __table_args__ = (
        Index("ix_event_spot_point", "latitude", "longitude", "precision", "term"),
        Index("ix_event_spot_country", "country", "term"),
        {"sqlite_with_rowid": False},
    )

    term: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    x: Mapped[float | None]
    y: Mapped[float | None]
    z: Mapped[float | None]
    precision: Mapped[int | None]
    country: Mapped[str | None] = mapped_column(Key)


class EventInvolvement(Base):
    """Who had to do with a document's event: actor, role and attribution stay together, so filters can ask for all."""

    __tablename__ = "event_involvement"
    __table_args__ = {"sqlite_with_rowid": False}

    role: Mapped[str] = mapped_column(Key, primary_key=True)
    attribution: Mapped[str] = mapped_column(Key, primary_key=True)
    actor: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class TermCount(Base):
    """How many documents of the newest release have a term, by the source family that they come from.

    The term 0 is every document.
    """

    __tablename__ = "term_count"
    __table_args__ = {"sqlite_with_rowid": False}

    term: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    family: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holding: Mapped[int]


class DayCount(Base):
    """How many documents of the newest release had begun by a day, and how many were over, for terms that many have.

    What happened between two days is then two look-ups, however many documents that are.
    """

    __tablename__ = "day_count"
    __table_args__ = {"sqlite_with_rowid": False}

    term: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    family: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    begun: Mapped[int]
    over: Mapped[int]


class ClaimEntry(Base):
    """Where a casualty claim stands: in which event document, at which place; its text is cut from there.

    `cites_all` says that it cites every source that its event's document does; else its sources are in `ClaimSource`.
    """

    __tablename__ = "claim_entry"
    __table_args__ = (Index("ix_claim_entry_id", "id"), {"sqlite_with_rowid": False})

    document: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(Key)
    outcome: Mapped[str] = mapped_column(Key)
    claimant: Mapped[int | None]
    low: Mapped[int | None]
    best: Mapped[int | None]
    high: Mapped[int | None]
    by_most_killed: Mapped[int]
    cites_all: Mapped[bool]


class ClaimSource(Base):
    """A source, or family of sources, that a casualty claim cites where it does not cite all that its event does."""

    __tablename__ = "claim_source"
    __table_args__ = {"sqlite_with_rowid": False}

    document: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class ReferenceDocument(Base):
    """A location, actor, source or country as served: its text, packed, and when it holds.

    A location has its point, on the map and on the unit sphere. `words` are those of its names or an actor's, folded,
    with a space around each.
    """

    __tablename__ = "reference_document"
    __table_args__ = (
        Index("ix_reference_document_id", "resource", "id", "valid_until", unique=True),
        CheckConstraint("resource IN ('location', 'actor', 'source', 'country')", name="resource"),
        CheckConstraint("valid_from < valid_until", name="holds_for_a_release"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    resource: Mapped[str] = mapped_column(Key)
    id: Mapped[str] = mapped_column(Key)
    valid_from: Mapped[int] = mapped_column(ForeignKey("release.number"))
    valid_until: Mapped[int]
    kind: Mapped[str] = mapped_column(Key)
    country: Mapped[str | None] = mapped_column(Key)
    admin1: Mapped[str | None] = mapped_column(Key)
    family: Mapped[str | None] = mapped_column(Key)
    dictionary: Mapped[int | None] = mapped_column(ForeignKey("compression_dictionary.number"))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    x: Mapped[float | None]
    y: Mapped[float | None]
    z: Mapped[float | None]
    words: Mapped[str | None]


class ReferenceSource(Base):
    """A source that a location's or an actor's document cites, for lists of what rests on it."""

    __tablename__ = "reference_source"
    __table_args__ = {"sqlite_with_rowid": False}

    source: Mapped[str] = mapped_column(Key, primary_key=True)
    document: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Membership(Base):
    """That `member` is part of `whole`, or `whole` an umbrella of it: what `network=true` follows, by release."""

    __tablename__ = "membership"
    __table_args__ = (
        index_where("ix_membership_holding", f"valid_until = {FOREVER}", "whole", "member", unique=True),
        CheckConstraint("valid_from < valid_until", name="holds_for_a_release"),
    )

    whole: Mapped[str] = mapped_column(Key, primary_key=True)
    member: Mapped[str] = mapped_column(Key, primary_key=True)
    valid_from: Mapped[int] = mapped_column(ForeignKey("release.number"), primary_key=True)
    valid_until: Mapped[int]
