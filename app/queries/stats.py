"""Statistics: the events that match, added up by groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from app.models import EVERYTHING, SEVERAL, Term
from app.params.stats import StatsQuery
from app.queries.cells import HALVES, halves_of
from app.queries.event_clauses import Window
from app.queries.event_filters import Matching, match_events
from app.queries.event_pages import shape_of, values_of
from app.queries.event_totals import count_events
from app.queries.events import pointless_warning, warnings_of
from app.queries.releases import AnsweringRelease
from app.queries.stats_rows import TIMES, Group, Totals, refuse_too_many, rows_of_groups
from app.queries.stats_statements import (
    BY_MONTH,
    MANY_RELEASES,
    MANY_VALUED,
    NOT_ALLOCATED,
    REPEATED,
    Form,
    added_up,
    added_up_by_month,
    added_up_of_others,
    kind_of,
)

Groups = dict[Group, Totals]

# More than an answer takes rows, as the same group can have some, by what is known of its events.
MOST_FETCHED = 200_000
UNBOUNDED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Statistics:
    """The rows as JSON texts, in order, how many events match, and what a reader could misread."""

    rows: Sequence[bytes]
    events: int
    warnings: tuple[str, ...]


def add_up_events(connection: Connection, release: AnsweringRelease, asked: StatsQuery) -> Statistics:
    """The statistics of the events that match. Raises Problem 400 for ids and names that do not exist, and where the
    rows are too many.
    """
    matching = match_events(connection, asked, release.number)
    if matching.finds_nothing:
        return Statistics([], 0, ())
    groups = _added_up_before(connection, matching, release, asked.group_by)
    if groups is None:
        groups = {}
        values = {**values_of(matching, release.number), HALVES: halves_of(asked.cell_degrees)}
        _add_all(connection, Form(shape_of(matching), asked.group_by), values, groups)
    tally = count_events(connection, matching, release.number)
    rows = rows_of_groups(groups, asked.group_by, _names(connection, asked.group_by), asked.cell_degrees)
    warnings = (
        *warnings_of(connection, tally, "event"),
        *pointless_warning(connection, asked, release.number),
        *_warnings(asked.group_by),
    )
    return Statistics(rows, tally.total, warnings)


def _add_all(connection: Connection, form: Form, values: dict[str, Any], groups: Groups) -> None:
    """Add all that is found to the groups: first what lies in one group of each key, then the rest by what it is."""
    met = _add(connection, form, values, groups)
    if "source" in form.keys and MANY_RELEASES.first(connection, {}):
        met |= {several | {REPEATED} for several in met if "claim" not in several} | {frozenset({REPEATED})}
    for several in sorted(met, key=sorted):
        _add(connection, form._replace(several=several), values, groups)


def _add(connection: Connection, form: Form, values: dict[str, Any], groups: Groups) -> set[frozenset[str]]:
    """Add what one form of the question finds to the groups; what there is that lies in several, by what kinds."""
    rows = _fetch(connection, form, values)
    met = _take_all(groups, form, rows)
    if _has_others(form, rows):
        _add_others(connection, form, values, groups)
    return met


def _fetch(connection: Connection, form: Form, values: dict[str, Any]) -> Sequence[Any]:
    """What one form finds. Raises Problem 400 where an answer cannot take it, before there is more of it in memory."""
    rows = added_up(form).all(connection, {**values, "most": MOST_FETCHED})
    if len(rows) < MOST_FETCHED:
        return rows
    refuse_too_many(len({row[: len(form.keys) + 1] for row in rows}), form.keys)
    # Groups whose events differ much in what is known of them have many rows each.
    return added_up(form).all(connection, {**values, "most": UNBOUNDED})


def _take_all(groups: Groups, form: Form, rows: Sequence[Any]) -> set[frozenset[str]]:
    allocated = not form.several & NOT_ALLOCATED
    met, size = set(), len(form.keys) + 1
    for row in rows:
        if SEVERAL in row[: size - 1]:
            met.add(_kinds_of_several(form.keys, row))
            continue
        figures, left_out, events, aggregates, *sums = row[size : size + 11]
        totals = groups.setdefault(tuple(row[:size]), Totals())
        totals.count(events, aggregates, figures, left_out, allocated=allocated)
        if allocated and figures & ~left_out & 1:
            totals.add(0, sums)
    return met


def _has_others(form: Form, rows: Sequence[Any]) -> bool:
    """Whether there are figures of other outcomes than the killed to add up."""
    return not form.several & NOT_ALLOCATED and any(row[len(form.keys) + 1] > 1 for row in rows)


def _add_others(connection: Connection, form: Form, values: dict[str, Any], groups: Groups) -> None:
    size = len(form.keys) + 1
    for row in added_up_of_others(form).all(connection, values):
        outcome, left_out, *sums = row[size:]
        if SEVERAL not in row[: size - 1] and not left_out >> outcome & 1:
            groups[tuple(row[:size])].add(outcome, sums)


def _kinds_of_several(keys: Sequence[str], row: Sequence[Any]) -> frozenset[str]:
    found = (kind_of(key, keys) for key, value in zip(keys, row, strict=False) if value == SEVERAL)
    return frozenset(kind for kind in found if kind is not None)


def _added_up_before(
    connection: Connection, matching: Matching, release: AnsweringRelease, keys: tuple[str, ...]
) -> Groups | None:
    """What publishing has added up, and beside it what begins before a window; None where that is not the answer."""
    window = matching.window
    is_newest = matching.has_counts_of == release.number and matching.terms[0].number == EVERYTHING
    if not (is_newest and BY_MONTH.issuperset(keys) and (window is None or _is_of_months(window))):
        return None
    bounds = (False, False) if window is None else (window.first is not None, window.last is not None)
    values = values_of(matching, release.number)
    rows = added_up_by_month(keys, bounds).all(connection, {**values, **_months_of(window)})
    # Where a load ended between two statements these are of the next release already.
    if not rows or any(row[-1] != release.number for row in rows):
        return None
    groups: Groups = {}
    form = Form(shape_of(matching), keys)
    met = _take_all(groups, form, rows)
    if window is not None:
        earlier = _fetch(connection, form._replace(before=True), values)
        met |= _take_all(groups, form, earlier)
        rows = [*rows, *earlier]
    for several in met:
        _add(connection, form._replace(several=several), values, groups)
    if _has_others(form, rows):
        _add_others(connection, form, values, groups)
    return groups


def _is_of_months(window: Window) -> bool:
    """Whether a window begins with the first day of a month, and ends with the last of one."""
    begins = window.first is None or date.fromordinal(window.first).day == 1
    return begins and (window.last is None or date.fromordinal(window.last + 1).day == 1)


def _months_of(window: Window | None) -> dict[str, int]:
    bounds = {} if window is None else {"first_month": window.first, "last_month": window.last}
    days = {name: date.fromordinal(day) for name, day in bounds.items() if day is not None}
    return {name: day.year * 12 + day.month - 1 for name, day in days.items()}


def _names(connection: Connection, keys: Sequence[str]) -> dict[int, str]:
    """The values of the terms that groups of these keys can have, and of families."""
    kinds = [key for key in keys if key not in TIMES and key != "cell"] + ["source"]
    return dict(connection.execute(select(Term.number, Term.value).where(Term.kind.in_(kinds))).all())


def _warnings(keys: Sequence[str]) -> tuple[str, ...]:
    """What adding rows up would get wrong."""
    shared = [key for key in keys if MANY_VALUED.get(key) in NOT_ALLOCATED]
    claimed = [key for key in keys if MANY_VALUED.get(key) == "claim"]
    warnings = []
    if shared:
        warnings.append(
            f"several groups: an event can lie in several groups of {' and '.join(shared)}. It is counted in each;"
            " its figures are in none, and not_allocated."
        )
    if claimed:
        warnings.append(
            f"own claims: an event can lie in several groups of {' and '.join(claimed)}. Each row adds up what its"
            " own claims say, so no figures are to be added across rows."
        )
    return tuple(warnings)
