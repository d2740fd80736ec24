"""Sources that were read, and the places in them that support the record's rows."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Key, closed_list, index_where, only_of, reference_within
from app.vocabulary import SourceKind


class Source(Base):
    """A publication that was read. Two republications of one article are versions of one source."""

    __tablename__ = "source"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title_is_given"),
        CheckConstraint("republication_of_id IS NULL OR republication_of_id <> id", name="not_its_own_version"),
        CheckConstraint(
            f"text_sha256 IS NULL OR (length(text_sha256) = 64 AND {only_of('0123456789abcdef', 'text_sha256')})",
            name="text_sha256_is_whole",
        ),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    origin: Mapped[str] = mapped_column(Key)
    kind: Mapped[SourceKind] = mapped_column(closed_list(SourceKind, "kind"))
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
    republication_of_id: Mapped[str | None] = mapped_column(reference_within("source.id"))
    family: Mapped[str | None] = mapped_column(Key)
    notes: Mapped[str | None] = mapped_column(Text)
    text_sha256: Mapped[str | None] = mapped_column(Key)
    digest: Mapped[bytes]


_OWNED_BY_A_THING = " OR ".join(
    f"(substr(owner, 1, {len(kind) + 1}) = '{kind}:' AND length(owner) > {len(kind) + 1})"
    for kind in ("event", "location", "actor")
)


class Citation(Base):
    """A place in one source. `supports` names the fields it backs; empty means the whole row.

    `owner` is the thing whose rows it supports (`event:…`, `location:…`, `actor:…`): all footnotes of a document are
    found, and replaced, together. Rows of one thing share a citation; things never do.
    """

    __tablename__ = "citation"
    __table_args__ = (
        CheckConstraint(_OWNED_BY_A_THING, name="owner_is_a_thing"),
        CheckConstraint("locator <> ''", name="locator_is_given"),
        CheckConstraint("quote IS NULL OR (quote <> '' AND length(quote) <= 300)", name="quote_is_short"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner: Mapped[str] = mapped_column(Key, index=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), index=True)
    locator: Mapped[str] = mapped_column(Text)
    quote: Mapped[str | None] = mapped_column(Text)
    supports: Mapped[list[str]] = mapped_column(JSON)


# The rows that may have further citations, by the column that points at them.
CITED_TABLES = {
    "event_id": "event",
    "location_id": "location",
    "actor_id": "actor",
    "relationship_id": "relationship",
    "event_location_id": "event_location",
    "involvement_id": "involvement",
    "reported_count_id": "reported_count",
    "casualty_claim_id": "casualty_claim",
}


class FurtherCitation(Base):
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

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    citation_id: Mapped[int] = mapped_column(ForeignKey("citation.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    event_id: Mapped[str | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    location_id: Mapped[str | None] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"))
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"))
    relationship_id: Mapped[int | None] = mapped_column(ForeignKey("relationship.id", ondelete="CASCADE"))
    event_location_id: Mapped[int | None] = mapped_column(ForeignKey("event_location.id", ondelete="CASCADE"))
    involvement_id: Mapped[int | None] = mapped_column(ForeignKey("involvement.id", ondelete="CASCADE"))
    reported_count_id: Mapped[int | None] = mapped_column(ForeignKey("reported_count.id", ondelete="CASCADE"))
    casualty_claim_id: Mapped[str | None] = mapped_column(ForeignKey("casualty_claim.id", ondelete="CASCADE"))
