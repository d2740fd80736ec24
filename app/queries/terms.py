"""The terms that a question names: their numbers, and how many documents of the newest release have them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from app.models import EVERYTHING, Release, Term, TermCount
from app.queries.prepared import Prepared

_NEWEST = select(func.max(Release.number)).scalar_subquery()
_COLUMNS = (Term.number, Term.value, Term.longest_days, TermCount.family, TermCount.holding, _NEWEST)
_COUNTED = select(*_COLUMNS).outerjoin(TermCount, TermCount.term == Term.number)
_OF_VALUES = _COUNTED.where(Term.kind == bindparam("kind"), Term.value.in_(bindparam("values", expanding=True)))
_OF_VALUE = Prepared(_COUNTED.where(Term.kind == bindparam("kind"), Term.value == bindparam("value")))
_EVERYTHING = Prepared(_COUNTED.where(Term.number == EVERYTHING))


@dataclass(slots=True)
class FoundTerm:
    """A term as it stands in release `newest`: `holding` counts its documents by the source family's number."""

    number: int
    longest_days: int
    newest: int
    holding: dict[int, int] = field(default_factory=dict)

    @property
    def documents(self) -> int:
        return sum(self.holding.values())


def find_terms(connection: Connection, kind: str, values: Sequence[str]) -> dict[str, FoundTerm]:
    """The terms of one kind that any document ever had, by value."""
    if len(values) == 1:
        rows = _OF_VALUE.all(connection, {"kind": kind, "value": values[0]})
    else:
        rows = connection.execute(_OF_VALUES, {"kind": kind, "values": list(values)}).all()
    return _found(rows)


def find_everything(connection: Connection) -> FoundTerm:
    """The term that every document has."""
    (found,) = _found(_EVERYTHING.all(connection, {})).values()
    return found


def _found(rows: Sequence[Any]) -> dict[str, FoundTerm]:
    found: dict[str, FoundTerm] = {}
    for number, value, longest_days, family, holding, newest in rows:
        term = found.setdefault(value, FoundTerm(number, longest_days, newest or 0))
        if family is not None:
            term.holding[family] = holding
    return found


def names_of_families(connection: Connection, families: Sequence[int]) -> Mapping[int, str]:
    """The ids of source families by their terms' numbers."""
    return dict(connection.execute(select(Term.number, Term.value).where(Term.number.in_(families))).all())
