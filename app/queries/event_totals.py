"""Counts the events that match, by the source families that they come from, and those that lack a date to match.

Where the counts that publishing made are the answer they are looked up, and no row is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, distinct, func, literal, null, select, true, union_all

from app.models import COUNTED_BY_DAY, DayCount, Release, TermCount
from app.queries.event_clauses import Expression, Rows, in_window_dated, in_window_undated, left_out_as_undated
from app.queries.event_filters import Matching
from app.queries.event_pages import Shape, Statement, matches, rows_of, shape_of, values_of
from app.queries.prepared import Prepared, whole_sum

_LEFT_OUT = -1


@dataclass(frozen=True, slots=True)
class Tally:
    """How many events match, by the number of their family; `undated` are left out for want of a date alone."""

    by_family: dict[int, int]
    undated: int = 0

    @property
    def total(self) -> int:
        return sum(self.by_family.values())


def count_events(connection: Connection, matching: Matching, release: int, *, total_wanted: bool = True) -> Tally:
    """Count what matches in a release.

    Without the total, a reader is still warned of several families and of what is left out as undated. Where what was
    begun from has one family, only the latter is counted, and the number is that of all that was begun from.
    """
    shape, window = shape_of(matching), matching.window
    if not total_wanted and len(families := matching.families_in(release)) == 1:
        undated = 0
        if window is not None:
            counted = _counted_as_left_out(shape).all(connection, values_of(matching, release))
            undated = sum(number for _, number in counted)
        return Tally(families, undated)
    if matching.has_counts_of == release:
        term = matching.terms[0]
        if window is None:
            return Tally(term.holding)
        if matching.start is None and term.documents >= COUNTED_BY_DAY:
            values = {**values_of(matching, release), "term": term.number}
            counted = _looked_up(shape).all(connection, values)
            # Where a load ended between two statements the counts are of the next release already.
            if counted[0][-1] == release:
                return _tally(counted)
    return _count(connection, shape, values_of(matching, release))


def _tally(rows: Any) -> Tally:
    by_family = {family: number for family, number, *_ in rows if family != _LEFT_OUT and number}
    return Tally(by_family, sum(number for family, number, *_ in rows if family == _LEFT_OUT))


def _count(connection: Connection, shape: Shape, values: dict[str, Any]) -> Tally:
    """Count the rows: all at once where they are of one family, as they mostly are, else family by family."""
    counted = _counted(shape).all(connection, values)
    families = {family for *_, first, last in counted for family in (first, last) if family is not None}
    if len(families) > 1:
        return _tally(_counted_by_family(shape).all(connection, values))
    total = sum(number for part, number, *_ in counted if part != _LEFT_OUT)
    undated = sum(number for part, number, *_ in counted if part == _LEFT_OUT)
    return Tally({families.pop(): total} if families else {}, undated)


@lru_cache(maxsize=256)
def _counted(shape: Shape) -> Prepared:
    """The statement that counts the rows: of each part, how many there are, and the first and last family."""
    rows = rows_of(shape)
    family = rows.keys.family
    columns = (literal(0), _number(shape, rows), func.min(family), func.max(family))
    parts = [matches(select(*columns), shape, rows).where(part) for part in _parts(shape, rows)]
    nobody = [query.add_columns(null(), null()) for query in _left_out(shape)]
    return Prepared(select(*union_all(*parts, *nobody).subquery().c), plan_kept=shape.start is None)


@lru_cache(maxsize=256)
def _counted_as_left_out(shape: Shape) -> Prepared:
    nobody = select(literal(_LEFT_OUT), literal(0))
    return Prepared(select(*union_all(nobody, *_left_out(shape)).subquery().c), plan_kept=shape.start is None)


@lru_cache(maxsize=256)
def _counted_by_family(shape: Shape) -> Prepared:
    rows = rows_of(shape)
    family = rows.keys.family
    query = matches(select(family.label("family"), _number(shape, rows).label("number")), shape, rows)
    parts = [query.where(part).group_by(family) for part in _parts(shape, rows)]
    both = union_all(*parts, *_left_out(shape)).subquery()
    counted = select(both.c.family, whole_sum(both.c.number)).group_by(both.c.family)
    return Prepared(counted, plan_kept=shape.start is None)


def _number(shape: Shape, rows: Rows) -> ColumnElement[int]:
    return func.count() if shape.terms <= 1 else func.count(distinct(rows.number))


def _parts(shape: Shape, rows: Rows) -> list[Expression]:
    """The window in parts: each is a range of the index of its own, and no event is in both."""
    if shape.window is None:
        return [true()]
    parts = (in_window_dated(rows, shape.window), in_window_undated(rows, shape.window))
    return [part for part in parts if part is not None]


def _left_out(shape: Shape) -> Iterator[Statement]:
    rows = rows_of(shape)
    left_out = None if shape.window is None else left_out_as_undated(rows, shape.window)
    if left_out is not None:
        query = select(literal(_LEFT_OUT).label("family"), _number(shape, rows).label("number"))
        yield matches(query, shape, rows).where(left_out)


@lru_cache(maxsize=8)
def _looked_up(shape: Shape) -> Prepared:
    """The statement that looks up how many had begun by the window's last day, less those that were over before it."""
    _, has_first, has_last = shape.window or ("", False, False)
    of_term = TermCount.term == bindparam("term")
    begun = _by_day(DayCount.begun, bindparam("last") if has_last else None)
    over = _by_day(DayCount.over, bindparam("first") - 1) if has_first else literal(0)
    number = func.coalesce(begun, 0) - func.coalesce(over, 0)
    newest = select(func.max(Release.number)).scalar_subquery()
    counted = select(TermCount.family.label("family"), number.label("number"), newest.label("newest")).where(of_term)
    left_out = (query.add_columns(newest.label("newest")) for query in _left_out(shape))
    both = union_all(counted, *left_out).subquery()
    return Prepared(select(both.c.family, both.c.number, both.c.newest))


def _by_day(count: Any, day: Any) -> Any:
    """The count up to a day; the last one there is, where no day is given."""
    same = (DayCount.term == TermCount.term, DayCount.family == TermCount.family)
    query = select(count).where(*same).order_by(DayCount.day.desc()).limit(1)
    return (query if day is None else query.where(DayCount.day <= day)).correlate(TermCount).scalar_subquery()
