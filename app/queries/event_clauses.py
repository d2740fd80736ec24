"""What filters on events say in SQL. A clause's form alone shapes the statement, its values are bound.

So a statement is built and compiled once for all questions of one form; building it costs more than running it.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from app.models import UNKNOWN_LAST, EventDocument, EventInvolvement, EventSpot, EventTerm, EventText
from app.models.event_text import TextMatches
from app.params.events import OVERLAP_OR_UNDATED
from app.queries.places import lies_there

Expression = ColumnElement[bool]
Form = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition: `form` names its expression and what shapes that, `values` is what its parameters are bound to."""

    form: Form
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """Days that events are asked to meet, inclusive; `longest_days` is the most that an event of those asked lasts."""

    mode: str
    first: int | None
    last: int | None
    longest_days: int

    @property
    def form(self) -> Form:
        return self.mode, self.first is not None, self.last is not None

    @property
    def values(self) -> dict[str, int]:
        values: dict[str, int] = {}
        if self.first is not None:
            values |= {"first": self.first, "newest_before": self.longest_days - self.first, "newest_from": -self.first}
        if self.last is not None:
            values |= {"last": self.last, "newest_to": -self.last}
        return values


class Rows(NamedTuple):
    """The columns that expressions may name: `keys` has those of sorts and windows, `document` all others.

    `keys` is the term's row where a term is asked for, which spares reading the document's.
    """

    keys: Any
    document: Any
    number: ColumnElement[int]


def every_document() -> Rows:
    """The rows where no term is asked for."""
    return Rows(EventDocument, EventDocument, EventDocument.number.expression)


def documents_by_term() -> Rows:
    """The rows where a term is asked for."""
    return Rows(EventTerm, EventDocument, EventTerm.document.expression)


def holds(rows: Rows) -> Expression:
    """The condition for documents that hold in the release."""
    return and_(rows.keys.valid_from <= bindparam("release"), rows.keys.valid_until > bindparam("release"))


def _is_one_of(rows: Rows, ids: int) -> Expression:
    one_of: Expression = rows.keys.id.in_([bindparam(f"id{place}") for place in range(ids)])
    return one_of


def _has_a_term(rows: Rows, number: int | str, values: int) -> Expression:
    other = aliased(EventTerm)
    same = (
        other.by_newest == rows.keys.by_newest,
        other.id == rows.keys.id,
        other.document == rows.number,
        other.valid_from <= bindparam("release"),
    )
    any_of = other.term.in_([bindparam(f"also{number}_{place}") for place in range(values)])
    return select(other.term).where(any_of, *same).exists()


def _lacks_the_term(rows: Rows, kind: str) -> Expression:
    other = aliased(EventTerm)
    same = (other.by_newest == rows.keys.by_newest, other.id == rows.keys.id, other.document == rows.number)
    return ~select(other.term).where(other.term == bindparam(f"lacks_{kind}"), *same).exists()


def _is_involved(rows: Rows, roles: int, attributions: int, actors: int) -> Expression:
    if not attributions:
        return literal(0) == 1
    said = [
        EventInvolvement.role.in_([bindparam(f"role{place}") for place in range(roles)]),
        EventInvolvement.attribution.in_([bindparam(f"attribution{place}") for place in range(attributions)]),
    ]
    if not actors:
        return rows.number.in_(select(EventInvolvement.document).where(*said))
    said.append(EventInvolvement.actor.in_([bindparam(f"actor{place}") for place in range(actors)]))
    return select(EventInvolvement.document).where(*said, EventInvolvement.document == rows.number).exists()


def _figure(rows: Rows, on: str) -> ColumnElement[int]:
    document = rows.document
    figures: Mapping[str, ColumnElement[int]] = {
        "low": document.killed_low,
        "best": document.killed_best,
        "high": document.killed_high,
    }
    return figures[on]


def _killed_min(rows: Rows, on: str | None) -> Expression:
    if on:
        return _figure(rows, on) >= bindparam("killed_min")
    # The key is best, or low where best is null, negated; an unknown is larger than every number.
    enough: Expression = rows.keys.by_most_killed <= bindparam("most_killed_from")
    return enough


def _killed_max(rows: Rows, on: str | None) -> Expression:
    return _figure(rows, on or "high") <= bindparam("killed_max")


def _is_as_precise(rows: Rows) -> Expression:
    as_precise: Expression = rows.document.precision <= bindparam("precision")
    return as_precise


def _is_placed(rows: Rows, *shape: Hashable) -> Expression:
    """One of its places lies there; where precision is asked for, of that very place. Or it has no point at all."""
    spot = aliased(EventSpot)
    *where, finds_pointless, is_precise = shape
    conditions = [spot.term == rows.document.whereabouts, *lies_there(spot, *where)]
    if is_precise:
        # A spot leaves out the precision that is its event's.
        conditions.append(func.coalesce(spot.precision, rows.document.precision) <= bindparam("precision"))
    is_there = select(spot.term).where(*conditions).exists()
    if not finds_pointless:
        return is_there
    pointed = aliased(EventSpot)
    a_point = select(pointed.term).where(pointed.term == rows.document.whereabouts, pointed.latitude.is_not(None))
    return or_(is_there, ~a_point.exists())


def _is_worded(rows: Rows) -> Expression:
    text = EventText.__table__.c
    return select(text.rowid).where(text.rowid == rows.number, TextMatches(bindparam("words"))).exists()


EXPRESSIONS: Mapping[str, Callable[..., Expression]] = {
    "is_one_of": _is_one_of,
    "has_a_term": _has_a_term,
    "lacks_the_term": _lacks_the_term,
    "is_involved": _is_involved,
    "killed_min": _killed_min,
    "killed_max": _killed_max,
    "is_as_precise": _is_as_precise,
    "is_placed": _is_placed,
    "is_worded": _is_worded,
}
# Those that ask for columns which the rows of terms do not have.
ON_DOCUMENTS = frozenset({"killed_min", "killed_max", "is_as_precise", "is_placed"})
_MODES_ON_DOCUMENTS = frozenset({"within", "possible"})


def needs_documents(forms: tuple[Form, ...], window: Form | None) -> bool:
    """Whether these ask for columns that the rows of terms do not have."""
    asks = any(form[0] in ON_DOCUMENTS and form != ("killed_min", None) for form in forms)
    return asks or (window is not None and window[0] in _MODES_ON_DOCUMENTS)


def expression_of(form: Form, rows: Rows) -> Expression:
    """A clause's form in SQL."""
    name, *shape = form
    return EXPRESSIONS[str(name)](rows, *shape)


def dated(rows: Rows) -> Expression:
    """Documents whose first day is known, and that sort by it."""
    known: Expression = rows.keys.by_newest < UNKNOWN_LAST
    return known


def undated(rows: Rows) -> Expression:
    """Documents whose first day is unknown, and that sort last."""
    unknown: Expression = rows.keys.by_newest == UNKNOWN_LAST
    return unknown


def in_window_dated(rows: Rows, window: Form) -> Expression:
    """Documents with a known first day that lie in the window as its mode says.

    The first condition is the index's range: nothing that begins after the window, or too long before it, is read.
    """
    mode, has_first, has_last = window
    keys, document = rows.keys, rows.document
    begins_in_time = keys.by_newest >= bindparam("newest_to") if has_last else dated(rows)
    if mode == "possible":
        ends_in_time = or_(document.end_day.is_(None), document.end_day >= bindparam("first")) if has_first else true()
        return and_(dated(rows), begins_in_time, ends_in_time)
    if mode in ("overlap", OVERLAP_OR_UNDATED):
        if not has_first:
            return and_(dated(rows), begins_in_time)
        long_before = keys.by_newest <= bindparam("newest_before")
        return and_(begins_in_time, long_before, keys.last_day >= bindparam("first"))
    begins_inside = and_(begins_in_time, keys.by_newest <= bindparam("newest_from")) if has_first else begins_in_time
    if mode == "start":
        return and_(dated(rows), begins_inside)
    ends = document.end_day
    ends_inside = and_(
        ends >= bindparam("first") if has_first else ends.is_not(None),
        ends <= bindparam("last") if has_last else true(),
    )
    return and_(dated(rows), begins_inside, ends_inside)


def in_window_undated(rows: Rows, window: Form) -> Expression | None:
    """The same for documents whose first day is unknown: only their last one, if that is known, can say.

    None where none of them can lie in the window.
    """
    mode, has_first, has_last = window
    last_day = rows.keys.last_day
    if mode in ("start", "within"):
        return None
    ends_late_enough = last_day >= bindparam("first") if has_first else last_day.is_not(None)
    if mode == "possible":
        return and_(undated(rows), or_(last_day.is_(None), ends_late_enough))
    ends_early_enough = last_day <= bindparam("last") if has_last else true()
    in_time = and_(ends_late_enough, ends_early_enough)
    return and_(undated(rows), or_(last_day.is_(None), in_time) if mode == OVERLAP_OR_UNDATED else in_time)


def in_window(rows: Rows, window: Form) -> Expression:
    """Both together, where the order is not by date."""
    undated_too = in_window_undated(rows, window)
    in_window = in_window_dated(rows, window)
    return in_window if undated_too is None else or_(in_window, undated_too)


def left_out_as_undated(rows: Rows, window: Form) -> Expression | None:
    """Documents that only an unknown date keeps out, which a window would do in silence; a warning tells.

    None where a window leaves out none.
    """
    mode, has_first, has_last = window
    last_day, end = rows.keys.last_day, rows.document.end_day
    if mode in ("possible", OVERLAP_OR_UNDATED):
        return None
    if mode == "overlap":
        return and_(undated(rows), last_day.is_(None))
    may_end_in_time = or_(last_day.is_(None), last_day >= bindparam("first")) if has_first else true()
    no_start = and_(undated(rows), may_end_in_time)
    if mode == "start":
        return no_start
    may_begin_in_time = rows.keys.by_newest >= bindparam("newest_to") if has_last else true()
    return or_(no_start, and_(dated(rows), end.is_(None), may_begin_in_time))
