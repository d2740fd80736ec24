"""What holds in the release that is being published: counts, and sums of the killed as each family reports them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, case, func, select

from app.counts import OFFERING
from app.models import (
    EVERYTHING,
    FOREVER,
    CasualtyClaim,
    Event,
    EventBody,
    EventTerm,
    ReferenceDocument,
    Source,
    Term,
    TermCount,
)
from app.vocabulary import Outcome, Standing, VictimScope
from seed.publish.packing import Unpacking

Document = Mapping[str, Any]
Figure = tuple[int | None, int | None, int | None]


@dataclass(slots=True)
class KilledSums:
    """Sums over events that count, in people killed; `high` is None as soon as one event states none."""

    events: int = 0
    counted: int = 0
    low: int | None = None
    best: int | None = None
    best_from_low: int = 0
    high: int | None = 0
    unknown: int = 0

    def add(self, low: int | None, best: int | None, high: int | None) -> None:
        """Add one event that counts."""
        self.counted += 1
        offered = best if best is not None else low
        self.best_from_low += best is None and low is not None
        self.unknown += (low, best, high) == (None, None, None)
        self.low = self.low if low is None else (self.low or 0) + low
        self.best = self.best if offered is None else (self.best or 0) + offered
        self.high = None if self.high is None or high is None else self.high + high

    def as_json(self, family: str) -> dict[str, Any]:
        killed = {
            "low": self.low,
            "best": self.best,
            "best_from_low": self.best_from_low,
            "high": self.high if self.counted else None,
            "unknown": self.unknown,
        }
        return {"source_family": family, "events": self.events, "counted": self.counted, "killed": killed}


def read_contents(connection: Connection, new_sources: Sequence[str]) -> dict[str, Any]:
    """What holds now, which is what the release holds once it is whole; events must have been counted."""
    by_family = dict(_events_by_family(connection))
    of_references: dict[str, int] = dict(
        connection.execute(
            select(ReferenceDocument.resource, func.count())
            .where(ReferenceDocument.valid_until == FOREVER)
            .group_by(ReferenceDocument.resource)
        ).all()
    )
    titles: dict[str, str] = dict(
        connection.execute(select(Source.id, Source.title).where(Source.id.in_(new_sources))).all()
    )
    return {
        "counts": {
            "events": sum(sums.events for sums in by_family.values()),
            "casualty_claims": connection.scalar(select(func.count()).select_from(CasualtyClaim)),
            **{f"{name}s": of_references.get(name, 0) for name in ("location", "actor", "source")},
        },
        "killed": [sums.as_json(family) for family, sums in sorted(by_family.items())],
        "new_sources": [{"id": source, "title": titles[source]} for source in sorted(titles)],
    }


def _events_by_family(connection: Connection) -> Iterator[tuple[str, KilledSums]]:
    counted = select(Term.number, Term.value, TermCount.holding).join(Term, Term.number == TermCount.family)
    families = connection.execute(counted.where(TermCount.term == EVERYTHING)).all()
    of_datasets = set(connection.scalars(select(Source.family).where(Source.family.is_not(None)).distinct()))
    sums_of_datasets = dict(_sums_of_datasets(connection))
    written = {number: family for number, family, _ in families if family not in of_datasets}
    yield from sums_of_documents(_documents_of(connection, written)).items()
    for _, family, holding in families:
        if family in of_datasets:
            yield family, _sums_of_a_dataset(holding, sums_of_datasets.get(family))


def _sums_of_datasets(connection: Connection) -> Iterator[tuple[str, Row[Any]]]:
    """A dataset's event has one claim about all who were killed at most, and no parts."""
    claim = CasualtyClaim
    best = case((claim.qualifier.in_(OFFERING), claim.value))
    offered = func.coalesce(best, claim.low)
    stated = func.coalesce(offered, claim.high)
    query = (
        select(
            Event.origin,
            func.sum(claim.low).label("low"),
            func.sum(offered).label("best"),
            func.count(case((best.is_(None), claim.low))).label("best_from_low"),
            func.sum(claim.high).label("high"),
            func.count(claim.high).label("with_high"),
            func.count(stated).label("stated"),
        )
        .join(Event, Event.number == claim.event_number)
        .where(
            claim.outcome == Outcome.KILLED,
            claim.victims_scope == VictimScope.ALL,
            claim.standing == Standing.IN_FORCE,
        )
        .group_by(Event.origin)
    )
    for row in connection.execute(query):
        yield row.origin, row


def _sums_of_a_dataset(holding: int, row: Row[Any] | None) -> KilledSums:
    if row is None:
        return KilledSums(holding, holding, high=None, unknown=holding)
    low, best, high = (None if number is None else int(number) for number in (row.low, row.best, row.high))
    high = high if row.with_high == holding else None
    return KilledSums(holding, holding, low, best, row.best_from_low, high, holding - row.stated)


def _documents_of(connection: Connection, families: Mapping[int, str]) -> Iterator[tuple[str, Document]]:
    """The events of some families that hold now, each with its family."""
    unpack = Unpacking(connection).unpack
    holding = (EventTerm.term.in_(families), EventTerm.family == EventTerm.term, EventTerm.valid_until == FOREVER)
    query = select(EventTerm.family, EventBody.dictionary, EventBody.body).join(
        EventBody, EventTerm.document == EventBody.document
    )
    for family, dictionary, packed in connection.execute(query.where(*holding)).all():
        yield families[family], orjson.loads(unpack(dictionary, packed))


def sums_of_documents(told: Iterable[tuple[str, Document]]) -> dict[str, KilledSums]:
    """Sums by family. An event with parts counts only if none of its parts, at any depth, has a figure."""
    by_id = {document["id"]: (family, document) for family, document in told}
    documents = {event: document for event, (_, document) in by_id.items()}
    by_family: dict[str, KilledSums] = {}
    for family, document in by_id.values():
        sums = by_family.setdefault(family, KilledSums())
        sums.events += 1
        if not any(figure_of(part) != (None, None, None) for part in _parts_of(document, documents)):
            sums.add(*figure_of(document))
    return by_family


def _parts_of(document: Document, by_id: Mapping[str, Document]) -> Iterator[Document]:
    for part in document["parts"]:
        if part in by_id:
            yield by_id[part]
            yield from _parts_of(by_id[part], by_id)


def figure_of(document: Document) -> Figure:
    """Low, best and high of the killed as the document says them."""
    killed = document["casualties"]["killed"]
    return (killed["low"], killed["best"], killed["high"]) if killed else (None, None, None)
