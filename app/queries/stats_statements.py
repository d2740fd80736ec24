"""The statements that add up events by groups. Each is built once for all questions of its form.

One adds up all events that are found, from narrow rows; what lies in several groups of a key it sets apart, for
statements of their own to look up in which.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.models import (
    ANY,
    SEVERAL,
    UNKNOWN_LAST,
    EventActor,
    EventDocument,
    EventFigures,
    EventRegion,
    EventTerm,
    MonthFigures,
    OwnFigure,
    ReferenceDocument,
    Release,
    Term,
)
from app.queries.cells import every_cell, every_country_and_cell, one_cell
from app.queries.event_clauses import (
    Rows,
    in_window,
    in_window_dated,
    in_window_undated,
    needs_documents,
    undated,
)
from app.queries.event_pages import Shape, Statement, matches, rows_of
from app.queries.prepared import Prepared, whole_sum

# The keys of which an event can have several values, by what tells these apart.
MANY_VALUED = {
    "country": "region",
    "admin1": "region",
    "cell": "cell",
    "actor": "actor",
    "claimant": "claim",
    "source": "claim",
}
# An event in several groups of these is counted in each, and its figures in none.
NOT_ALLOCATED = frozenset({"region", "cell", "spot", "actor"})
# In `Form.several`: sources are those that repeat an event which was first read elsewhere.
REPEATED = "repeated"
BY_MONTH = frozenset({"country", "year", "month"})
_OF_ONE_SPOT = {"country", "cell"}

_MONTHS_A_YEAR: ColumnElement[int] = literal_column("12", Integer)
_DAYS_A_WEEK: ColumnElement[int] = literal_column("7", Integer)
_ZERO: ColumnElement[int] = literal_column("0", Integer)
_ONE: ColumnElement[int] = literal_column("1", Integer)
_RELEASE: ColumnElement[int] = bindparam("release")
_KILLED = 0


class Form(NamedTuple):
    """What shapes a statement: how events are found, by what they are grouped, and what they have several of.

    Without `several` it finds them all, and `SEVERAL` stands in place of the keys that an event has several of. Of the
    events in a window, `before` takes in those only that do not begin in it.
    """

    found: Shape
    keys: tuple[str, ...]
    several: frozenset[str] = frozenset()
    before: bool = False


@lru_cache(maxsize=256)
def added_up(form: Form) -> Prepared:
    """The statement that gives, for each group: its keys, family, the outcomes that there are figures of and those
    left out, events, aggregates, and of the killed the sums of low, best, best from low, high, how many have a high,
    and the sums of highest stated and disputed; without sums where they are not allocated. At most `most` of them.
    """
    query, keys, figures = _grouped(form)
    sums: Sequence[Any] = [null()] * 7
    if not form.several & NOT_ALLOCATED:
        sums = _sums_of(figures)
    kept = (*keys, EventFigures.family, figures.figures, EventFigures.left_out)
    query = query.add_columns(*kept[len(keys) :], func.count(), whole_sum(EventFigures.is_aggregate), *sums)
    return Prepared(query.group_by(*kept).limit(bindparam("most")), plan_kept=False)


@lru_cache(maxsize=256)
def added_up_of_others(form: Form) -> Prepared:
    """The statement that gives, for each group: its keys, family, an outcome other than killed, the outcomes left out,
    and the same sums of that outcome.
    """
    query, keys, figures = _grouped(form)
    other = aliased(OwnFigure)
    told_by = (figures.claimant, figures.source) if "claim" in form.several else (ANY, ANY)
    same = (other.document == EventFigures.document, other.outcome > _KILLED, figures.figures > 1)
    query = query.where(*same, other.claimant == told_by[0], other.source == told_by[1])
    kept = (*keys, EventFigures.family, other.outcome, EventFigures.left_out)
    return Prepared(query.add_columns(*kept[len(keys) :], *_sums_of(other)).group_by(*kept), plan_kept=False)


@lru_cache(maxsize=16)
def added_up_by_month(keys: tuple[str, ...], window: tuple[bool, bool]) -> Prepared:
    """As `added_up`, from what publishing has added up of all events by country and month; and the newest release."""
    row, (has_first, has_last) = MonthFigures, window
    groups = (*(_key_of(row, key) for key in keys), row.family, row.figures, row.left_out)
    sums = (row.events, row.aggregates, row.low, row.best, row.from_low, row.high, row.highs, row.highest, row.disputed)
    newest = select(func.max(Release.number)).scalar_subquery()
    query = select(*groups, *(whole_sum(number) for number in sums), newest).group_by(*groups)
    if has_first:
        query = query.where(row.month >= bindparam("first_month"))
    if has_last:
        query = query.where(row.month <= bindparam("last_month"))
    return Prepared(query)


def _sums_of(figures: Any) -> Sequence[ColumnElement[Any]]:
    return (
        whole_sum(figures.low),
        whole_sum(figures.best),
        whole_sum(figures.from_low),
        whole_sum(figures.high),
        func.count(figures.high),
        whole_sum(figures.highest),
        whole_sum(figures.disputed),
    )


def kind_of(key: str, keys: Sequence[str]) -> str | None:
    """What tells several values of a key apart, where events are grouped by these keys; None where it has but one.

    A country and a cell are told of the same place.
    """
    return "spot" if key in _OF_ONE_SPOT and set(keys) == _OF_ONE_SPOT else MANY_VALUED.get(key)


def _grouped(form: Form) -> tuple[Statement, list[ColumnElement[Any]], Any]:
    """The events of a form with their keys, and the table that has their figures of the killed."""
    keys = {key: _key_of(EventFigures, key) for key in form.keys}
    alone = dict(keys)
    conditions = [EventFigures.valid_from <= _RELEASE, EventFigures.valid_until > _RELEASE, *_found(form)]
    kinds = {key: kind for key in form.keys if (kind := kind_of(key, form.keys))} if form.several else {}
    for kind in sorted(set(kinds.values())):
        its_keys = [key for key in form.keys if kinds.get(key) == kind]
        columns = [alone[key] for key in its_keys]
        if kind not in form.several:
            conditions += [or_(column.is_(None), column != SEVERAL) for column in columns]
            continue
        conditions.append(or_(*(column == SEVERAL for column in columns)))
        found, joined = _SEVERAL[kind](its_keys)
        keys |= found
        conditions += joined
    if REPEATED in form.several:
        keys["source"], joined = _repeating_sources()
        conditions += joined
    in_order = [keys[key] for key in form.keys]
    query = select(*in_order).where(*conditions)
    if "cell" in form.keys:
        query = query.select_from(_WITH_CELLS)
    return query, in_order, _OWN if "claim" in form.several else EventFigures


def _found(form: Form) -> Iterator[Any]:
    """The conditions for the events that are found."""
    found, rows = form.found, Rows(EventFigures, EventDocument, EventFigures.document.expression)
    if found.terms or found.start or found.clauses or needs_documents((), found.window):
        yield EventFigures.document == _documents(found).c.document
    elif found.window is not None:
        yield in_window(rows, found.window)
    if form.before and found.window is not None:
        _, has_first, _ = found.window
        yield EventFigures.by_newest > bindparam("newest_from") if has_first else undated(rows)


def _documents(found: Shape) -> Any:
    """The documents that are found, each once."""
    rows = rows_of(found)
    query = matches(select(rows.number.label("document")), found, rows)
    if found.terms > 1:
        query = query.distinct()
    if found.window is None:
        return query.subquery("found")
    parts = (in_window_dated(rows, found.window), in_window_undated(rows, found.window))
    return union_all(*(query.where(part) for part in parts if part is not None)).subquery("found")


def _key_of(rows: Any, key: str) -> Any:
    if key == "year":
        return rows.month // _MONTHS_A_YEAR
    if key == "week":  # since 0001-01-01, which was a Monday
        return case((rows.by_newest < UNKNOWN_LAST, (-rows.by_newest - _ONE) // _DAYS_A_WEEK))
    if key == "cell":
        return _ONE_CELL.c.cell
    return getattr(rows, key)


_OWN = aliased(OwnFigure)
_ONE_CELL = one_cell()
_WITH_CELLS = (
    EventFigures.__table__.join(EventDocument.__table__, EventDocument.number == EventFigures.document)
    # Whereabouts without places have no row.
    .outerjoin(_ONE_CELL, _ONE_CELL.c.term == EventDocument.whereabouts)
)


def _several_regions(keys: Sequence[str]) -> tuple[dict[str, Any], list[Any]]:
    """The pairs that an event has, where both are asked for; else those of one, each once."""
    columns = [getattr(EventRegion, key) for key in keys]
    query = select(EventRegion.document, *columns)
    if len(keys) == 1:
        query = query.where(columns[0] != 0).distinct()
    regions = query.subquery("region")
    found = {key: func.nullif(regions.c[key], _ZERO) for key in keys}
    return found, [regions.c.document == EventFigures.document]


def _several_cells(_: Sequence[str]) -> tuple[dict[str, Any], list[Any]]:
    cells = every_cell()
    return {"cell": cells.c.cell}, [cells.c.term == EventDocument.whereabouts]


def _several_spots(keys: Sequence[str]) -> tuple[dict[str, Any], list[Any]]:
    spots = every_country_and_cell()
    return {key: spots.c[key] for key in keys}, [spots.c.term == EventDocument.whereabouts]


def _several_actors(_: Sequence[str]) -> tuple[dict[str, Any], list[Any]]:
    return {"actor": EventActor.actor}, [EventActor.document == EventFigures.document]


def _several_claimants(keys: Sequence[str]) -> tuple[dict[str, Any], list[Any]]:
    """Whoever claims, and wherever it was read: what each of them says of the killed always has a row."""
    said_by = {key: getattr(_OWN, key) for key in ("claimant", "source")}
    named = [column != ANY if key in keys else column == ANY for key, column in said_by.items()]
    found = {key: func.nullif(said_by[key], _ZERO) for key in keys}
    return found, [_OWN.document == EventFigures.document, _OWN.outcome == _KILLED, *named]


def _repeating_sources() -> tuple[Any, list[Any]]:
    """The later releases of a dataset that repeat an event."""
    term, number = aliased(EventTerm), aliased(Term)
    sources = select(ReferenceDocument.id).where(ReferenceDocument.resource == "source")
    of_sources = select(number.number).where(number.kind == "source", number.value.in_(sources))
    holds = (term.valid_from <= _RELEASE, term.valid_until > _RELEASE)
    is_another = (EventFigures.source != SEVERAL, term.term != EventFigures.source)
    return term.term, [term.document == EventFigures.document, term.term.in_(of_sources), *holds, *is_another]


_SEVERAL = {
    "region": _several_regions,
    "cell": _several_cells,
    "spot": _several_spots,
    "actor": _several_actors,
    "claim": _several_claimants,
}
# Whether any dataset is here in several releases, so that a later one can repeat events of an earlier one.
MANY_RELEASES = Prepared(
    select(ReferenceDocument.family)
    .where(ReferenceDocument.resource == "source", ReferenceDocument.family.is_not(None))
    .group_by(ReferenceDocument.family)
    .having(func.count(ReferenceDocument.id.distinct()) > 1)
    .limit(1)
)
