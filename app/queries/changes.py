"""What differs between two releases: the log says of which things, their documents say what.

A page opens the documents of its own things, and no others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, select

from app.differences import Differences, differences
from app.models import THING_TYPES, EventBody, EventDocument, ReferenceDocument, Release
from app.params.changes import ChangeQuery
from app.params.cursors import invalid_cursor, read_cursor
from app.problems import Fault, invalid_parameters
from app.queries.bodies import unpack_all
from app.queries.change_log import (
    SUPPRESSED,
    LogRow,
    Place,
    Span,
    are_logged,
    conditions_of,
    count_differences,
    may_come_to,
    read_log,
)
from app.queries.following import refuse_if_behind
from app.queries.pages import Page
from app.queries.releases import AnsweringRelease
from app.reasons import reason_of
from app.schemas.changes import ChangeDocument
from app.vocabulary import ChangeKind, ThingType

Thing = tuple[int, str]
# So many rows of the log are held against their documents at a time, however few of them come to a difference.
_FEWEST, _SOME = 20, 500


@dataclass(frozen=True, slots=True)
class Version:
    """A document of a thing: when it holds, and where its text is."""

    valid_from: int
    valid_until: int
    number: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one thing, before and after."""

    row: LogRow
    change: ChangeKind
    old: dict[str, Any] | None = None
    new: dict[str, Any] | None = None
    fields: Differences = field(default_factory=dict)


def list_changes(connection: Connection, release: AnsweringRelease, asked: ChangeQuery) -> Page:
    """One page of the things that differ. Raises Problem: 400 for releases that do not exist, 503 where not yet."""
    if asked.release is None:
        latest = max(asked.since or 0, asked.until or 0)
        refuse_if_behind(connection, release.state.database, release.state.newest, latest)
    if faults := list(_faults(asked, release.number)):
        raise invalid_parameters(faults)
    span = Span(asked.since or 0, asked.until or release.number)
    conditions = conditions_of(connection, span, asked)
    found: list[Difference] = []
    for difference in _walk(connection, span, conditions, asked):
        found.append(difference)
        if len(found) > asked.limit:
            break
    shown = found[: asked.limit]
    last = shown[-1].row if len(found) > asked.limit else None
    total = count_differences(connection, span, conditions, asked.change) if asked.total else None
    return Page(
        documents_of(connection, shown), total, last and (last.release, f"{THING_TYPES[last.type].value}/{last.id}")
    )


def _faults(asked: ChangeQuery, newest: int) -> Iterator[Fault]:
    for name in ("since", "until"):
        number = getattr(asked, name)
        if number is not None and number > newest:
            yield Fault(name, f"there is no such release; the newest is {newest}", [str(newest)])


def _walk(
    connection: Connection, span: Span, conditions: Sequence[ColumnElement[bool]], asked: ChangeQuery
) -> Iterator[Difference]:
    after, conditions = _place_of_cursor(asked), [*conditions, *may_come_to(asked.change, span)]
    wanted = asked.limit + 1
    while rows := read_log(connection, span, conditions, after, min(max(wanted, _FEWEST), _SOME)):
        for difference in compare(connection, span, rows):
            if not asked.change or difference.change in asked.change:
                wanted -= 1
                yield difference
        last = rows[-1]
        after = last.release, last.type, last.id


def _place_of_cursor(asked: ChangeQuery) -> Place | None:
    cursor = read_cursor(asked)
    if cursor is None:
        return None
    of_type, _, thing = cursor.id.partition("/")
    if cursor.key is None or of_type not in set(ThingType):
        raise invalid_cursor("is not a cursor that this API gave")
    return cursor.key, THING_TYPES.index(ThingType(of_type)), thing


def compare(connection: Connection, span: Span, rows: Sequence[LogRow]) -> Iterator[Difference]:
    """What rows of the log come to between two releases: nothing where a later row of the thing is in the span, or
    where the thing is what it was.
    """
    known = [row for row in rows if row.change != SUPPRESSED]
    versions = _read_versions(connection, known)
    last = _last_changes(connection, span, versions)
    ends: dict[LogRow, tuple[Version | None, Version | None]] = {}
    for row in known:
        thing = row.type, row.id
        if last.get(thing, row.release) == row.release:
            ends[row] = _version_at(versions[thing], span.since), _version_at(versions[thing], span.until)
    texts = _read_texts(connection, ends)
    for row in rows:
        if row.change == SUPPRESSED:
            yield Difference(row, ChangeKind.SUPPRESSED)
        elif row in ends:
            old, new = (texts[row.type == _EVENT, end.number] if end else None for end in ends[row])
            if difference := _difference(row, old, new):
                yield difference


_EVENT = THING_TYPES.index(ThingType.EVENT)


def _difference(row: LogRow, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Difference | None:
    if old is None or new is None:
        if old is new:
            return None
        return Difference(row, ChangeKind.CREATED if old is None else ChangeKind.WITHDRAWN, old, new)
    fields = differences(old, new)
    return Difference(row, ChangeKind.UPDATED, old, new, fields) if fields else None


def _version_at(versions: Sequence[Version], release: int) -> Version | None:
    return next((each for each in versions if each.valid_from <= release < each.valid_until), None)


def _read_versions(connection: Connection, rows: Sequence[LogRow]) -> dict[Thing, list[Version]]:
    by_type: dict[int, list[str]] = {}
    for row in rows:
        by_type.setdefault(row.type, []).append(row.id)
    versions: dict[Thing, list[Version]] = {(row.type, row.id): [] for row in rows}
    for of_type, ids in by_type.items():
        table: Any = EventDocument if of_type == _EVENT else ReferenceDocument
        query = select(table.id, table.valid_from, table.valid_until, table.number).where(table.id.in_(ids))
        if of_type != _EVENT:
            query = query.where(table.resource == THING_TYPES[of_type].value)
        for thing, *version in connection.execute(query):
            versions[of_type, thing].append(Version(*version))
    return versions


def _last_changes(connection: Connection, span: Span, versions: dict[Thing, list[Version]]) -> dict[Thing, int]:
    """The last release of the span that changed each thing whose documents began or ended in several of its releases.

    A document may also have been rendered anew without saying anything else, which the log does not hold.
    """
    turns: dict[Thing, set[int]] = {}
    for thing, of_thing in versions.items():
        ends = {end for each in of_thing for end in (each.valid_from, each.valid_until) if span.holds(end)}
        if len(ends) > 1:
            turns[thing] = ends
    logged = are_logged(connection, [(at, *thing) for thing, ends in turns.items() for at in sorted(ends)])
    last: dict[Thing, int] = {}
    for release, of_type, thing_id in logged:
        last[of_type, thing_id] = max(release, last.get((of_type, thing_id), 0))
    return last


def _read_texts(
    connection: Connection, ends: Mapping[LogRow, tuple[Version | None, Version | None]]
) -> dict[tuple[bool, int], dict[str, Any]]:
    """The documents, by whether they are events' and by number."""
    numbers: dict[bool, list[int]] = {True: [], False: []}
    for row, of_thing in ends.items():
        numbers[row.type == _EVENT] += [version.number for version in of_thing if version]
    texts: dict[tuple[bool, int], dict[str, Any]] = {}
    of_events = select(EventBody.document.label("number"), EventBody.dictionary, EventBody.body)
    of_others = select(ReferenceDocument.number, ReferenceDocument.dictionary, ReferenceDocument.body)
    queries = {
        True: of_events.where(EventBody.document.in_(numbers[True])),
        False: of_others.where(ReferenceDocument.number.in_(numbers[False])),
    }
    for of_events_or_not, query in queries.items():
        found = connection.execute(query).all() if numbers[of_events_or_not] else []
        unpacked = unpack_all(connection, ((each.dictionary, each.body) for each in found))
        texts |= {
            (of_events_or_not, each.number): orjson.loads(text) for each, text in zip(found, unpacked, strict=True)
        }
    return texts


def documents_of(connection: Connection, found: Sequence[Difference]) -> list[bytes]:
    """The differences as they are served."""
    datasets = set(
        connection.scalars(
            select(ReferenceDocument.id).where(
                ReferenceDocument.resource == ThingType.SOURCE.value, ReferenceDocument.family.is_not(None)
            )
        )
    )
    releases = sorted({difference.row.release for difference in found})
    notes: dict[int, str | None] = dict(
        connection.execute(select(Release.number, Release.notes).where(Release.number.in_(releases))).all()
    )
    return [orjson.dumps(_document(difference, datasets, notes)) for difference in found]


def _document(found: Difference, datasets: set[str], notes: dict[int, str | None]) -> dict[str, Any]:
    # As `app.schemas.changes.ChangeDocument` has it, which a test holds every row to.
    last = found.new or found.old or {}
    values = {
        "release": found.row.release,
        "type": THING_TYPES[found.row.type].value,
        "id": found.row.id,
        "title": last.get("title") or last.get("name"),
        "change": found.change.value,
        "reason": reason_of(found.change, found.old, found.new, found.fields, datasets).value,
        "note": None if found.change is ChangeKind.SUPPRESSED else notes.get(found.row.release),
        "fields": found.fields if found.change is ChangeKind.UPDATED else None,
    }
    return {name: values[name] for name in ChangeDocument.model_fields}
