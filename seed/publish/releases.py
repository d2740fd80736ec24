"""Makes the next release out of what changed: each document is compared with the one that holds, byte for byte."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from app.models import (
    FOREVER,
    Event,
    EventBody,
    EventDocument,
    EventFigures,
    EventOriginal,
    EventTerm,
    EventText,
    Membership,
    Release,
    Source,
    Term,
)
from app.vocabulary import SourceKind, ThingType
from seed.publish.changes import TYPE_OF_PATH, Changes, log_changes
from seed.publish.contents import read_contents
from seed.publish.counts import add_up_months, count_terms
from seed.publish.event_rows import COLUMNS, Ended, Held, Numbers, PublishedBatch, Tuples, term_rows, text_rows
from seed.publish.packing import Unpacking, read_packing, store_dictionaries
from seed.publish.references import RESOURCE_OF_PATH, memberships, publish_references
from seed.publish.removing import remove_events, remove_references
from seed.publish.repacking import forget_texts
from seed.publish.repeats import carry_repeats, read_source_terms, repeat_events
from seed.statements import chunks_of, is_one_of
from seed.writing import update_rows, write_rows

_FAMILY = COLUMNS[EventFigures].index("family")
PATHS = ("events", *RESOURCE_OF_PATH)


@dataclass(frozen=True, slots=True)
class Published:
    """The release that was made, and what it changed by resource."""

    number: int
    changes: dict[str, Changes]


class ReleaseInMaking:
    """One release in the making, in the caller's transaction: others see it when it is whole, or never."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.number = next_release(connection)
        self.changes = {path: Changes() for path in PATHS}
        self._last_document = connection.scalar(select(func.max(EventDocument.number))) or 0
        self._touched: set[int] = set()
        self._longest: dict[int, int] = {}
        self._repeats = 0
        self._suppressed: dict[str, list[str]] = {}
        self._packing = read_packing(connection)
        # Its documents point at it. It is there before them, as SQLite would look through them all where it came after.
        values = {"number": self.number, "published_at": _published_at(connection), "changes": {}, "coverage": {}}
        connection.execute(insert(Release).values(values))

    def write(self, batch: PublishedBatch) -> None:
        """Write some events' documents, and end those that they replace."""
        self._end(batch.ended)
        self._end_figures(batch.recounted)
        made = {
            EventTerm: term_rows(batch.rows.get(EventDocument, ())),
            EventText: text_rows(batch.rows.get(EventText, ())),
        }
        rows: Tuples = {**batch.rows, **made}
        for model, (sort, texts) in batch.texts.items():
            rows[model] = [*self._packing.packed_rows(sort, texts)]
        store_dictionaries(self.connection, self._packing.take_made())
        for model, columns in COLUMNS.items():
            write_rows(self.connection, model, columns, rows.get(model, []))
        self._touched.update(row[0] for row in rows[EventTerm])
        self._touched.update(row[_FAMILY] for row in batch.rows.get(EventFigures, ()))
        self._remember_longest(batch.longest)
        self.changes["events"].created_events += len(batch.created)
        self.changes["events"].updated += batch.updated

    def repeat_events(self, ids: Sequence[str], source: int) -> None:
        """Note that a release of a dataset, by its term, repeats these events, where that is not known yet."""
        noted, longest = repeat_events(self.connection, self.number, ids, source)
        if noted:
            self._repeats += noted
            self._touched.add(source)
            self._remember_longest({source: longest})

    def carry_repeats(self, batch: PublishedBatch) -> None:
        """Documents that are told anew, though their facts are the same, stand where those before them stood."""
        carry_repeats(self.connection, self.number, batch)

    def withdraw_events(self) -> None:
        """End the documents of events that the record does not hold any more."""
        table = EventDocument
        query = select(table.number, table.id, table.by_newest, table.terms).where(
            table.valid_until == FOREVER, table.id.not_in(select(Event.id))
        )
        gone = [Ended(*row) for row in self.connection.execute(query.order_by(table.id))]
        self._end(gone)
        self.changes["events"].withdrawn += [ended.id for ended in gone]

    def suppress(self, ids: Mapping[ThingType, Sequence[str]]) -> None:
        """Take things out of every release, and their texts out of what packs the others."""
        removed: list[bytes] = []
        for path, of_type in TYPE_OF_PATH.items():
            if not ids[of_type]:
                continue
            if of_type is ThingType.EVENT:
                touched, texts = remove_events(self.connection, ids[of_type])
                self._touched |= touched
            else:
                texts = remove_references(self.connection, of_type, ids[of_type])
            removed += texts
            self._suppressed[path] = list(ids[of_type])
        forget_texts(self.connection, removed)
        self._packing = read_packing(self.connection)

    def publish_references(self, touched: Mapping[str, Iterable[str]]) -> None:
        """Publish what events refer to: of places and actors only those `touched`."""
        for path, resource in RESOURCE_OF_PATH.items():
            self._publish_references(path, touched.get(resource))
        self._publish_memberships()

    def publish_some(self, resource: str, touched: Iterable[str]) -> None:
        """Publish places or actors which the rest of the load does not change any more."""
        (path,) = (path for path, of_path in RESOURCE_OF_PATH.items() if of_path == resource)
        self._publish_references(path, touched)

    def _publish_references(self, path: str, ids: Iterable[str] | None) -> None:
        resource, changes = RESOURCE_OF_PATH[path], self.changes[path]
        done = publish_references(self.connection, self.number, resource, ids, self._packing)
        changes.created += done.created
        changes.updated += done.updated
        changes.withdrawn += done.withdrawn

    def finish(self, notes: str | None = None) -> Published | None:
        """Count what there is now and make the release whole; None, and none is made, where nothing differs."""
        for path, suppressed in self._suppressed.items():
            self.changes[path].suppressed = suppressed
        if not any(self.changes.values()) and not self._repeats:
            self.connection.execute(delete(Release).where(Release.number == self.number))
            return None
        self._write_longest()
        count_terms(self.connection, self._touched)
        add_up_months(self.connection, self._touched)
        log_changes(self.connection, self.number, self.changes, self._last_document)
        self.connection.execute(
            update(Release)
            .where(Release.number == self.number)
            .values(
                published_at=_published_at(self.connection, before=self.number),
                notes=notes,
                changes={path: changes.counts() for path, changes in self.changes.items()},
                coverage=_coverage(self.connection),
                contents=read_contents(self.connection, self.changes["sources"].created),
            )
        )
        return Published(self.number, self.changes)

    def _end(self, documents: Sequence[Ended]) -> None:
        """End documents, and their terms: their own, and those of later releases of their dataset that repeat them."""
        if not documents:
            return
        sources = read_source_terms(self.connection)
        self._touched |= sources
        numbers_of_documents = [ended.number for ended in documents]
        for chunk in chunks_of(numbers_of_documents):
            ends = update(EventDocument).where(is_one_of(EventDocument.number, chunk))
            self.connection.execute(ends.values(valid_until=self.number))
        self._end_figures(numbers_of_documents)
        rows: list[tuple[Any, ...]] = []
        for ended in documents:
            numbers = set(array("I", ended.terms))
            self._touched |= numbers
            key = (ended.by_newest, ended.id, ended.number, self.number)
            rows += [(number, *key) for number in sorted(numbers | sources)]
        columns = ("term", "by_newest", "id", "document", "valid_until")
        update_rows(self.connection, EventTerm, columns, rows, keys=4)

    def _end_figures(self, documents: Sequence[int]) -> None:
        table = EventFigures
        for chunk in chunks_of(documents):
            ends = update(table).where(is_one_of(table.document, chunk), table.valid_until == FOREVER)
            self.connection.execute(ends.values(valid_until=self.number))

    def _remember_longest(self, longest: Mapping[int, int]) -> None:
        known = self._longest
        for term, days in longest.items():
            if days > known.get(term, 0):
                known[term] = days

    def _write_longest(self) -> None:
        known: dict[int, int] = {}
        for chunk in chunks_of(list(self._longest)):
            query = select(Term.number, Term.longest_days).where(is_one_of(Term.number, chunk))
            known.update(self.connection.execute(query).all())
        longer = [(term, days) for term, days in self._longest.items() if days > known[term]]
        update_rows(self.connection, Term, ("number", "longest_days"), longer)

    def _publish_memberships(self) -> None:
        """Network edges follow the actors' documents; a change of theirs is a change of an actor."""
        table = Membership
        holds = table.valid_until == FOREVER
        before = set(self.connection.execute(select(table.whole, table.member).where(holds)))
        now = memberships(self.connection)
        for whole, member in before - now:
            edge = (table.whole == whole) & (table.member == member) & holds
            self.connection.execute(update(table).where(edge).values(valid_until=self.number))
        rows = [(whole, member, self.number, FOREVER) for whole, member in sorted(now - before)]
        write_rows(self.connection, Membership, ("whole", "member", "valid_from", "valid_until"), rows)


def next_release(connection: Connection) -> int:
    """The number that the next release will have."""
    return (connection.scalar(select(func.max(Release.number))) or 0) + 1


def _published_at(connection: Connection, before: int | None = None) -> datetime:
    """Now, but never before the last release, whatever a clock that was set back says: `as_of` goes by it."""
    now = datetime.now(UTC).replace(microsecond=0)
    earlier = select(Release.published_at).order_by(Release.number.desc()).limit(1)
    last = connection.scalar(earlier if before is None else earlier.where(Release.number < before))
    return max(now, last) if last else now


def read_numbers(connection: Connection) -> Numbers:
    """The numbers of documents and terms that are in use."""
    terms: dict[tuple[str, str], int] = {}
    longest: dict[int, int] = {}
    for number, kind, value, days in connection.execute(select(Term.number, Term.kind, Term.value, Term.longest_days)):
        terms[kind, value], longest[number] = number, days
    last = connection.scalar(select(func.max(EventDocument.number))) or 0
    return Numbers(last, max(longest, default=0), terms, longest)


def read_held(connection: Connection, ids: Sequence[str]) -> dict[str, Held]:
    """The documents of some events that hold now, unpacked."""
    unpack = Unpacking(connection).unpack
    document, body, original, figures = EventDocument, EventBody, EventOriginal, EventFigures
    query = (
        select(
            document.id,
            document.number,
            document.by_newest,
            document.terms,
            body.dictionary,
            body.body,
            original.dictionary,
            original.record,
            document.valid_from,
            figures.left_out,
        )
        .join(body, body.document == document.number)
        .join(figures, (figures.document == document.number) & (figures.valid_until == FOREVER))
        .outerjoin(original, original.document == document.number)
    )
    held = {}
    for chunk in chunks_of(ids):
        holding = query.where(is_one_of(document.id, chunk), document.valid_until == FOREVER)
        for row in connection.execute(holding):
            event_id, number, by_newest, terms, d_body, packed, d_original, record, valid_from, left_out = row
            as_read = None if record is None else unpack(d_original, record)
            body_text = unpack(d_body, packed)
            held[event_id] = Held(number, by_newest, terms, body_text, as_read, valid_from, left_out)
    return held


def read_families(connection: Connection) -> dict[str, str]:
    """The family of each source that is a release of a dataset."""
    rows = connection.execute(select(Source.id, Source.family).where(Source.family.is_not(None)))
    return {source: str(family) for source, family in rows}


def _coverage(connection: Connection) -> dict[str, Any]:
    """What the release rests on; a gazetteer says where a place is, not what happened there."""
    kinds: Sequence[str] = connection.scalars(
        select(Source.kind).where(Source.kind != SourceKind.GAZETTEER).order_by(Source.kind)
    ).all()
    number = len(kinds)
    what = {1: f"one {kinds[0].replace('_', ' ')}" if kinds else ""}.get(number, f"{number} sources")
    return {
        "sources": number,
        "note": f"This release rests on {what}. Events that are not here may have happened.",
    }
