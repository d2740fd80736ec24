"""Makes the next release out of what changed: each document is compared with the one that holds, byte for byte."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from app.models import (
    FOREVER,
    ClaimEntry,
    ClaimSource,
    Event,
    EventDocument,
    EventInvolvement,
    EventTerm,
    Location,
    Membership,
    ReferenceDocument,
    Release,
    Source,
)
from app.vocabulary import SourceKind
from seed.publish.events import RenderedEvent, render_events
from seed.publish.footnotes import read_sources
from seed.publish.references import RenderedReference, memberships, render_references
from seed.publish.terms import claim_columns, event_columns, event_terms, holds_from, with_families

Row = dict[str, Any]
RESOURCES = {"event": "events", "location": "locations", "actor": "actors", "source": "sources", "country": "countries"}
BATCH = 500


@dataclass(slots=True)
class Changes:
    """Ids of one kind of thing that a release created, updated and withdrew."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {"created": len(self.created), "updated": len(self.updated), "withdrawn": len(self.withdrawn)}

    def __bool__(self) -> bool:
        return bool(self.created or self.updated or self.withdrawn)


@dataclass(frozen=True, slots=True)
class Published:
    """The release that was made, and what it changed by resource."""

    number: int
    changes: dict[str, Changes]


def publish(connection: Connection, notes: str | None = None) -> Published | None:
    """Publish the record as the next release, in the caller's transaction; None where nothing differs."""
    release = ReleaseInMaking(connection)
    release.publish_events(connection.scalars(select(Event.id).order_by(Event.id)).all())
    return release.finish(notes)


def _published_at(connection: Connection) -> datetime:
    """Now, but never before the last release, whatever a clock that was set back says: `as_of` goes by it."""
    now = datetime.now(UTC).replace(microsecond=0)
    last = connection.scalar(select(Release.published_at).order_by(Release.number.desc()).limit(1))
    return max(now, last) if last else now


class ReleaseInMaking:
    """One release in the making; its rows point at it before it is there, which is checked at commit.

    Rows are gathered and written many at once. At no time are more bodies in memory than those of a batch.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.number = (connection.scalar(select(func.max(Release.number))) or 0) + 1
        self.changes = {resource: Changes() for resource in RESOURCES.values()}
        self.sources = read_sources(connection)
        families = connection.execute(select(Source.id, Source.family).where(Source.family.is_not(None)))
        self._valid = holds_from(self.number)
        self.families = {source: str(family) for source, family in families}
        self.lies_in = places_around(connection)
        self._last_event = connection.scalar(select(func.max(EventDocument.number))) or 0
        self._last_reference = connection.scalar(select(func.max(ReferenceDocument.number))) or 0
        self._repeats = 0
        self._ended: dict[Table, list[int]] = defaultdict(list)
        self._new: dict[Table, list[Row]] = defaultdict(list)

    def finish(self, notes: str | None = None) -> Published | None:
        """Withdraw what is gone, publish what events refer to, and write the release; None where nothing differs."""
        self._withdraw_events()
        self._publish_references()
        self._publish_memberships()
        if not any(self.changes.values()) and not self._repeats:
            return None
        self.connection.execute(
            insert(Release).values(
                number=self.number,
                published_at=_published_at(self.connection),
                notes=notes,
                changes={resource: changes.counts() for resource, changes in self.changes.items()},
                coverage=_coverage(self.connection),
            )
        )
        return Published(self.number, self.changes)

    def _publish_references(self) -> None:
        table = _table(ReferenceDocument)
        resources = [resource for resource in RESOURCES if resource != "event"]
        holding = {resource: _holding(self.connection, table, table.c.resource == resource) for resource in resources}
        for reference in render_references(self.connection, self.sources):
            body = reference.document.model_dump_json().encode()
            before = holding[reference.resource].pop(reference.id, None)
            if self._differs(table, RESOURCES[reference.resource], reference.id, before, body):
                self._add_reference(reference, body)
            if len(self._new[table]) >= BATCH:
                self._write()
        for resource in resources:
            self._withdraw(table, RESOURCES[resource], holding[resource])
        self._write()

    def publish_events(self, ids: Sequence[str], originals: Mapping[str, bytes] | None = None) -> None:
        """Publish events that may have changed. `originals` are a dataset's own records, for those that bring one."""
        table = _table(EventDocument)
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            holding = _holding(self.connection, table, table.c.id.in_(batch))
            for rendered in render_events(self.connection, batch, self.sources):
                event_id, body = rendered.document.id, rendered.document.model_dump_json().encode()
                before = holding.get(event_id)
                if self._differs(table, "events", event_id, before, body):
                    self._add_event(rendered, body, (originals or {}).get(event_id), before)
            self._write()

    def add_places(self, ids: Iterable[str]) -> None:
        """Make known places that were added since the release was begun, and that lie within no other."""
        self.lies_in.update({place: {place} for place in ids})

    def repeat_events(self, ids: Sequence[str], source: str) -> None:
        """Note that a release of a dataset repeats these events, where that is not known yet."""
        document, term = _table(EventDocument), _table(EventTerm)
        for start in range(0, len(ids), BATCH):
            batch = (document.c.id.in_(ids[start : start + BATCH]), document.c.valid_until == FOREVER)
            known = select(term.c.document).where(term.c.kind == "source", term.c.value == source)
            new = self.connection.scalars(
                select(document.c.number).where(*batch, document.c.number.not_in(known)).order_by(document.c.number)
            ).all()
            self._new[term] = [{"kind": "source", "value": source, "document": n, "since": self.number} for n in new]
            claims = select(ClaimEntry.id, ClaimEntry.document).where(ClaimEntry.document.in_(new))
            self._new[_table(ClaimSource)] = [
                {"source": source, "claim": claim, "document": n, "since": self.number}
                for claim, n in self.connection.execute(claims)
            ]
            self._write()
            self._repeats += len(new)

    def _withdraw_events(self) -> None:
        table = _table(EventDocument)
        self._withdraw(table, "events", _holding(self.connection, table, table.c.id.not_in(select(Event.id))))
        self._write()

    def _publish_memberships(self) -> None:
        """Network edges follow the actors' documents; a change of theirs is a change of an actor."""
        table = _table(Membership)
        holds = table.c.valid_until == FOREVER
        before = set(self.connection.execute(select(table.c.whole, table.c.member).where(holds)))
        now = memberships(self.connection)
        for whole, member in before - now:
            edge = (table.c.whole == whole) & (table.c.member == member) & holds
            self.connection.execute(update(table).where(edge).values(valid_until=self.number))
        self._new[table] = [{"whole": whole, "member": member, **self._valid} for whole, member in sorted(now - before)]
        self._write()

    def _differs(self, table: Table, resource: str, thing: str, before: "Held | None", body: bytes) -> bool:
        """Whether a document is new or other than the one that holds, which then ends."""
        if before is None:
            self.changes[resource].created.append(thing)
            return True
        if before.digest == _digest(body):
            return False
        self._ended[table].append(before.number)
        self.changes[resource].updated.append(thing)
        return True

    def _withdraw(self, table: Table, resource: str, holding: dict[str, "Held"]) -> None:
        for thing, held in holding.items():
            self._ended[table].append(held.number)
            self.changes[resource].withdrawn.append(thing)

    def _add_reference(self, reference: RenderedReference, body: bytes) -> None:
        self._last_reference += 1
        columns = {name: getattr(reference, name) for name in ("resource", "id", "kind", "country", "admin1", "family")}
        row = {**columns, "number": self._last_reference, "body": body, **self._valid}
        self._new[_table(ReferenceDocument)].append(row)

    def _add_event(self, rendered: RenderedEvent, body: bytes, original: bytes | None, before: "Held | None") -> None:
        self._last_event += 1
        number, document = self._last_event, rendered.document
        if original is None and before is not None:
            original = self._original_of(before)
        told_by = document.citations[0].source.id
        row = {
            **event_columns(document),
            "family": self.families.get(told_by, told_by),
            "number": number,
            "body": body,
            "original": original,
            **self._valid,
        }
        self._new[_table(EventDocument)].append(row)
        terms = event_terms(document, rendered.sources, self.families, self.lies_in)
        involvements = {(actor.id, actor.role, actor.attribution) for actor in document.actors}
        claim_sources = {
            (source, claim)
            for claim, sources in rendered.claim_sources.items()
            for source in with_families(sources, self.families)
        }
        since = {"since": self.number}
        by_table: dict[Table, list[Row]] = {
            _table(EventTerm): [{"kind": kind, "value": value, **since} for kind, value in sorted(terms)],
            _table(EventInvolvement): [
                {"actor": actor, "role": role, "attribution": attribution}
                for actor, role, attribution in sorted(involvements)
            ],
            _table(ClaimEntry): [claim_columns(claim, n) for n, claim in enumerate(document.casualty_claims)],
            _table(ClaimSource): [
                {"source": source, "claim": claim, **since} for source, claim in sorted(claim_sources)
            ],
        }
        for table, rows in by_table.items():
            self._new[table].extend({**row, "document": number} for row in rows)

    def _original_of(self, before: "Held") -> bytes | None:
        """A document that changes for another reason than its record keeps the record."""
        table = _table(EventDocument)
        return self.connection.scalar(select(table.c.original).where(table.c.number == before.number))

    def _write(self) -> None:
        """Documents before what points at them, which is the order they were gathered in; what ends, first of all."""
        for table, numbers in self._ended.items():
            for start in range(0, len(numbers), BATCH):
                ends = table.c.number.in_(numbers[start : start + BATCH])
                self.connection.execute(update(table).where(ends).values(valid_until=self.number))
        for table, rows in self._new.items():
            if rows:
                self.connection.execute(insert(table), rows)
        self._ended.clear()
        self._new.clear()


@dataclass(frozen=True, slots=True)
class Held:
    """A document that holds now."""

    number: int
    digest: bytes


def _holding(connection: Connection, table: Table, which: Any) -> dict[str, Held]:
    query = select(table.c.id, table.c.number, table.c.body).where(table.c.valid_until == FOREVER, which)
    rows = connection.execute(query.order_by(table.c.id), execution_options={"yield_per": BATCH})
    return {thing: Held(number, _digest(body)) for thing, number, body in rows}


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def places_around(connection: Connection) -> dict[str, set[str]]:
    """Each location with all that it lies within, itself included."""
    within = dict(connection.execute(select(Location.id, Location.within_id)).all())

    def around(place: str | None) -> Iterator[str]:
        while place is not None:
            yield place
            place = within[place]

    return {place: set(around(place)) for place in within}


def _coverage(connection: Connection) -> Row:
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
