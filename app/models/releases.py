"""Releases: the published, frozen states of the whole database."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Instant, Key

# What the migrations leave in `alembic_version` when all have run; a test holds it to their head.
SCHEMA_REVISION = "0009"


class Archive(Base):
    """One row that names this database, so that two databases never share an ETag."""

    __tablename__ = "archive"
    __table_args__ = (
        CheckConstraint("id = 1", name="is_the_only_row"),
        CheckConstraint("identity <> ''", name="has_a_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    identity: Mapped[str] = mapped_column(Key)


class Release(Base):
    """A published state; `changes` counts what it created, updated, withdrew and suppressed, by kind of thing.

    `contents` is what held in it, counted and summed when it was published; null while it is in the making.
    """

    __tablename__ = "release"
    __table_args__ = (CheckConstraint("number >= 1", name="numbers_start_at_one"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published_at: Mapped[datetime] = mapped_column(Instant, index=True)
    notes: Mapped[str | None] = mapped_column(Text)
    changes: Mapped[dict[str, dict[str, int]]] = mapped_column(JSON)
    coverage: Mapped[dict[str, Any]] = mapped_column(JSON)
    contents: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
