"""What statistics are added up from: each event's groups and figures in narrow rows, fixed when it is published.

Groups are the numbers of terms. `figures` and `left_out` have a bit for each outcome, in the order of `Outcome`: that
the event has a figure of it, and that its parts are counted in its stead. `best` is the figure that sorting by killed
goes by, `from_low` says that it is the low; both figures and flags are whole numbers, for both databases to add.
"""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base

# In place of a term: the event lies in several such groups, which stand in `EventRegion`, `EventActor` or `OwnFigure`.
SEVERAL = -1
# In `OwnFigure`, in place of a term: claims of whomever, wherever they were read; and those of nobody who is named.
ANY = -1
NOBODY = 0


class EventFigures(Base):
    """An event's groups, and its figure of the killed, for as long as they hold.

    They end with the event's document; where only `left_out` changes, as an event's parts do, the document stays.
    """

    __tablename__ = "event_figures"
    __table_args__ = (
        CheckConstraint("valid_from < valid_until", name="holds_for_a_release"),
        {"sqlite_with_rowid": False},
    )

    document: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_from: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_until: Mapped[int]
    family: Mapped[int]
    month: Mapped[int | None]
    """Months since the year 0, of its first day; it and the last day are kept as on `EventDocument`."""
    by_newest: Mapped[int]
    last_day: Mapped[int | None]
    country: Mapped[int | None]
    admin1: Mapped[int | None]
    event_type: Mapped[int | None]
    sub_event_type: Mapped[int | None]
    type_of_violence: Mapped[int | None]
    actor: Mapped[int | None]
    claimant: Mapped[int | None]
    source: Mapped[int | None]
    is_aggregate: Mapped[int]
    figures: Mapped[int]
    left_out: Mapped[int]
    low: Mapped[int | None]
    best: Mapped[int | None]
    from_low: Mapped[int]
    high: Mapped[int | None]
    highest: Mapped[int | None]
    disputed: Mapped[int]


class OwnFigure(Base):
    """A figure beside that of the killed: of another outcome, or what some of several claimants or sources say.

    `claimant` and `source` are terms, or `ANY`; a claimant may be `NOBODY`. What one of several says of the killed
    always has a row, so that the rows also tell who they are.
    """

    __tablename__ = "own_figure"
    __table_args__ = {"sqlite_with_rowid": False}

    document: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claimant: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    figures: Mapped[int]
    low: Mapped[int | None]
    best: Mapped[int | None]
    from_low: Mapped[int]
    high: Mapped[int | None]
    highest: Mapped[int | None]
    disputed: Mapped[int]


class EventRegion(Base):
    """A country and first-level unit of an event that lies in several; without a country or unit, 0."""

    __tablename__ = "event_region"
    __table_args__ = {"sqlite_with_rowid": False}

    document: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    country: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    admin1: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class EventActor(Base):
    """An actor of an event that has several, but for those whom a denial alone ties to it."""

    __tablename__ = "event_actor"
    __table_args__ = {"sqlite_with_rowid": False}

    document: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    actor: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class MonthFigures(Base):
    """Events of the newest release that are alike in family, country, month and flags, added up."""

    __tablename__ = "month_figures"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    family: Mapped[int] = mapped_column(ForeignKey("term.number"), index=True)
    country: Mapped[int | None]
    month: Mapped[int | None]
    figures: Mapped[int]
    left_out: Mapped[int]
    events: Mapped[int]
    aggregates: Mapped[int]
    low: Mapped[int | None] = mapped_column(BigInteger)
    best: Mapped[int | None] = mapped_column(BigInteger)
    from_low: Mapped[int]
    high: Mapped[int | None] = mapped_column(BigInteger)
    highs: Mapped[int]
    highest: Mapped[int | None] = mapped_column(BigInteger)
    disputed: Mapped[int]
