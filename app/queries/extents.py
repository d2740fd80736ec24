"""Where and when the events of the newest release are, at most: a box and an interval around all of them."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from app.models import EVERYTHING, UNKNOWN_LAST, EventDocument, EventSpot, Term, TermCount
from app.params.places import Box
from app.queries.pages import holds_in
from app.queries.releases import AnsweringRelease, State

_EXTENTS = "extents of releases"


class Extent(NamedTuple):
    """`box` is None where no event has a point; an end is None where no event has a day."""

    box: Box | None
    first: date | None
    last: date | None


def extent_of_events(connection: Connection, newest: AnsweringRelease) -> Extent:
    """The extent of the newest release. It takes one look at every place, once a release and connection."""
    known: dict[State, Extent] = connection.info.setdefault(_EXTENTS, {})
    if newest.state not in known:
        known.clear()
        known[newest.state] = Extent(_box(connection), *_days(connection, newest.number))
    return known[newest.state]


def _box(connection: Connection) -> Box | None:
    spot = EventSpot
    corners = (func.min(spot.longitude), func.min(spot.latitude), func.max(spot.longitude), func.max(spot.latitude))
    holding = select(TermCount.term).where(TermCount.holding > 0)
    row = connection.execute(select(*corners).where(spot.latitude.is_not(None), spot.term.in_(holding))).one()
    degrees = [degree for degree in row if degree is not None]
    return Box(*degrees) if degrees else None


def _days(connection: Connection, release: int) -> tuple[date | None, date | None]:
    """The first and the last day, each from an end of the index: what begins last says how far back ends may lie."""
    key, holds = EventDocument.by_newest, holds_in(EventDocument, release)
    begun = select(key).where(holds, key < UNKNOWN_LAST).limit(1)
    latest, earliest = connection.scalar(begun.order_by(key)), connection.scalar(begun.order_by(key.desc()))
    longest = connection.scalar(select(Term.longest_days).where(Term.number == EVERYTHING)) or 0
    undated = _ends(connection, holds, key == UNKNOWN_LAST)
    dated = () if latest is None else _ends(connection, holds, key <= latest + longest)
    starts = [] if earliest is None else [-earliest]
    days = [*starts, *undated, *dated]
    return (date.fromordinal(min(days)), date.fromordinal(max(days))) if days else (None, None)


def _ends(connection: Connection, *wanted: ColumnElement[bool]) -> Sequence[int]:
    """The first and the last of the last days that are known; nothing where none is."""
    day = EventDocument.last_day
    row = connection.execute(select(func.min(day), func.max(day)).where(*wanted)).one()
    return [day for day in row if day is not None]
