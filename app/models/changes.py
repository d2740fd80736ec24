"""What each release changed, thing by thing, and what was suppressed for ever."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Instant, Key
from app.vocabulary import ChangeKind, ThingType

# The log names kinds and types by their places in these, which takes next to no room.
THING_TYPES = tuple(ThingType)
CHANGE_KINDS = tuple(ChangeKind)


class Change(Base):
    """That a release changed a thing: one row each, in the order in which `/changes` lists them.

    `before` and `after` are digests of what the thing's documents say, `app.differences.digest_of`: kept where a thing
    was there before, so that what came back to what it was is counted as no difference without opening a document.
    """

    __tablename__ = "change"
    __table_args__ = (
        CheckConstraint(f"type BETWEEN 0 AND {len(THING_TYPES) - 1}", name="type"),
        CheckConstraint(f"change BETWEEN 0 AND {len(CHANGE_KINDS) - 1}", name="change"),
        {"sqlite_with_rowid": False},
    )

    release: Mapped[int] = mapped_column(ForeignKey("release.number"), primary_key=True, autoincrement=False)
    type: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    change: Mapped[int]
    before: Mapped[int | None] = mapped_column(BigInteger)
    after: Mapped[int | None] = mapped_column(BigInteger)


class Suppression(Base):
    """A thing that was taken out of every release and never comes back. `reason` is for the operator, never served."""

    __tablename__ = "suppression"
    __table_args__ = (
        CheckConstraint(
            "resource IN ('event', 'casualty claim', 'location', 'actor', 'source')",
            name="resource",
        ),
        CheckConstraint("reason <> ''", name="reason_is_given"),
    )

    resource: Mapped[str] = mapped_column(Key, primary_key=True)
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    release: Mapped[int] = mapped_column(ForeignKey("release.number"), index=True)
    suppressed_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text)
