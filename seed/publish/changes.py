"""Logs what a release changed, thing by thing, as far as its documents say anything else than before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, literal, or_, select, update
from sqlalchemy.orm import aliased

from app.differences import digest_of
from app.models import CHANGE_KINDS, THING_TYPES, Change, EventBody, EventDocument, ReferenceDocument
from app.vocabulary import ChangeKind, ThingType
from seed.publish.packing import Unpacking
from seed.statements import chunks_of, is_one_of
from seed.writing import write_rows

TYPE_OF_PATH = {
    "actors": ThingType.ACTOR,
    "events": ThingType.EVENT,
    "locations": ThingType.LOCATION,
    "sources": ThingType.SOURCE,
}
COLUMNS = tuple(Change.__table__.columns.keys())


@dataclass(slots=True)
class Changes:
    """Ids of one kind of thing that a release created, updated, withdrew and suppressed.

    Of events that it created there is only a number, as a dataset brings a million: their documents say which they are.
    """

    created_events: int = 0
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    suppressed: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many of each."""
        counts = {kind.value: len(getattr(self, kind.value)) for kind in CHANGE_KINDS}
        counts[ChangeKind.CREATED.value] += self.created_events
        return counts

    def __bool__(self) -> bool:
        return any(self.counts().values())


def log_changes(connection: Connection, release: int, changes: Mapping[str, Changes], last_document: int) -> None:
    """Write the log of a release whose documents are all there; those of events are numbered after the last before.

    From `changes` goes what was rendered anew without saying anything else: with its footnotes in another order, or
    with other numbers of rows that rest on it.
    """
    for path, of_type in sorted(TYPE_OF_PATH.items()):
        told = changes[path]
        if of_type is ThingType.EVENT:
            recreated = created = _log_new_events(connection, release, last_document)
        else:
            created = set(told.created)
            recreated = _withdrawn_before(connection, release, of_type) & created
        kinds = dict.fromkeys(created, ChangeKind.CREATED) | dict.fromkeys(told.withdrawn, ChangeKind.WITHDRAWN)
        kinds |= dict.fromkeys(told.updated, ChangeKind.UPDATED) | dict.fromkeys(told.suppressed, ChangeKind.SUPPRESSED)
        digests = dict(_digests(connection, release, of_type, [*told.updated, *told.withdrawn, *sorted(recreated)]))
        same = {thing for thing in told.updated if len({*digests[thing]}) == 1}
        told.updated = [thing for thing in told.updated if thing not in same]
        numbers = release, THING_TYPES.index(of_type)
        rows = [
            (*numbers, thing, CHANGE_KINDS.index(kind), *digests.get(thing, (None, None)))
            for thing, kind in sorted(kinds.items())
            if thing not in same
        ]
        write_rows(connection, Change, COLUMNS, rows)


def _log_new_events(connection: Connection, release: int, last_document: int) -> set[str]:
    """Log the events that were never there before, without reading them; those that came back."""
    document, before = aliased(EventDocument), aliased(EventDocument)
    of_it = (document.number > last_document, document.valid_from == release)
    replaces = select(before.number).where(before.id == document.id, before.valid_until == release).exists()
    back = _withdrawn_before(connection, release, ThingType.EVENT)
    if back:
        created = select(document.id).where(*of_it, ~replaces)
        found = (connection.scalars(created.where(is_one_of(document.id, some))) for some in chunks_of(sorted(back)))
        back = {event for some in found for event in some}
    values = (release, THING_TYPES.index(ThingType.EVENT), document.id, CHANGE_KINDS.index(ChangeKind.CREATED))
    new = select(*map(_as_column, values)).where(*of_it, ~replaces, ~is_one_of(document.id, sorted(back)))
    connection.execute(insert(Change).from_select(COLUMNS[: len(values)], new.order_by(document.id)))
    return back


def _as_column(value: Any) -> Any:
    return literal(value) if isinstance(value, int) else value


def _withdrawn_before(connection: Connection, release: int, of_type: ThingType) -> set[str]:
    withdrawn = select(Change.id).where(
        Change.release < release,
        Change.type == THING_TYPES.index(of_type),
        Change.change == CHANGE_KINDS.index(ChangeKind.WITHDRAWN),
    )
    return set(connection.scalars(withdrawn))


def _digests(
    connection: Connection, release: int, of_type: ThingType, ids: Sequence[str]
) -> Iterator[tuple[str, tuple[int | None, int | None]]]:
    """What the documents of some things said before a release, and in it."""
    unpack = Unpacking(connection).unpack
    document, body = EventDocument, EventBody
    of_events = select(document.id, document.valid_from, body.dictionary, body.body).join(
        body, body.document == document.number
    )
    table = ReferenceDocument
    of_others = select(table.id, table.valid_from, table.dictionary, table.body).where(table.resource == of_type.value)
    query, of = (of_events, document) if of_type is ThingType.EVENT else (of_others, table)
    for some in chunks_of(ids):
        said: dict[str, dict[bool, int]] = {thing: {} for thing in some}
        at = (of.id.in_(some), or_(of.valid_from == release, of.valid_until == release))
        for thing, valid_from, dictionary, packed in connection.execute(query.where(*at)):
            said[thing][valid_from == release] = digest_of(orjson.loads(unpack(dictionary, packed)))
        yield from ((thing, (of_thing.get(False), of_thing.get(True))) for thing, of_thing in said.items())


def log_again(connection: Connection, of_type: ThingType, ids: Sequence[str]) -> None:
    """Bring the log of some things to what their documents say, where those were mended in place."""
    table, kind = Change, THING_TYPES.index(of_type)
    for thing in ids:
        rows = select(table.release, table.before, table.after).where(table.type == kind, table.id == thing)
        for release, before, after in connection.execute(rows).all():
            ((_, (was, became)),) = _digests(connection, release, of_type, [thing])
            of_it = (table.release == release, table.type == kind, table.id == thing)
            if before is not None and after is not None and was == became:
                connection.execute(delete(table).where(*of_it))
            else:
                values = {"before": before and was, "after": after and became}
                connection.execute(update(table).where(*of_it).values(values))
