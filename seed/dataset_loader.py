"""Loads a dataset's files and publishes them as one release, in the caller's transaction and in flat memory.

Unlike a load of facts it is not complete for its origin: only what a file's scope covers can be withdrawn by it.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from itertools import islice

import orjson
from sqlalchemy import Connection, func, select

from app.models import CasualtyClaim, Event, EventLocation, Involvement, Location
from app.vocabulary import VictimScope
from seed.dataset_report import DatasetReport, FileReport
from seed.importers.datasets import DatasetEvent, Reject
from seed.loader import THINGS, Compared, Loaded, chunks_of, last_numbers, refuse_ids_of_others, write_rows
from seed.neutral_facts import ActorFact, EventFact, Fact, LocationFact, SourceFact
from seed.publish import ReleaseInMaking
from seed.rows import RowMaker

BATCH = 1000
# A file that would withdraw a larger share of what is stored in its scope is probably not what its name says.
MOST_WITHDRAWN = 0.05


class Scope(StrEnum):
    """What a file withdraws by not holding it: nothing, what its countries and years cover, or all of the dataset."""

    NONE = "none"
    FILE = "file"
    ALL = "all"


class ImportRefused(Exception):
    """The import is not done, and nothing is written; its text says why and what to do."""


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """A file on its way in: its records told as facts, and the release of the dataset that they are cited to."""

    name: str
    source: SourceFact
    claimant: ActorFact
    scope: Scope
    records: Callable[[], Iterable[DatasetEvent | Reject]]
    is_outdated_by: Callable[[str], bool] = lambda source: False
    """Whether the release of the dataset that a source's id names has revised what this file holds."""


def load_dataset(
    connection: Connection,
    origin: str,
    files: Sequence[DatasetFile],
    *,
    allow_withdrawals: bool = False,
    allow_older: bool = False,
    say: Callable[[str, int], None] = lambda file, number: None,
) -> DatasetReport:
    """Load the files and publish them as one release. `say` is told a file's name and its records so far.

    Raises ImportRefused where the files would withdraw more than a twentieth of the events stored in their scope, or
    are of a release that a loaded one has revised, unless that is allowed; FileRefused for what is no such file.
    """
    loading = _Loading(connection, origin)
    report = DatasetReport([loading.load_file(file, say) for file in files])
    report.withdrawn = loading.withdraw(allow=allow_withdrawals)
    # Who confirms what an older file withdraws has said that it is meant.
    if not (allow_older or allow_withdrawals):
        loading.refuse_outdated(files)
    report.release = loading.publish()
    return report


class _Loading:
    """One import. Holds a digest for each stored thing of the dataset, and the facts of one batch at a time."""

    def __init__(self, connection: Connection, origin: str) -> None:
        self.connection = connection
        self.maker = RowMaker(origin, last_numbers(connection), digest_of_dataset_fact)
        self.stored = {kind: self._digests(kind) for kind in THINGS}
        self.met: set[str] = set()
        self.renamed: dict[str, list[str]] = {"location": [], "actor": []}
        self.seen: set[str] = set()
        self.coverages: list[Coverage] = []
        self._release: ReleaseInMaking | None = None

    def load_file(self, file: DatasetFile, say: Callable[[str, int], None]) -> FileReport:
        """Load one file's records, batch by batch."""
        report, coverage = FileReport(file.name, file.source.id), Coverage(file.scope)
        self._add_source(file)
        for batch in _batches(file.records()):
            events = self._sort_out(batch, report)
            for told in events:
                coverage.take(told)
            self._load(events, file.source.id, report)
            say(file.name, report.read)
        self.coverages.append(coverage)
        return report

    def withdraw(self, *, allow: bool) -> int:
        """Withdraw what the files cover and do not hold; how many events that were."""
        covered = list(self._stored_events())
        gone = [event_id for event_id in covered if event_id not in self.seen]
        if len(gone) > MOST_WITHDRAWN * len(covered) and not allow:
            raise ImportRefused(
                f"This would withdraw {len(gone):,} of the {len(covered):,} events that are stored in the scope of"
                " these files. Nothing was written. Where that is meant, say --allow-withdrawals; where the"
                " files hold a part of the dataset only, say --scope none."
            )
        if gone:
            loaded = {kind: Compared() for kind in THINGS}
            loaded["event"].withdrawn = gone
            write_rows(self.connection, self.maker, loaded)
        return len(gone)

    def refuse_outdated(self, files: Sequence[DatasetFile]) -> None:
        """Raise ImportRefused where a file would put back figures that a loaded release has revised."""
        for file in files:
            if newer := [source for source in self.stored["source"] if file.is_outdated_by(source)]:
                raise ImportRefused(
                    f"{file.name} is {file.source.id}, and {max(newer)} is loaded, which has revised it: this would put"
                    " older figures back. Nothing was written. Where that is meant, say --allow-older."
                )

    def publish(self) -> int | None:
        """Publish what was loaded; the release's number, or None where nothing differs."""
        self._in_release().publish_events(self._events_of_renamed_things())
        published = self._in_release().finish()
        return published.number if published else None

    def _in_release(self) -> ReleaseInMaking:
        """Begun when the sources are there, which it reads."""
        if self._release is None:
            self._release = ReleaseInMaking(self.connection)
        return self._release

    def _digests(self, kind: str) -> dict[str, bytes]:
        table = THINGS[kind]
        query = select(table.id, table.digest).where(table.origin == self.maker.origin)
        return dict(self.connection.execute(query).all())

    def _add_source(self, file: DatasetFile) -> None:
        loaded = {kind: Compared() for kind in THINGS}
        if file.source.id not in self.stored["source"]:
            loaded["source"].created.append(file.source.id)
            self.maker.add_source(file.source)
        self._take_thing("actor", file.claimant, loaded)
        self._write(loaded)

    def _sort_out(self, batch: Sequence[DatasetEvent | Reject], report: FileReport) -> list[DatasetEvent]:
        """The events of a batch, without rejects and without what an earlier record of the files told already."""
        events = []
        for result in batch:
            report.read += 1
            if isinstance(result, Reject):
                report.rejects.append(result)
            elif result.event.id in self.seen:
                reasons = ("this id stands in the files more than once",)
                report.rejects.append(Reject(result.number, result.event.id, reasons))
            else:
                self.seen.add(result.event.id)
                events.append(result)
        return events

    def _load(self, events: Sequence[DatasetEvent], source: str, report: FileReport) -> None:
        """Write what is new or changed, publish it, and note what is only repeated."""
        loaded = {kind: Compared() for kind in THINGS}
        originals: dict[str, bytes] = {}
        unchanged: list[str] = []
        for told in events:
            for place in told.locations:
                self._take_thing("location", place, loaded)
            for actor in told.actors:
                self._take_thing("actor", actor, loaded)
            if self._take_event(told.event, loaded):
                originals[told.event.id] = _packed(told.original)
            else:
                unchanged.append(told.event.id)
        self._write(loaded)
        self._in_release().add_places(loaded["location"].created)
        self._in_release().publish_events(list(originals), originals)
        self._in_release().repeat_events(unchanged, source)
        report.created += len(loaded["event"].created)
        report.updated += len(loaded["event"].updated)
        report.unchanged += len(unchanged)
        for told in events:
            report.as_read.add(*told.figures)
        self._add_stored_figures([told.event.id for told in events], report)

    def _take_thing(self, kind: str, fact: LocationFact | ActorFact, loaded: Loaded) -> None:
        """A place or an actor as the first record that names it tells it; the rest of the import does not count."""
        if fact.id in self.met:
            return
        self.met.add(fact.id)
        known = self.stored[kind].get(fact.id)
        if known == digest_of_dataset_fact(fact):
            return
        (loaded[kind].created if known is None else loaded[kind].updated).append(fact.id)
        if known is not None:
            self.renamed[kind].append(fact.id)
        if isinstance(fact, LocationFact):
            self.maker.add_location(fact)
        else:
            self.maker.add_actor(fact)

    def _take_event(self, fact: EventFact, loaded: Loaded) -> bool:
        """Whether the event is new or its facts changed."""
        known = self.stored["event"].get(fact.id)
        if known == digest_of_dataset_fact(fact):
            return False
        (loaded["event"].created if known is None else loaded["event"].updated).append(fact.id)
        self.maker.add_event(fact)
        return True

    def _write(self, loaded: Loaded) -> None:
        for kind, compared in loaded.items():
            refuse_ids_of_others(self.connection, kind, compared.created)
        write_rows(self.connection, self.maker, loaded)
        self.maker.forget_rows()

    def _add_stored_figures(self, ids: Sequence[str], report: FileReport) -> None:
        """What the database now holds of the same events, asked of the database."""
        figures = (func.sum(CasualtyClaim.low), func.sum(CasualtyClaim.value), func.sum(CasualtyClaim.high))
        for chunk in chunks_of(ids):
            of_all = (CasualtyClaim.event_id.in_(chunk), CasualtyClaim.victims_scope == VictimScope.ALL)
            low, best, high = self.connection.execute(select(*figures).where(*of_all)).one()
            report.as_stored.add(low, best, high)

    def _stored_events(self) -> Iterator[str]:
        """The events that were stored before, as far as the files cover them."""
        query = (
            select(Event.id, Event.date_start, Event.dataset, Location.country)
            .join(EventLocation, EventLocation.event_id == Event.id)
            .join(Location, Location.id == EventLocation.location_id)
            .where(Event.origin == self.maker.origin)
        )
        if all(coverage.scope is Scope.NONE for coverage in self.coverages):
            return
        for event_id, start, dataset, country in self.connection.execute(query):
            where = (dataset or {}).get("country_id") or country
            was_there = event_id in self.stored["event"]
            if was_there and any(coverage.covers(where, start) for coverage in self.coverages):
                yield event_id

    def _events_of_renamed_things(self) -> list[str]:
        """Events that name a place or an actor which is told otherwise now; those that changed themselves are done."""
        ids: set[str] = set()
        for chunk in chunks_of(self.renamed["location"]):
            ids |= set(
                self.connection.scalars(select(EventLocation.event_id).where(EventLocation.location_id.in_(chunk)))
            )
        for chunk in chunks_of(self.renamed["actor"]):
            ids |= set(self.connection.scalars(select(Involvement.event_id).where(Involvement.actor_id.in_(chunk))))
        return sorted(ids)


class Coverage:
    """What a file covers: by default its countries, as the dataset counts them, times the years that it spans."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.countries: set[str | int] = set()
        self.years: set[int] = set()

    def take(self, told: DatasetEvent) -> None:
        """Widen to an event."""
        if told.event.date_start:
            self.years.add(told.event.date_start.year)
        codes = told.event.dataset
        counted = codes.country_id if codes and codes.country_id else None
        self.countries |= {counted} if counted else {place.country for place in told.locations if place.country}

    def covers(self, country: str | int | None, start: date | None) -> bool:
        """Whether an event there and then would be in the file."""
        if self.scope is Scope.ALL:
            return True
        if self.scope is Scope.NONE or start is None or not self.years:
            return False
        return country in self.countries and min(self.years) <= start.year <= max(self.years)


def digest_of_dataset_fact(fact: Fact) -> bytes:
    """What equal facts of two releases have in common: all but which release they were read in.

    Nor do columns count that younger layouts added and that change nothing about an event: its ids elsewhere, and a
    code that says "Clear" where older files said nothing (any other code is in `review_status`). A place or an actor is
    cited to the first record that named it, which says nothing of the thing itself.
    """
    if isinstance(fact, EventFact):
        text = fact.model_dump_json(exclude={"external_ids": True, "dataset": {"code_status"}})
        text = _SOURCE.sub('"source":""', text)
    else:
        text = fact.model_dump_json(exclude={"citations"})
    return sha256(text.encode()).digest()


_SOURCE = re.compile(r'"source":"[^"]*"')


def _packed(original: Mapping[str, str]) -> bytes:
    """A record as it was read: JSON, compressed."""
    return zlib.compress(orjson.dumps(dict(original)), 9)


def _batches(results: Iterable[DatasetEvent | Reject]) -> Iterator[list[DatasetEvent | Reject]]:
    iterator = iter(results)
    while batch := list(islice(iterator, BATCH)):
        yield batch
