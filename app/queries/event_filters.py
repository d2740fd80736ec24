"""The filters on events as conditions on the published tables. One function a filter, all in `CONDITIONS`."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.models import EventDocument, EventInvolvement, EventTerm, Membership
from app.params.events import EventFilters
from app.vocabulary import Attribution

Condition = ColumnElement[bool]


def conditions(asked: EventFilters, release: int) -> Iterator[Condition]:
    """The conditions that were asked for, to be ANDed; all are about `EventDocument`."""
    for condition in CONDITIONS:
        asked_for = condition(asked, release)
        if asked_for is not None:
            yield asked_for


def _has_term(kind: str, values: tuple[str, ...]) -> Condition | None:
    if not values:
        return None
    documents = select(EventTerm.document).where(EventTerm.kind == kind, EventTerm.value.in_(values))
    return EventDocument.number.in_(documents)


def _cites(sources: tuple[str, ...], release: int) -> Condition | None:
    """A later release of a dataset may repeat an event, from the release on in which that was loaded."""
    if not sources:
        return None
    cites = (EventTerm.kind == "source", EventTerm.value.in_(sources), EventTerm.since <= release)
    return EventDocument.number.in_(select(EventTerm.document).where(*cites))


def _terms(asked: EventFilters, release: int) -> Condition | None:
    """Country, location with all that lies within it, admin1, claimant and source."""
    has_terms = [
        _has_term("country", asked.country),
        _has_term("location", asked.location),
        _has_term("admin1", asked.admin1),
        _has_term("claimant", asked.claimant),
        _cites(asked.source, release),
    ]
    wanted = [has_term for has_term in has_terms if has_term is not None]
    return and_(*wanted) if wanted else None


def _dates(asked: EventFilters, _: int) -> Condition | None:
    if asked.date_from is None and asked.date_to is None:
        return None
    start, end = EventDocument.date_start, EventDocument.date_end
    within = {
        "overlap": _overlaps(asked.date_from, asked.date_to),
        "possible": _is_possible(asked.date_from, asked.date_to),
        "start": _lies_inside(start, asked.date_from, asked.date_to),
        "within": and_(
            _lies_inside(start, asked.date_from, asked.date_to), _lies_inside(end, asked.date_from, asked.date_to)
        ),
    }
    return within[asked.date_mode]


def _lies_inside(day: InstrumentedAttribute[date | None], first: date | None, last: date | None) -> Condition:
    return and_(day >= first if first else day.is_not(None), day <= last if last else true())


def _overlaps(first: date | None, last: date | None) -> Condition:
    """The interval meets the window; where one bound is unknown, the known one lies inside."""
    start, end = EventDocument.date_start, EventDocument.date_end
    meets = and_(start <= last if last else start.is_not(None), end >= first if first else end.is_not(None))
    known_start_inside = and_(end.is_(None), _lies_inside(start, first, last))
    known_end_inside = and_(start.is_(None), _lies_inside(end, first, last))
    return or_(meets, known_start_inside, known_end_inside)


def _is_possible(first: date | None, last: date | None) -> Condition:
    """Nothing that is known rules the window out; an event without any date is always possible."""
    start, end = EventDocument.date_start, EventDocument.date_end
    starts_in_time = or_(start.is_(None), start <= last) if last else true()
    ends_in_time = or_(end.is_(None), end >= first) if first else true()
    return and_(starts_in_time, ends_in_time)


def left_out_as_undated(asked: EventFilters) -> Condition | None:
    """Events that only an unknown date keeps out, which a date filter would do in silence; a warning tells."""
    if (asked.date_from is None and asked.date_to is None) or asked.date_mode == "possible":
        return None
    no_start, no_end = EventDocument.date_start.is_(None), EventDocument.date_end.is_(None)
    unknown = {"overlap": and_(no_start, no_end), "start": no_start, "within": or_(no_start, no_end)}
    return and_(unknown[asked.date_mode], _is_possible(asked.date_from, asked.date_to))


def _types(asked: EventFilters, _: int) -> Condition | None:
    wanted = []
    if asked.event_type:
        wanted.append(EventDocument.event_type.in_(asked.event_type))
    if asked.sub_event_type:
        wanted.append(EventDocument.sub_event_type.in_(asked.sub_event_type))
    return and_(*wanted) if wanted else None


def _involvement(asked: EventFilters, release: int) -> Condition | None:
    """Actor, role and attribution are about the same involvement; a denial counts for no role."""
    if not (asked.actor or asked.role or asked.attribution):
        return None
    query = select(EventInvolvement.document)
    if asked.actor:
        query = query.where(
            EventInvolvement.actor.in_(_members(asked.actor, release) if asked.network else asked.actor)
        )
    if asked.role:
        query = query.where(EventInvolvement.role.in_(asked.role), EventInvolvement.attribution != Attribution.DENIED)
    if asked.attribution:
        query = query.where(EventInvolvement.attribution.in_(asked.attribution))
    return EventDocument.number.in_(query)


def _members(actors: tuple[str, ...], release: int) -> CompoundSelect[Any]:
    """The actors, and all that are part of them or under their umbrella, at any depth; backers are no members."""
    holds = and_(Membership.valid_from <= release, Membership.valid_until > release)
    direct = select(Membership.member.label("actor")).where(Membership.whole.in_(actors), holds)
    network = direct.cte("network", recursive=True)
    network = network.union(select(Membership.member).join(network, Membership.whole == network.c.actor).where(holds))
    known = select(EventInvolvement.actor).where(EventInvolvement.actor.in_(actors))
    return known.union(select(network.c.actor))


def _killed(asked: EventFilters, _: int) -> Condition | None:
    figures = {"low": EventDocument.killed_low, "best": EventDocument.killed_best, "high": EventDocument.killed_high}
    wanted = []
    if asked.killed_min is not None:
        at_least = asked.killed_min
        if asked.killed_on:
            wanted.append(figures[asked.killed_on] >= at_least)
        else:
            best, low = EventDocument.killed_best, EventDocument.killed_low
            wanted.append(or_(best >= at_least, and_(best.is_(None), low >= at_least)))
    if asked.killed_max is not None:
        wanted.append(figures[asked.killed_on or "high"] <= asked.killed_max)
    return and_(*wanted) if wanted else None


def _disputed(asked: EventFilters, _: int) -> Condition | None:
    return None if asked.disputed is None else EventDocument.disputed.is_(asked.disputed)


def _structure(asked: EventFilters, _: int) -> Condition | None:
    wanted = []
    if asked.part_of:
        wanted.append(EventDocument.part_of.in_(asked.part_of))
    if asked.level != "all":
        wanted.append(EventDocument.has_parts.is_(asked.level == "operation"))
    if asked.conflict:
        wanted.append(EventDocument.conflict.in_(asked.conflict))
    return and_(*wanted) if wanted else None


CONDITIONS: tuple[Callable[[EventFilters, int], Condition | None], ...] = (
    _terms,
    _dates,
    _types,
    _involvement,
    _killed,
    _disputed,
    _structure,
)
