"""Cells of a grid of degrees: which of them the places of an event lie in, in SQL, and what they are called.

A cell's number is that of its row, from the south, times `_EACH_ROW`, and that of its column, from the antimeridian to
the east. Both are counted in whole numbers once degrees are halves of them, so that borders are the same everywhere.
"""

from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, literal_column, null, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from app.models import SEVERAL, EventSpot, Term
from app.params.places import spelt

_EACH_ROW = 1000
# What a statement's parameter is bound to: how many halves of a degree a cell's side has.
HALVES = "halves"


class WholeBelow(FunctionElement[int]):
    """The largest whole number that is not larger. SQLite has a function for it only where it was built with one."""

    type = Integer()
    inherit_cache = True


@compiles(WholeBelow)
def _whole_below(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST(floor({compiler.process(element.clauses, **more)}) AS INTEGER)"


@compiles(WholeBelow, "sqlite")
def _whole_below_in_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    number = compiler.process(element.clauses, **more)
    towards_zero = f"CAST({number} AS INTEGER)"
    return f"({towards_zero} - ({number} < {towards_zero}))"


def _number(text: str) -> ColumnElement[int]:
    return literal_column(text, Integer)


def _cell_of(spot: Any) -> ColumnElement[int]:
    """The number of the cell that a place lies in; null where it has no point.

    A border belongs to the cell north or east of it. The north pole lies in the northernmost row, and 180 is -180.
    """
    halves: ColumnElement[int] = bindparam(HALVES, type_=Integer)
    south = WholeBelow(spot.latitude * _number("2")) + _number("180")
    west = WholeBelow(spot.longitude * _number("2")) + _number("360")
    row = case((spot.latitude >= _number("90"), _number("359")), else_=south) // halves
    column = case((spot.longitude >= _number("180"), _number("0")), else_=west) // halves
    return row * _number(str(_EACH_ROW)) + column


def one_cell() -> Any:
    """For each whereabouts, as `term`, the `cell` of its places; null without points, `SEVERAL` where not all are one.

    Whereabouts without places are not among them.
    """
    cell = _cell_of(EventSpot)
    least, most = func.min(cell), func.max(cell)
    one = case((least == most, least), (least.is_not(None), _number(str(SEVERAL))))
    return select(EventSpot.term, one.label("cell")).group_by(EventSpot.term).subquery("one_cell")


def every_cell() -> Any:
    """For each whereabouts, as `term`, each `cell` of its places."""
    cell = _cell_of(EventSpot).label("cell")
    return select(EventSpot.term, cell).where(EventSpot.latitude.is_not(None)).distinct().subquery("every_cell")


def every_country_and_cell() -> Any:
    """For each whereabouts, as `term`, each pair of `country`, as a term, and `cell` of a place.

    A place that is only said to be in a country adds nothing where that country has a place with a point.
    """
    spot, other = EventSpot, aliased(EventSpot)
    is_pointed = other.latitude.is_not(None)
    says_more = or_(
        and_(other.country == spot.country, is_pointed),
        and_(spot.country.is_(None), or_(other.country.is_not(None), is_pointed)),
    )
    is_vaguer = select(other.term).where(other.term == spot.term, says_more).exists()
    country = and_(Term.kind == "country", Term.value == spot.country)
    cell = case((spot.latitude.is_not(None), _cell_of(spot)), else_=null())
    pairs = select(spot.term, Term.number.label("country"), cell.label("cell")).outerjoin(Term, country)
    return pairs.where(or_(spot.latitude.is_not(None), ~is_vaguer)).distinct().subquery("every_country_and_cell")


def halves_of(degrees: float) -> int:
    """What `HALVES` is bound to."""
    return round(degrees * 2)


def middle_of(cell: int, degrees: float) -> str:
    """The middle of a cell, latitude first, as `near` takes it."""
    row, column = divmod(cell, _EACH_ROW)
    return spelt(((row + 0.5) * degrees - 90, (column + 0.5) * degrees - 180))
