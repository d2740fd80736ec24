"""Tells a dataset's files as batches of rows that are ready to be written. It reads the database, and never writes.

So it can do its work in a process of its own, while another one writes. In memory it holds one batch, what it knows of
the dataset's places, actors and terms, and the ids that it has met.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import orjson
from sqlalchemy import Connection, select

from app.models import Event
from seed.columns import THINGS
from seed.dataset_scope import Coverage, Scope, Withdrawals, find_withdrawals
from seed.first_load import is_first_load
from seed.importers.datasets import DatasetEvent, Reject
from seed.importers.digests import digest_of_dataset_fact
from seed.loader import Compared, Loaded, LoadRefused, last_numbers, numbers_of
from seed.met_ids import MetIds
from seed.neutral_facts import ActorFact, LocationFact, SourceFact
from seed.publish.documents import Surroundings
from seed.publish.event_rows import EventRows, PublishedBatch, Told
from seed.publish.footnotes import quoted
from seed.publish.releases import next_release, read_families, read_held, read_numbers
from seed.publish.rendered_references import read_quoted_sources
from seed.rows import RowMaker, Rows
from seed.statements import chunks_of, is_one_of
from seed.suppressed import read_suppressed

BATCH = 500


def _unknown() -> None:
    return None


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """A file on its way in: its records told as facts, and the release of the dataset that they are cited to.

    It can be sent to another process; `records` opens the file anew each time.
    """

    name: str
    source: SourceFact
    claimant: ActorFact
    scope: Scope
    records: Callable[[], Iterable[DatasetEvent | Reject]]
    is_outdated_by: Callable[[str], bool]
    """Whether the release of the dataset that a source's id names has revised what this file holds."""
    share_read: Callable[[], float | None] = _unknown
    """How much of the file has been read, from 0 to 1; None where nobody can tell."""


@dataclass(slots=True)
class ToldBatch:
    """What some records of one file come to: rows to write, and numbers for the report."""

    file: int
    read: int = 0
    suppressed: int = 0
    rejects: list[Reject] = field(default_factory=list)
    loaded: Loaded = field(default_factory=lambda: {kind: Compared() for kind in THINGS})
    rows: Rows = field(default_factory=dict)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    """Of the things that are there already and change, by kind and id."""
    events: list[int] = field(default_factory=list)
    """The numbers of all events of the batch, whether they changed or not."""
    unchanged: list[str] = field(default_factory=list)
    published: PublishedBatch | None = None
    figures: tuple[int, int, int] = (0, 0, 0)
    share_read: float | None = None
    source_term: int = 0
    """The number of the term of the release that the file is cited to."""


class Teller:
    """Tells the files of one import. `connection` shows the database as it was before the import began."""

    def __init__(self, connection: Connection, origin: str, files: Sequence[DatasetFile]) -> None:
        self.connection = connection
        self.files = files
        known = {kind: numbers_of(connection, kind, origin) for kind in ("source", "location", "actor")}
        last = last_numbers(connection)
        self._maker = RowMaker(origin, known, last)
        self._last_event = last[Event]
        self._digests = {kind: self._stored_digests(kind) for kind in known}
        self._stored = self._read_stored() if is_first_load(connection, origin) else None
        self._suppressed = read_suppressed(connection)
        self._met: set[str] = set()
        self._seen = MetIds()
        self._coverages: list[Coverage] = []
        self._actors: dict[str, ActorFact] = {}
        self._sources = read_quoted_sources(connection)
        self._sources |= {file.source.id: quoted(file.source) for file in files}
        self._families = read_families(connection)
        self._families |= {file.source.id: file.source.family or file.source.id for file in files}
        self._published = EventRows(
            origin,
            next_release(connection),
            read_numbers(connection),
            Surroundings(self._sources, {}, self._actors),
            self._families,
            {},
        )

    @property
    def knows_all(self) -> bool:
        """Whether it needs the database no more, as nothing is stored that the files could repeat or withdraw."""
        return self._stored is not None

    def batches(self) -> Iterator[ToldBatch]:
        """Every file's records, some at a time, each file's source and claimant first."""
        for number, file in enumerate(self.files):
            beginning = self._beginning(number, file)
            yield beginning
            coverage = Coverage(file.scope)
            for results in _some_at_a_time(file.records()):
                batch = ToldBatch(number, read=len(results), source_term=beginning.source_term)
                events = self._sort_out(results, batch)
                for told in events:
                    coverage.take(told)
                self._tell(events, batch)
                batch.share_read = file.share_read()
                yield batch
            self._coverages.append(coverage)

    def withdrawals(self) -> Withdrawals:
        """What the files cover and do not hold, once all are told."""
        if self.knows_all:
            return Withdrawals({}, 0)
        return find_withdrawals(self.connection, self._maker.origin, self._last_event, self._coverages, self._seen)

    def _stored_digests(self, kind: str) -> dict[str, bytes]:
        table = THINGS[kind]
        query = select(table.id, table.digest).where(table.origin == self._maker.origin)
        return dict(self.connection.execute(query).all())

    def _beginning(self, number: int, file: DatasetFile) -> ToldBatch:
        batch = ToldBatch(number)
        if file.source.id in self._suppressed["source"] or file.claimant.id in self._suppressed["actor"]:
            raise LoadRefused(f"{file.name} cannot be loaded: {file.source.id} or {file.claimant.id} was suppressed")
        if file.source.id not in self._digests["source"]:
            self._digests["source"][file.source.id] = b""
            batch.loaded["source"].created.append(file.source.id)
            self._maker.add_source(file.source, digest_of_dataset_fact(file.source))
        self._take_thing("actor", file.claimant, batch)
        batch.source_term, batch.published = self._published.begin_source(file.source.id)
        self._take_rows(batch)
        return batch

    def _sort_out(self, results: Sequence[DatasetEvent | Reject], batch: ToldBatch) -> list[DatasetEvent]:
        """The events of a batch, without rejects, what an earlier record told already, and what was suppressed."""
        events = []
        for result in results:
            if isinstance(result, Reject):
                batch.rejects.append(result)
            elif not self._seen.add(result.event.id):
                reasons = ("this id stands in the files more than once",)
                batch.rejects.append(Reject(result.number, result.event.id, reasons))
            elif self._is_suppressed(result):
                batch.suppressed += 1
            else:
                events.append(result)
        return events

    def _is_suppressed(self, told: DatasetEvent) -> bool:
        """Whether an event was suppressed, or cannot be told without a place or an actor that was."""
        suppressed = self._suppressed
        return (
            told.event.id in suppressed["event"]
            or any(place.id in suppressed["location"] for place in told.locations)
            or any(actor.id in suppressed["actor"] for actor in told.actors)
        )

    def _tell(self, events: Sequence[DatasetEvent], batch: ToldBatch) -> None:
        """Make the rows of what is new or changed, and note what is only repeated."""
        stored = self._stored_events([told.event.id for told in events])
        self._maker.know("event", {event_id: number for event_id, (number, _) in stored.items()})
        places: dict[str, LocationFact] = {}
        changed: list[Told] = []
        for told in events:
            for place in told.locations:
                places[place.id] = place
                self._take_thing("location", place, batch)
            for actor in told.actors:
                self._take_thing("actor", actor, batch)
            fact, (number, before) = told.event, stored.get(told.event.id, (0, None))
            digest = digest_of_dataset_fact(fact)
            if before == digest:
                batch.unchanged.append(fact.id)
                batch.events.append(number)
                continue
            (batch.loaded["event"].updated if before else batch.loaded["event"].created).append(fact.id)
            self._maker.add_event(fact, digest)
            batch.events.append(self._maker.number_of("event", fact.id))
            changed.append(Told(fact, orjson.dumps(told.original)))
        self._published.around.places = places
        held = read_held(self.connection, batch.loaded["event"].updated)
        batch.published = self._published.publish(changed, held)
        self._take_rows(batch)
        low, best, high = zip(*(told.figures for told in events), strict=True) if events else ((), (), ())
        batch.figures = sum(filter(None, low)), sum(filter(None, best)), sum(filter(None, high))

    def _stored_events(self, ids: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        """Those of some events that are stored: number and digest. Raises LoadRefused for the ids of others."""
        if self._stored is not None:
            for event_id in ids:
                if event_id in self._stored:
                    raise _taken(event_id, self._stored[event_id])
            return {}
        stored = {}
        query = select(Event.id, Event.number, Event.digest, Event.origin)
        for chunk in chunks_of(ids):
            for event_id, number, digest, origin in self.connection.execute(query.where(is_one_of(Event.id, chunk))):
                if origin != self._maker.origin:
                    raise _taken(event_id, origin)
                stored[event_id] = number, digest
        return stored

    def _read_stored(self) -> dict[str, str]:
        """The ids of all events, which are few and others', with their origins."""
        return dict(self.connection.execute(select(Event.id, Event.origin)).all())

    def _take_thing(self, kind: str, fact: LocationFact | ActorFact, batch: ToldBatch) -> None:
        """A place or an actor as the first record that names it tells it; the rest of the import does not count."""
        if fact.id in self._met:
            return
        self._met.add(fact.id)
        if isinstance(fact, ActorFact):
            self._actors[fact.id] = fact
        known, digest = self._digests[kind].get(fact.id), digest_of_dataset_fact(fact)
        if known == digest:
            return
        (batch.loaded[kind].created if known is None else batch.loaded[kind].updated).append(fact.id)
        if isinstance(fact, LocationFact):
            self._maker.add_location(fact, digest)
        else:
            self._maker.add_actor(fact, digest)

    def _take_rows(self, batch: ToldBatch) -> None:
        batch.rows = self._maker.rows
        batch.numbers = {
            (kind, updated): self._maker.number_of(kind, updated)
            for kind, compared in batch.loaded.items()
            for updated in compared.updated
        }
        self._maker.forget_rows(and_events=True)


def _taken(event_id: str, origin: str) -> LoadRefused:
    return LoadRefused(f"event {event_id!r} exists already, loaded from {origin!r}")


def _some_at_a_time(results: Iterable[DatasetEvent | Reject]) -> Iterator[list[DatasetEvent | Reject]]:
    iterator = iter(results)
    while some := list(islice(iterator, BATCH)):
        yield some
