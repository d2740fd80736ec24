"""Counts the documents of the newest release by term, family and day, so that a list's total need not be counted, and
adds up its figures by country and month.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, literal, select, union_all

from app.models import (
    COUNTED_BY_DAY,
    EVERYTHING,
    FOREVER,
    UNKNOWN_LAST,
    DayCount,
    EventDocument,
    EventFigures,
    EventTerm,
    MonthFigures,
    Term,
    TermCount,
)
from seed.statements import is_one_of

TERMS_A_STATEMENT = 500
# Where more than this share of all terms is counted again, all are counted at once.
MANY = 0.25


def count_terms(connection: Connection, terms: Iterable[int]) -> None:
    """Count again what has these terms, and everything."""
    numbers = sorted({*terms} - {EVERYTHING})
    if len(numbers) > MANY * (connection.scalar(select(func.count()).select_from(Term)) or 0):
        _count_all(connection)
        return
    for start in range(0, len(numbers), TERMS_A_STATEMENT):
        _count(connection, numbers[start : start + TERMS_A_STATEMENT])
    _count(connection, [EVERYTHING])


def _count_all(connection: Connection) -> None:
    """Count what has each term, and everything, in one passage through the rows, which are in the order of terms."""
    for model in (TermCount, DayCount):
        connection.execute(delete(model))
    row = EventTerm
    counted = select(row.term, row.family, func.count()).where(row.valid_until == FOREVER)
    _insert(connection, TermCount, counted.group_by(row.term, row.family).order_by(row.term, row.family))
    _count_everything(connection)
    many = select(TermCount.term).group_by(TermCount.term).having(func.sum(TermCount.holding) >= COUNTED_BY_DAY)
    for term in connection.scalars(many.order_by(TermCount.term)).all():
        _count_days(connection, term)


def _count_everything(connection: Connection) -> None:
    document = EventDocument
    counted = select(literal(EVERYTHING), document.family, func.count()).where(document.valid_until == FOREVER)
    _insert(connection, TermCount, counted.group_by(document.family))


def _count(connection: Connection, terms: Sequence[int]) -> None:
    for model in (TermCount, DayCount):
        connection.execute(delete(model).where(is_one_of(model.term, terms)))
    if list(terms) == [EVERYTHING]:
        _count_everything(connection)
    else:
        row = EventTerm
        counted = select(row.term, row.family, func.count()).where(
            is_one_of(row.term, terms), row.valid_until == FOREVER
        )
        _insert(connection, TermCount, counted.group_by(row.term, row.family))
    many = select(TermCount.term).where(is_one_of(TermCount.term, terms)).group_by(TermCount.term)
    for term in connection.scalars(many.having(func.sum(TermCount.holding) >= COUNTED_BY_DAY)).all():
        _count_days(connection, term)


def _count_days(connection: Connection, term: int) -> None:
    row: Any = EventDocument if term == EVERYTHING else EventTerm
    holds = [row.valid_until == FOREVER, row.last_day.is_not(None)]
    if row is EventTerm:
        holds.append(EventTerm.term == term)
    # An event whose first day is not known begins, as far as windows go, on the only day of it that is.
    first_day = case((row.by_newest == UNKNOWN_LAST, row.last_day), else_=-row.by_newest)
    begins = select(row.family, first_day.label("day"), func.count().label("begun"), literal(0).label("over"))
    ends = select(row.family, row.last_day.label("day"), literal(0).label("begun"), func.count().label("over"))
    days = union_all(
        begins.where(*holds).group_by(row.family, first_day), ends.where(*holds).group_by(row.family, row.last_day)
    ).subquery()
    family, day = days.c.family, days.c.day
    by_day = select(
        literal(term),
        family,
        day,
        func.sum(func.sum(days.c.begun)).over(partition_by=family, order_by=day),
        func.sum(func.sum(days.c.over)).over(partition_by=family, order_by=day),
    )
    _insert(connection, DayCount, by_day.group_by(family, day))


def _insert(connection: Connection, model: type[TermCount] | type[DayCount], rows: object) -> None:
    columns: Sequence[str] = model.__table__.columns.keys()
    connection.execute(insert(model).from_select(columns, rows))  # type: ignore[arg-type]


def add_up_months(connection: Connection, terms: Iterable[int]) -> None:
    """Add up anew the figures of the families among these terms."""
    row, months = EventFigures, MonthFigures
    families = sorted(
        {*connection.scalars(select(TermCount.family).where(TermCount.term == EVERYTHING))}
        | {*connection.scalars(select(months.family).distinct())}
    )
    touched = sorted({*families} & {*terms})
    connection.execute(delete(months).where(months.family.in_(touched)))
    last = connection.scalar(select(func.max(months.number))) or 0
    alike = (row.family, row.country, row.month, row.figures, row.left_out)
    sums = select(
        # In one order on every database.
        literal(last) + func.row_number().over(order_by=[column.nulls_last() for column in alike]),
        *alike,
        func.count(),
        func.sum(row.is_aggregate),
        func.sum(row.low),
        func.sum(row.best),
        func.sum(row.from_low),
        func.sum(row.high),
        func.count(row.high),
        func.sum(row.highest),
        func.sum(row.disputed),
    )
    holding = sums.where(row.valid_until == FOREVER, row.family.in_(touched)).group_by(*alike)
    connection.execute(insert(months).from_select(months.__table__.columns.keys(), holding))
