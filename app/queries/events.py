"""Events."""

from sqlalchemy import ColumnElement, Connection, func, select

from app.models import EventDocument
from app.params.cursors import read_cursor
from app.params.events import EventFilters, EventQuery
from app.problems import invalid_parameters
from app.queries.event_filters import conditions, is_undated
from app.queries.known import unknown_values
from app.queries.pages import Page, after, holds_in, keyed, last_of
from app.queries.releases import AnsweringRelease

# Every key sorts ascending and is never null; the id breaks ties.
SORT_KEYS: dict[str, ColumnElement[int] | None] = {
    "date": EventDocument.by_oldest.expression,
    "-date": EventDocument.by_newest.expression,
    "killed": EventDocument.by_fewest_killed.expression,
    "-killed": EventDocument.by_most_killed.expression,
    "id": None,
}


def list_events(connection: Connection, release: AnsweringRelease, asked: EventQuery) -> Page:
    """One page of the events that match. Raises Problem 400 for ids and names that do not exist."""
    faults = unknown_values(connection, asked)
    if faults:
        raise invalid_parameters(faults)
    cursor, key = read_cursor(asked), SORT_KEYS[asked.sort]
    matching = [holds_in(EventDocument, release.number), *conditions(asked, release.number)]
    query = select(EventDocument.id, EventDocument.body, *keyed(key)).where(*matching)
    further = after(cursor, key, EventDocument.id.expression)
    if further is not None:
        query = query.where(further)
    order = [column for column in (key, EventDocument.id) if column is not None]
    rows = connection.execute(query.order_by(*order).limit(asked.limit + 1)).all()
    shown = rows[: asked.limit]
    last = last_of(shown, has_more=len(rows) > asked.limit, has_key=key is not None)
    total = connection.scalar(select(func.count()).where(*matching)) if asked.total else None
    return Page([row.body for row in shown], total, last, warnings_on(connection, release, asked))


def warnings_on(connection: Connection, release: AnsweringRelease, asked: EventFilters) -> tuple[str, ...]:
    """What a reader of a list of events could misread."""
    if (asked.date_from is None and asked.date_to is None) or asked.date_mode == "possible":
        return ()
    dateless = asked.model_copy(update={"date_from": None, "date_to": None})
    left_out = [holds_in(EventDocument, release.number), *conditions(dateless, release.number), is_undated()]
    number = connection.scalar(select(func.count()).where(*left_out))
    if not number:
        return ()
    what = "event that matches otherwise has" if number == 1 else "events that match otherwise have"
    return (f"undated: {number} {what} no known date and is left out by the date filter; date_mode=possible shows it.",)
