"""Sources that were read, and the places in them that support the record's rows."""

from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import (
    Base,
    Key,
    Numbered,
    Thing,
    closed_list,
    index_where,
    index_where_given,
    only_of,
    reference_within,
)
from app.vocabulary import SourceKind


class Source(Thing, Base):
    """A publication that was read. Two republications of one article are versions of one source."""

    __tablename__ = "source"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title_is_given"),
        CheckConstraint(
            "republication_of_number IS NULL OR republication_of_number <> number", name="not_its_own_version"
        ),
        index_where_given("source", "republication_of_number"),
        CheckConstraint(
            f"text_sha256 IS NULL OR (length(text_sha256) = 64 AND {only_of('0123456789abcdef', 'text_sha256')})",
            name="text_sha256_is_whole",
        ),
    )

    origin: Mapped[str] = mapped_column(Key)
    kind: Mapped[SourceKind] = closed_list(SourceKind, "kind")
    title: Mapped[str] = mapped_column(Text)
    authors: Mapped[list[dict[str, str | None]]] = mapped_column(JSON)
    publisher: Mapped[str | None] = mapped_column(Text)
    published_on: Mapped[date | None]
    url: Mapped[str | None] = mapped_column(Text)
    archive_url: Mapped[str | None] = mapped_column(Text)
    retrieved_from: Mapped[str | None] = mapped_column(Text)
    retrieved_on: Mapped[date | None]
    licence: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Key)
    republication_of_number: Mapped[int | None] = mapped_column(reference_within("source.number"))
    family: Mapped[str | None] = mapped_column(Key)
    notes: Mapped[str | None] = mapped_column(Text)
    text_sha256: Mapped[str | None] = mapped_column(Key)
    digest: Mapped[bytes]


class OwnerKind(StrEnum):
    """What a citation's owner is."""

    EVENT = "event"
    LOCATION = "location"
    ACTOR = "actor"


class Citation(Numbered, Base):
    """A place in one source. `supports` names the fields it backs; empty means the whole row.

    Its owner is the thing whose rows it supports, an event, location or actor with that number: all footnotes of a
    document are found, and replaced, together. Rows of one thing share a citation; things never do.
    """

    __tablename__ = "citation"
    __table_args__ = (
        # By it the citations of a thing are found, and each row's first citation is one of its own thing.
        Index("ix_citation_of_its_thing", "owner_number", "number", unique=True),
        CheckConstraint("owner_number >= 1", name="owner_is_a_thing"),
        CheckConstraint("locator <> ''", name="locator_is_given"),
        CheckConstraint("quote IS NULL OR (quote <> '' AND length(quote) <= 300)", name="quote_is_short"),
    )

    owner_kind: Mapped[OwnerKind] = closed_list(OwnerKind, "owner_kind")
    owner_number: Mapped[int]  # things of other kinds with this number are few: their kind is in no index
    source_number: Mapped[int] = mapped_column(ForeignKey("source.number"))  # sources hardly ever go: no index
    locator: Mapped[str] = mapped_column(Text)
    quote: Mapped[str | None] = mapped_column(Text)
    supports: Mapped[list[str]] = mapped_column(JSON)


# The rows that may have further citations, by the column that points at them.
CITED_TABLES = {
    "event_number": "event",
    "location_number": "location",
    "actor_number": "actor",
    "relationship_number": "relationship",
    "event_location_number": "event_location",
    "involvement_number": "involvement",
    "reported_count_number": "reported_count",
    "casualty_claim_number": "casualty_claim",
}


class FurtherCitation(Numbered, Base):
    """One more citation of one row: exactly one of the row columns is set. `position` keeps their order, from 1."""

    __tablename__ = "further_citation"
    __table_args__ = (
        CheckConstraint(
            " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in CITED_TABLES) + " = 1",
            name="supports_one_row",
        ),
        CheckConstraint("position >= 1", name="position_comes_after_the_first"),
        # Each is small, as most columns are null in most rows, and keeps two from standing in one place.
        *(
            index_where(f"ix_further_citation_{column}", f"{column} IS NOT NULL", column, "position", unique=True)
            for column in CITED_TABLES
        ),
    )

    citation_number: Mapped[int] = mapped_column(ForeignKey("citation.number", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    event_number: Mapped[int | None] = mapped_column(ForeignKey("event.number", ondelete="CASCADE"))
    location_number: Mapped[int | None] = mapped_column(ForeignKey("location.number", ondelete="CASCADE"))
    actor_number: Mapped[int | None] = mapped_column(ForeignKey("actor.number", ondelete="CASCADE"))
    relationship_number: Mapped[int | None] = mapped_column(ForeignKey("relationship.number", ondelete="CASCADE"))
    event_location_number: Mapped[int | None] = mapped_column(ForeignKey("event_location.number", ondelete="CASCADE"))
    involvement_number: Mapped[int | None] = mapped_column(ForeignKey("involvement.number", ondelete="CASCADE"))
    reported_count_number: Mapped[int | None] = mapped_column(ForeignKey("reported_count.number", ondelete="CASCADE"))
    casualty_claim_number: Mapped[int | None] = mapped_column(ForeignKey("casualty_claim.number", ondelete="CASCADE"))
