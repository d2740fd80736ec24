"""Loads a dataset's files and publishes them as one release, in the caller's transaction and in flat memory.

Unlike a load of facts it is not complete for its origin: only what a file's scope covers can be withdrawn by it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from itertools import chain
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, func, select

from app.models import FOREVER, CasualtyClaim, EventTerm, Source, Term
from app.vocabulary import VictimScope
from seed.columns import THINGS
from seed.dataset_report import DatasetReport, FileReport
from seed.dataset_scope import Withdrawals
from seed.dataset_telling import DatasetFile, Teller, ToldBatch
from seed.first_load import keys_checked_at_the_end
from seed.loader import Compared, refuse_ids_of_others, write_load
from seed.publish.documents import Surroundings
from seed.publish.event_rows import EventRows, PublishedBatch, Told
from seed.publish.releases import ReleaseInMaking, read_families, read_held, read_numbers
from seed.publish.rendered_references import read_quoted_sources
from seed.statements import KEYS_A_STATEMENT, chunks_of, is_one_of
from seed.stored_facts import read_actors, read_events, read_locations

# A file that would withdraw a larger share of what is stored in its scope is probably not what its name says.
MOST_WITHDRAWN = 0.05


class ImportRefused(Exception):
    """The import is not done, and nothing is written; its text says why and what to do."""


class Tells(Protocol):
    """Who tells the files: in this process, or in another one."""

    def batches(self) -> Iterable[ToldBatch]: ...
    def withdrawals(self) -> Withdrawals: ...


def load_dataset(
    connection: Connection,
    origin: str,
    files: Sequence[DatasetFile],
    *,
    allow_withdrawals: bool = False,
    allow_older: bool = False,
    say: Callable[[str, int, float | None], None] = lambda file, number, share: None,
    teller: Tells | None = None,
    check_keys_at_the_end: bool = False,
) -> DatasetReport:
    """Load the files and publish them as one release. `say` is told a file's name, its records so far, and
    how much of it has been read. Keys can be checked at the end in a dataset's first load alone (`seed.first_load`),
    by a teller that reads nothing any more when it begins to tell.

    Raises ImportRefused where the files would withdraw more than a twentieth of the events stored in their scope, or
    are of a release that a loaded one has revised, unless that is allowed; FileRefused for what is no such file.
    """
    teller = teller or Teller(connection, origin, files)
    loading = _Loading(connection, origin, files)
    batches = iter(teller.batches())
    first = next(batches)
    with keys_checked_at_the_end(connection) if check_keys_at_the_end else nullcontext():
        for batch in chain([first], batches):
            report = loading.take(batch)
            say(report.file, report.read, batch.share_read)
    loading.withdraw(teller.withdrawals(), allow=allow_withdrawals)
    # Who confirms what an older file withdraws has said that it is meant.
    if not (allow_older or allow_withdrawals):
        loading.refuse_outdated()
    return loading.publish()


class _Loading:
    """One import: writes what it is told, batch by batch, and makes the release of it."""

    def __init__(self, connection: Connection, origin: str, files: Sequence[DatasetFile]) -> None:
        self.connection = connection
        self.origin = origin
        self.files = files
        self.report = DatasetReport([FileReport(file.name, file.source.id) for file in files])
        self._sources_before = connection.scalars(select(Source.id).where(Source.origin == origin)).all()
        self._release = ReleaseInMaking(connection)
        self._touched: dict[str, list[str]] = {"location": [], "actor": []}
        self._renamed: dict[str, list[str]] = {"location": [], "actor": []}

    def take(self, batch: ToldBatch) -> FileReport:
        """Write a batch; the report of its file so far."""
        for kind, compared in batch.loaded.items():
            if kind != "event":  # whose ids the teller has held against all others
                refuse_ids_of_others(self.connection, kind, compared.created)
        write_load(self.connection, batch.rows, batch.loaded, lambda kind, of: batch.numbers[kind, of])
        for kind, touched in self._touched.items():
            touched.extend([*batch.loaded[kind].created, *batch.loaded[kind].updated])
            self._renamed[kind] += batch.loaded[kind].updated
        if batch.published:
            self._release.write(batch.published)
        if batch.unchanged:
            self._release.repeat_events(batch.unchanged, batch.source_term)
        self._publish_what_is_told()
        return self._add_to_report(batch)

    def _publish_what_is_told(self) -> None:
        """Places and actors are told once. Publishing them now takes the time in which the next batch is told."""
        for kind, touched in self._touched.items():
            while len(touched) >= KEYS_A_STATEMENT:
                self._release.publish_some(kind, touched[:KEYS_A_STATEMENT])
                del touched[:KEYS_A_STATEMENT]

    def _add_to_report(self, batch: ToldBatch) -> FileReport:
        report = self.report.files[batch.file]
        report.read += batch.read
        report.rejects += batch.rejects
        report.suppressed += batch.suppressed
        report.created += len(batch.loaded["event"].created)
        report.updated += len(batch.loaded["event"].updated)
        report.unchanged += len(batch.unchanged)
        report.as_read.add(*batch.figures)
        # What the database now holds of the same events, asked of the database.
        figures = (func.sum(CasualtyClaim.low), func.sum(CasualtyClaim.value), func.sum(CasualtyClaim.high))
        for of_events in _conditions(CasualtyClaim.event_number, batch.events):
            of_all = (of_events, CasualtyClaim.victims_scope == VictimScope.ALL)
            report.as_stored.add(*self.connection.execute(select(*figures).where(*of_all)).one())
        return report

    def withdraw(self, withdrawals: Withdrawals, *, allow: bool) -> None:
        """Withdraw what the files cover and do not hold."""
        gone, covered = withdrawals.gone, withdrawals.covered
        if len(gone) > MOST_WITHDRAWN * covered and not allow:
            raise ImportRefused(
                f"This would withdraw {len(gone):,} of the {covered:,} events that are stored in the scope of"
                " these files. Nothing was written. Where that is meant, say --allow-withdrawals; where the"
                " files hold a part of the dataset only, say --scope none."
            )
        if gone:
            loaded = {kind: Compared() for kind in THINGS}
            loaded["event"].withdrawn = list(gone)
            write_load(self.connection, {}, loaded, lambda _, of: gone[of])
        self.report.withdrawn = len(gone)

    def refuse_outdated(self) -> None:
        """Raise ImportRefused where a file would put back figures that a loaded release has revised."""
        for file in self.files:
            if newer := [source for source in self._sources_before if file.is_outdated_by(source)]:
                raise ImportRefused(
                    f"{file.name} is {file.source.id}, and {max(newer)} is loaded, which has revised it: this would put"
                    " older figures back. Nothing was written. Where that is meant, say --allow-older."
                )

    def publish(self) -> DatasetReport:
        """Publish what was loaded, if anything differs, and report."""
        self._publish_events_of_renamed_things()
        if self.report.withdrawn:
            self._release.withdraw_events()
        self._release.publish_references(self._touched)
        published = self._release.finish()
        self.report.release = published.number if published else None
        return self.report

    def _publish_events_of_renamed_things(self) -> None:
        """Events that name a place or an actor which is told otherwise now; those that changed themselves are done."""
        ids: set[str] = set()
        # By their terms, as the record has no index by what hardly ever goes.
        query = select(EventTerm.id).join(Term, Term.number == EventTerm.term).where(EventTerm.valid_until == FOREVER)
        for kind, renamed in self._renamed.items():
            for chunk in chunks_of(renamed):
                ids |= set(self.connection.scalars(query.where(Term.kind == kind, is_one_of(Term.value, chunk))))
        for some in chunks_of(sorted(ids)):
            told = self._told_again(some)
            self._release.write(told)
            self._release.carry_repeats(told)

    def _told_again(self, ids: Sequence[str]) -> PublishedBatch:
        """Events as the record now tells them."""
        facts = read_events(self.connection, ids)
        places = sorted({place.location for fact in facts for place in fact.locations})
        around = Surroundings(
            read_quoted_sources(self.connection),
            {place.id: place for place in read_locations(self.connection, places)},
            {actor.id: actor for actor in read_actors(self.connection)},
        )
        rows = EventRows(
            self.origin,
            self._release.number,
            read_numbers(self.connection),
            around,
            read_families(self.connection),
            {},
        )
        return rows.publish([Told(fact) for fact in facts], read_held(self.connection, ids))


def _conditions(column: Any, events: Sequence[int]) -> Iterator[ColumnElement[bool]]:
    """What finds the rows of some events: one range, where no others lie between them, as between all new ones."""
    if events and max(events) - min(events) == len(events) - 1:
        yield column.between(min(events), max(events))
        return
    for chunk in chunks_of(events):
        yield is_one_of(column, chunk)
