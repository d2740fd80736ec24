"""What the log says of a span of releases: rows in order from any place, and how many differences they come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.models import CHANGE_KINDS, THING_TYPES, Change, EventTerm, ReferenceDocument
from app.params.changes import ChangeFilters
from app.queries.terms import find_terms
from app.vocabulary import ChangeKind, ThingType

Place = tuple[int, int, str]
LogRow = Row[int, int, str, int]
CREATED, UPDATED, WITHDRAWN, SUPPRESSED = (
    CHANGE_KINDS.index(kind)
    for kind in (ChangeKind.CREATED, ChangeKind.UPDATED, ChangeKind.WITHDRAWN, ChangeKind.SUPPRESSED)
)
_EVENT = THING_TYPES.index(ThingType.EVENT)
_WITH_A_COUNTRY = (ThingType.LOCATION, ThingType.ACTOR)
# A row of the log names its release, type and id; so many of them one statement asks for.
_PLACES_A_STATEMENT = 3000


@dataclass(frozen=True, slots=True)
class Span:
    """What changed after `since` and up to `until`; where that is one release, its log is the answer."""

    since: int
    until: int

    @property
    def is_one_release(self) -> bool:
        return self.until - self.since == 1

    def holds(self, release: int) -> bool:
        return self.since < release <= self.until


def read_log(
    connection: Connection, span: Span, conditions: Sequence[ColumnElement[bool]], after: Place | None, most: int
) -> Sequence[LogRow]:
    """The next rows of the log, in order."""
    query = select(Change.release, Change.type, Change.id, Change.change).where(*_in_span(span), *conditions)
    if after is not None:
        query = query.where(tuple_(Change.release, Change.type, Change.id) > tuple_(*after))
    return connection.execute(query.order_by(Change.release, Change.type, Change.id).limit(most)).all()


def are_logged(connection: Connection, places: Sequence[Place]) -> set[Place]:
    """Those of some places that the log has a row at."""
    found: set[Place] = set()
    for start in range(0, len(places), _PLACES_A_STATEMENT):
        some = places[start : start + _PLACES_A_STATEMENT]
        key = tuple_(Change.release, Change.type, Change.id)
        found |= {
            (release, of_type, thing)
            for release, of_type, thing in connection.execute(
                select(Change.release, Change.type, Change.id).where(key.in_(some))
            )
        }
    return found


def conditions_of(connection: Connection, span: Span, asked: ChangeFilters) -> list[ColumnElement[bool]]:
    """What is asked of the things themselves."""
    conditions: list[ColumnElement[bool]] = []
    if asked.type:
        conditions.append(Change.type.in_([THING_TYPES.index(each) for each in asked.type]))
    if asked.country:
        conditions.append(or_(*_in_countries(connection, span, asked.country)))
    return conditions


def count_differences(
    connection: Connection, span: Span, conditions: Sequence[ColumnElement[bool]], kinds: Sequence[ChangeKind]
) -> int:
    """How many things differ; one that came back to what it was does not."""
    if span.is_one_release:
        counted = select(func.count()).select_from(Change)
        return connection.scalar(counted.where(*_in_span(span), *conditions, *may_come_to(kinds, span))) or 0
    first_and_last = select(
        Change.type, Change.id, func.min(Change.release).label("first"), func.max(Change.release).label("last")
    )
    spans = first_and_last.where(*_in_span(span), *conditions).group_by(Change.type, Change.id).subquery()
    first, last = aliased(Change), aliased(Change)
    net = case(
        (last.change == SUPPRESSED, SUPPRESSED),
        (and_(first.change == CREATED, last.change == WITHDRAWN), None),
        (first.change == CREATED, CREATED),
        (last.change == WITHDRAWN, WITHDRAWN),
        (first.before == last.after, None),
        else_=UPDATED,
    )
    query = select(func.count()).select_from(spans)
    for row, release in ((first, spans.c.first), (last, spans.c.last)):
        query = query.join(row, and_(row.release == release, row.type == spans.c.type, row.id == spans.c.id))
    wanted = net.in_([CHANGE_KINDS.index(kind) for kind in kinds]) if kinds else net.is_not(None)
    return connection.scalar(query.where(wanted)) or 0


def _in_span(span: Span) -> tuple[ColumnElement[bool], ...]:
    return Change.release > span.since, Change.release <= span.until


def may_come_to(kinds: Sequence[ChangeKind], span: Span) -> list[ColumnElement[bool]]:
    """That a thing's last row in the span can come to one of these kinds of difference, if any is said.

    What was created and then updated was created; what was withdrawn and came back was updated.
    """
    return [or_(*(_may_come_to(kind, span) for kind in kinds))] if kinds else []


def _may_come_to(kind: ChangeKind, span: Span) -> ColumnElement[bool]:
    itself = Change.change == CHANGE_KINDS.index(kind)
    if span.is_one_release or kind in (ChangeKind.WITHDRAWN, ChangeKind.SUPPRESSED):
        return itself
    if kind is ChangeKind.CREATED:
        return or_(itself, Change.change == UPDATED)
    return or_(itself, and_(Change.change == CREATED, Change.after.is_not(None)))


def _in_countries(connection: Connection, span: Span, countries: Sequence[str]) -> list[ColumnElement[bool]]:
    """Things whose document in the older or in the newer release is of one of these countries, and only in one."""
    terms = [term.number for term in find_terms(connection, "country", countries).values()]
    of_events = select(EventTerm.id).where(EventTerm.term.in_(terms), _differs(EventTerm, span))
    found = [and_(Change.type == _EVENT, Change.id.in_(of_events)), Change.change == SUPPRESSED]
    for of_type in _WITH_A_COUNTRY:
        document = ReferenceDocument
        of_country = select(document.id).where(
            document.resource == of_type.value, document.country.in_(countries), _differs(document, span)
        )
        found.append(and_(Change.type == THING_TYPES.index(of_type), Change.id.in_(of_country)))
    return found


def _differs(table: Any, span: Span) -> ColumnElement[bool]:
    """Documents of the older release that ended by the newer one, or of the newer one that began since."""
    began, ended = table.valid_from, table.valid_until
    old = and_(began <= span.since, ended > span.since, ended <= span.until)
    new = and_(began > span.since, began <= span.until, ended > span.until)
    return or_(old, new)
