"""Where and when the events of the newest release are, at most: a box and an interval around all of them."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, case, func, select

from app.models import UNKNOWN_LAST, EventDocument, EventSpot, TermCount
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
    """The extent of the newest release. It takes one look at every place and day, once a release and connection."""
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
    document = EventDocument
    # An index has these columns, so that no document is opened; the oldest of what is negated is the largest.
    known = case((document.by_newest < UNKNOWN_LAST, document.by_newest))
    query = select(func.max(known), func.min(document.last_day), func.max(document.last_day))
    oldest, first_end, last = connection.execute(query.where(holds_in(document, release))).one()
    days = [day for day in (None if oldest is None else -oldest, first_end) if day is not None]
    return date.fromordinal(min(days)) if days else None, None if last is None else date.fromordinal(last)
