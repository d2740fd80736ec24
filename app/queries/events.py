"""Events."""

from operator import itemgetter

from sqlalchemy import Connection

from app.params.cursors import read_cursor
from app.params.events import EventFilters, EventQuery
from app.queries.bodies import unpack_all
from app.queries.event_filters import match_events
from app.queries.event_pages import find_events
from app.queries.event_starts import has_events_without_points
from app.queries.event_totals import Tally, count_events
from app.queries.pages import Page
from app.queries.releases import AnsweringRelease
from app.queries.terms import names_of_families

_PACKED = itemgetter(2, 3)
# Filters that a page finds by its index alone, whatever they ask: what they read is bounded by the page.
QUICK = frozenset({"country", "date_from", "date_to"})
# What makes no difference to how an answer is found.
NEUTRAL = frozenset({"limit", "sort", "format", "total"})


def list_events(connection: Connection, release: AnsweringRelease, asked: EventQuery) -> Page:
    """One page of the events that match. Raises Problem 400 for ids and names that do not exist."""
    matching = match_events(connection, asked, release.number)
    if matching.finds_nothing:
        return Page([], 0 if asked.total else None, None)
    after = read_cursor(asked)
    rows_alone = asked.takes_rows_alone
    tally = Tally({}) if rows_alone else count_events(connection, matching, release.number, total_wanted=asked.total)
    matched = asked.matched if rows_alone else tally.total
    found = find_events(connection, matching, release.number, asked.sort, after, asked.limit + 1, matched)
    shown = found[: asked.limit]
    last = (shown[-1][0] if asked.sort != "id" else None, shown[-1][1]) if len(found) > asked.limit else None
    bodies = unpack_all(connection, map(_PACKED, shown))
    if rows_alone:
        return Page(bodies, None, last)
    warnings = (*warnings_of(connection, tally, "event"), *pointless_warning(connection, asked, release.number))
    return Page(bodies, tally.total if asked.total else None, last, warnings)


def is_quick(asked: EventQuery) -> bool:
    """Whether an answer takes about as little time as handing it to another thread would.

    Totals of the newest release alone are looked up; what is asked of another one may have to be counted.
    """
    given = asked.model_fields_set - NEUTRAL
    return given <= QUICK and len(asked.country) <= 1 and asked.sort in ("date", "-date")


def warnings_of(connection: Connection, tally: Tally, what: str) -> tuple[str, ...]:
    """What a reader of a list could misread."""
    return (*families_warning(connection, tally), *undated_warning(tally.undated, what))


def pointless_warning(connection: Connection, asked: EventFilters, release: int) -> tuple[str, ...]:
    """That a question for a place cannot find what has no point, or finds all of that, where there is such a thing."""
    if not asked.asks_for_a_place or not has_events_without_points(connection, release):
        return ()
    if asked.finds_pointless:
        return ("places: events whose locations have no known point match every bbox; their geometry is null.",)
    return ("places: events whose locations have no known point are left out by bbox and near.",)


def families_warning(connection: Connection, tally: Tally) -> tuple[str, ...]:
    """That records of several sources stand side by side, where they do: no figure may be added across them."""
    if len(tally.by_family) < 2:
        return ()
    named = ", ".join(sorted(names_of_families(connection, list(tally.by_family)).values()))
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
