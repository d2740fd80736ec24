"""Events."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, select

from app.models import EventDocument
from app.params.events import EventFilters, EventQuery
from app.problems import invalid_parameters
from app.queries.event_filters import conditions, left_out_as_undated
from app.queries.known import unknown_values
from app.queries.pages import Page, fetch_page, holds_in
from app.queries.releases import AnsweringRelease

DATELESS = {"date_from": None, "date_to": None}
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
    matching = [holds_in(EventDocument, release.number), *conditions(asked, release.number)]
    query = select(EventDocument.id, EventDocument.body).where(*matching)
    shown, last = fetch_page(connection, query, asked, EventDocument.id.expression, SORT_KEYS[asked.sort])
    total = connection.scalar(select(func.count()).where(*matching)) if asked.total else None
    families = connection.scalars(select(EventDocument.family).where(*matching).distinct()).all()
    warnings = (*families_warning(families), *_warnings(connection, release, asked))
    return Page([row.body for row in shown], total, last, warnings)


def _warnings(connection: Connection, release: AnsweringRelease, asked: EventFilters) -> tuple[str, ...]:
    undated = left_out_as_undated(asked)
    if undated is None:
        return ()
    otherwise = conditions(asked.model_copy(update=DATELESS), release.number)
    left_out = select(func.count()).where(holds_in(EventDocument, release.number), *otherwise, undated)
    return undated_warning(connection.scalar(left_out) or 0, "event")


def families_warning(families: Sequence[str]) -> tuple[str, ...]:
    """That records of several sources stand side by side, where they do: no figure may be added across them."""
    if len(families) < 2:
        return ()
    named = ", ".join(sorted(families))
    return (
        f"source families: {named}. Each may tell of the same incident, so no figures are to be added across them.",
    )


def undated_warning(number: int, what: str) -> tuple[str, ...]:
    """That a date filter left rows out whose dates are not known well enough, where it did."""
    if not number:
        return ()
    rows = f"1 {what} is" if number == 1 else f"{number} {what}s are"
    return (
        f"undated: {rows} left out by the date filter alone, as no date is known well enough; "
        "date_mode=possible takes in what may lie in the window.",
    )
