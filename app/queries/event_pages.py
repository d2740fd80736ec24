"""Finds a page of events. Each statement is built once for all questions of its form."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, literal, or_, select, tuple_, union

from app.models import EVERYTHING, UNKNOWN_LAST, EventBody, EventDocument, EventTerm
from app.params.cursors import Cursor
from app.queries.event_clauses import (
    Expression,
    Form,
    Rows,
    documents_by_term,
    every_document,
    expression_of,
    holds,
    in_window,
    in_window_dated,
    in_window_undated,
    needs_documents,
)
from app.queries.event_filters import Matching, has_one_of
from app.queries.event_starts import starts_at, years_of_stretch
from app.queries.prepared import Prepared
from app.queries.terms import find_everything

# Where so many match, the first of them are soon met on a walk through all in order. It ends after so many rows that
# were looked at: what lies far off in time is found the other way.
WALKED_FROM = 60_000
# Where so many texts have the words, a page is looked for in one year first, and in four.
NARROWED_FROM = 20_000
WALKED_FROM_WORDS = 120_000
LOOKED_AT = 10_000
# So many terms are read each in its order and merged; more are put in order together.
MOST_MERGED = 8


class Shape(NamedTuple):
    """All that shapes a statement: how many terms it begins from, its clauses, its window, and what it starts at."""

    terms: int
    clauses: tuple[Form, ...]
    window: Form | None
    start: Form | None = None

    @property
    def is_of_terms(self) -> bool:
        return self.terms > 0 or (self.start is not None and self.start[0] == "places")


class Stretch(NamedTuple):
    """A part of a list that is read in one go: by which key, of which rows by that key, and whether backwards.

    Of a stretch that is continued, `ties` says which rows are read: those of the cursor's key, or those beyond it.
    """

    key: str | None
    part: str
    descending: bool
    ties: bool | None = None


Statement = Select[*tuple[Any, ...]]
# A row of a page: its sort key, its id (no two rows have the same), the dictionary of its text, and that text, packed.
FoundEvent = tuple[int, str, int | None, bytes]

# Keys are negated, and an unknown comes last both ways: so the other way round, what is known is read backwards first.
STRETCHES: Mapping[str, tuple[Stretch, ...]] = {
    "-date": (Stretch("by_newest", "known", descending=False), Stretch("by_newest", "unknown", descending=False)),
    "date": (Stretch("by_newest", "known", descending=True), Stretch("by_newest", "unknown", descending=False)),
    "-killed": (Stretch("by_most_killed", "all", descending=False),),
    "killed": (
        Stretch("by_most_killed", "known", descending=True),
        Stretch("by_most_killed", "unknown", descending=False),
    ),
    "id": (Stretch(None, "all", descending=False),),
}


def find_events(
    connection: Connection, matching: Matching, release: int, sort: str, after: Cursor | None, most: int, total: int
) -> list[FoundEvent]:
    """The first so many events that match and come after the cursor, in order; `total` is how many match at all."""
    found: list[FoundEvent] = []
    shape, values = shape_of(matching), values_of(matching, release)
    for stretch in _stretches_after(sort, after):
        if stretch.key == "by_newest" and stretch.part == "unknown" and not _has_undated(shape):
            continue
        continued = after if after and _lies_in(after, stretch) else None
        if continued:
            values = {**values, "after_key": continued.key, "after_id": continued.id}
        wanted = most - len(found)
        rows: Sequence[FoundEvent] = ()
        for form, bound in (
            *_shorter_ways(connection, matching, stretch, release, total, wanted, continued),
            (Way(shape), {}),
        ):
            statement = _page(form.shape, stretch, continued is not None, walked=form.walked)
            rows = statement.all(connection, {**values, **bound, "most": wanted})
            if len(rows) == wanted:
                break
        # The join gives them in the order of what was found, though nothing promises it: to be sure costs little.
        found += sorted(rows, key=_in_reverse if stretch.descending else None)
        if len(found) >= most:
            break
    return found


class Way(NamedTuple):
    """A way to find a page: `walked` looks at so many rows in order, and at no more."""

    shape: Shape
    walked: bool = False


def _shorter_ways(
    connection: Connection,
    matching: Matching,
    stretch: Stretch,
    release: int,
    total: int,
    most: int,
    after: Cursor | None,
) -> Iterator[tuple[Way, dict[str, Any]]]:
    """Ways that find a page sooner where very many match. One that finds fewer rows than are wanted has failed."""
    walked, from_words = matching.walked, matching.start is not None and matching.start.form[0] == "words"
    if matching.start is not None and from_words and stretch.key == "by_newest":
        if stretch.part == "known" and total >= NARROWED_FROM:
            values, years = (
                values_of(matching, release),
                years_of_stretch(connection, matching.window, after, descending=stretch.descending),
            )
            for number in (1, 4):
                in_years = matching.start.values_in_years(connection.dialect.name, years[:number])
                yield Way(shape_of(matching)), {**values, **in_years}
        return
    if total < (WALKED_FROM_WORDS if from_words else WALKED_FROM):
        return
    if walked is None and stretch.key != "by_newest" and (stretch.ties or not stretch.descending):
        walked = _by_another_key(connection, matching)
    if walked is not None:
        chance = sum(term.documents for term in walked.terms) / total
        looked_at = min(LOOKED_AT, int(most * chance * 2) + 100)
        yield Way(shape_of(walked), walked=True), {**values_of(walked, release), "looked_at": looked_at}


def _by_another_key(connection: Connection, matching: Matching) -> Matching | None:
    """The same found in the order of all events, as the rows of a term lie in that of their days alone.

    All of its rows would be put in order for each page.
    """
    if matching.start is not None or matching.terms[0].number == EVERYTHING:
        return None
    others = sum(clause.form[0] == "has_a_term" for clause in matching.clauses)
    clauses = (has_one_of(others, matching.terms), *matching.clauses)
    return Matching((find_everything(connection),), clauses, matching.window)


def _has_undated(shape: Shape) -> bool:
    """Whether events without a first day can match."""
    return shape.window is None or in_window_undated(rows_of(shape), shape.window) is not None


def _stretches_after(sort: str, after: Cursor | None) -> Iterator[Stretch]:
    """The stretches that a walk has not passed yet."""
    stretches = STRETCHES[sort]
    for number, stretch in enumerate(stretches):
        if after and any(_lies_in(after, later) for later in stretches[number + 1 :]):
            continue
        if after and stretch.key == "by_most_killed" and stretch.descending and _lies_in(after, stretch):
            # Half of all events may have the same number. An index read backwards has their ids in the wrong order, and
            # all of them would be sorted for each page.
            yield stretch._replace(ties=True)
            yield stretch._replace(ties=False)
        else:
            yield stretch


def _lies_in(cursor: Cursor, stretch: Stretch) -> bool:
    return stretch.part == "all" or (stretch.part == "unknown") == (cursor.key == UNKNOWN_LAST)


def shape_of(matching: Matching) -> Shape:
    """What shapes the statements of a question."""
    forms = tuple(clause.form for clause in matching.clauses)
    window = matching.window.form if matching.window else None
    if matching.start is not None:
        return Shape(0, forms, window, matching.start.form)
    return Shape(0 if matching.terms[0].number == EVERYTHING else len(matching.terms), forms, window)


def values_of(matching: Matching, release: int) -> dict[str, Any]:
    """What the parameters of a question's statements are bound to."""
    values: dict[str, Any] = {"release": release}
    values |= {f"term{place}": term.number for place, term in enumerate(matching.terms)}
    values |= matching.start.values if matching.start else {}
    for clause in matching.clauses:
        values |= clause.values
    return values | (matching.window.values if matching.window else {})


def rows_of(shape: Shape) -> Rows:
    """The rows that a question is answered from."""
    return documents_by_term() if shape.is_of_terms else every_document()


def matches(query: Statement, shape: Shape, rows: Rows, *, terms: bool = True) -> Statement:
    """The query, of rows that hold, have one of the terms and meet all clauses; the window is the caller's."""
    if shape.is_of_terms and needs_documents(shape.clauses, shape.window):
        query = query.where(rows.document.number == EventTerm.document)
    if shape.start is not None:
        query = query.where(starts_at(shape.start))
    if shape.terms and terms:
        query = query.where(EventTerm.term.in_([bindparam(f"term{place}") for place in range(shape.terms)]))
    return query.where(holds(rows), *(expression_of(form, rows) for form in shape.clauses))


@lru_cache(maxsize=512)
def _page(shape: Shape, stretch: Stretch, continued: bool, *, walked: bool = False) -> Prepared:
    """The statement for a page of one stretch; bodies are read for the rows of the page alone."""
    if walked:
        each = [_met_on_a_walk(shape, stretch, continued)]
    elif shape.terms <= MOST_MERGED:
        each = [_first_of(shape, stretch, continued, term) for term in range(max(shape.terms, 1))]
    else:
        each = [_first_of(shape, stretch, continued, None)]
    found = (each[0] if len(each) == 1 else union(*(select(one.subquery()) for one in each))).subquery()
    if len(each) > 1:
        key, row_id, document = found.c.key, found.c.id, found.c.document
        merged = select(key, row_id, document).order_by(*_order(key, row_id, stretch)).limit(bindparam("most"))
        found = merged.subquery()
    page = select(found.c.key, found.c.id, EventBody.dictionary, EventBody.body)
    joined = page.join(EventBody, EventBody.document == found.c.document)
    return Prepared(joined, plan_kept=shape.start is None and not walked)


def _in_reverse(row: FoundEvent) -> tuple[int, str]:
    return -row[0], row[1]


def _first_of(shape: Shape, stretch: Stretch, continued: bool, term: int | None) -> Statement:
    """The first rows of one term, of all together where none is named, or of every document."""
    rows = rows_of(shape)
    key = literal(0) if stretch.key is None else getattr(rows.keys, stretch.key)
    query = select(key.label("key"), rows.keys.id.label("id"), rows.number.label("document"))
    query = matches(query, shape, rows, terms=term is None)
    if shape.terms and term is not None:
        query = query.where(EventTerm.term == bindparam(f"term{term}"))
    elif shape.terms:
        query = query.distinct()
    query = query.where(*_of_stretch(shape, stretch, rows, continued))
    if continued:
        query = query.where(_comes_after(key, rows.keys.id, stretch))
    return query.order_by(*_order(key, rows.keys.id, stretch)).limit(bindparam("most"))


def _met_on_a_walk(shape: Shape, stretch: Stretch, continued: bool) -> Statement:
    """The first rows that meet the clauses among so many that are looked at in order, and no more are read."""
    plain, rows = shape._replace(clauses=()), rows_of(shape)
    query = select(*_all_columns(rows))
    if shape.is_of_terms and not needs_documents((), shape.window):
        query = query.where(rows.document.number == EventTerm.document)
    query = matches(query, plain, rows).where(*_of_stretch(shape, stretch, rows, continued))
    key = literal(0) if stretch.key is None else getattr(rows.keys, stretch.key)
    if continued:
        query = query.where(_comes_after(key, rows.keys.id, stretch))
    met = query.order_by(*_order(key, rows.keys.id, stretch)).limit(bindparam("looked_at")).subquery("met")
    there = Rows(met.c, met.c, met.c.number)
    met_key = literal(0) if stretch.key is None else met.c[stretch.key]
    first = select(met_key.label("key"), met.c.id.label("id"), met.c.number.label("document"))
    first = first.where(*(expression_of(form, there) for form in shape.clauses))
    return first.order_by(*_order(met_key, met.c.id, stretch)).limit(bindparam("most"))


def _all_columns(rows: Rows) -> Iterator[ColumnElement[Any]]:
    """What clauses may ask of, under one name each."""
    document: Any = EventDocument.__table__.c
    for name in ("by_newest", "by_most_killed", "id"):
        yield getattr(rows.keys, name).label(name)
    yield rows.number.label("number")
    for name in ("killed_low", "killed_best", "killed_high", "precision", "whereabouts"):
        yield document[name]


def _of_stretch(shape: Shape, stretch: Stretch, rows: Rows, continued: bool) -> Iterator[Expression]:
    by_date = stretch.key == "by_newest"
    if shape.window is not None:
        if not by_date:
            yield in_window(rows, shape.window)
        elif stretch.part == "known":
            yield in_window_dated(rows, shape.window)
        elif (undated := in_window_undated(rows, shape.window)) is not None:
            yield undated
        if by_date:
            return
    if stretch.key is not None and stretch.part != "all":
        # SQLite takes one upper end of a range for its index: on the way back it has to be the cursor's.
        if continued and stretch.descending:
            return
        key: ColumnElement[int] = getattr(rows.keys, stretch.key)
        yield key == UNKNOWN_LAST if stretch.part == "unknown" else key < UNKNOWN_LAST


def _order(key: ColumnElement[int], row_id: ColumnElement[str], stretch: Stretch) -> tuple[Any, ...]:
    if stretch.key is None:
        return (row_id,)
    return (key.desc() if stretch.descending else key, row_id)


def _comes_after(key: ColumnElement[int], row_id: ColumnElement[str], stretch: Stretch) -> Expression:
    """The condition for rows after the cursor, which begins in the index where the page before ended."""
    last_key: ColumnElement[int] = bindparam("after_key")
    last_id: ColumnElement[str] = bindparam("after_id")
    if stretch.key is None:
        return row_id > last_id
    if stretch.ties is not None:
        return and_(key == last_key, row_id > last_id) if stretch.ties else key < last_key
    if stretch.descending:
        return and_(key <= last_key, or_(key < last_key, row_id > last_id))
    return tuple_(key, row_id) > tuple_(last_key, last_id)
