"""Makes the published rows of events, and deals out their numbers. Pure: reads and writes no database.

What it makes is plain tuples, in the order of `COLUMNS`, so that another process can write them.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.models import (
    FOREVER,
    Base,
    ClaimEntry,
    ClaimSource,
    EventBody,
    EventDocument,
    EventInvolvement,
    EventOriginal,
    EventSpot,
    EventTerm,
    EventText,
    Term,
)
from seed.neutral_facts import EventFact
from seed.publish.documents import Surroundings, render_event
from seed.publish.event_texts import text_of
from seed.publish.packing import Packing
from seed.publish.terms import (
    claim_figures,
    day_of,
    event_terms,
    killed_of,
    negated,
    with_families,
)
from seed.publish.whereabouts import Whereabouts, whereabouts_of
from seed.rows import FACTS_ORIGIN

Tuples = dict[type[Base], list[tuple[Any, ...]]]
COLUMNS: Mapping[type[Base], tuple[str, ...]] = {
    model: tuple(model.__table__.columns.keys())
    for model in (
        Term,
        EventDocument,
        EventBody,
        EventOriginal,
        EventTerm,
        EventText,
        EventSpot,
        EventInvolvement,
        ClaimEntry,
        ClaimSource,
    )
}


@dataclass(frozen=True, slots=True)
class Told:
    """An event to publish. `original` is its dataset's whole record; None where that stays as it is, or is none."""

    fact: EventFact
    original: bytes | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """An event's document that holds now."""

    number: int
    by_newest: int
    terms: bytes
    body: bytes
    original: bytes | None


@dataclass(frozen=True, slots=True)
class Ended:
    """A document that ends, by what its rows are found with."""

    number: int
    id: str
    by_newest: int
    terms: bytes


@dataclass(slots=True)
class Numbers:
    """The last numbers that are in use, and every term by its kind and value: its number and its longest event."""

    document: int
    term: int
    terms: dict[tuple[str, str], int]
    longest: dict[int, int]


@dataclass(slots=True)
class PublishedBatch:
    """What publishing some events writes: dictionaries and rows that are new, documents that end, whose they are."""

    dictionaries: list[tuple[int, str, bytes]]
    rows: Tuples
    ended: list[Ended]
    created: list[str]
    updated: list[str]
    longest: dict[int, int]


@dataclass(slots=True)
class EventRows:
    """Makes the rows of one release's events, which all come from one origin."""

    origin: str
    release: int
    numbers: Numbers
    packing: Packing
    around: Surroundings
    families: Mapping[str, str]
    within: Mapping[str, str | None]
    _longest: dict[int, int] = field(default_factory=dict)

    def publish(self, events: Iterable[Told], held: Mapping[str, Held]) -> PublishedBatch:
        """The rows of the events whose documents are new or other than those that hold."""
        rows: Tuples = defaultdict(list)
        batch = PublishedBatch([], rows, [], [], [], {})
        bodies: list[bytes] = []
        originals: list[tuple[int, bytes]] = []
        for told in events:
            document, cited = render_event(told.fact, self.around, of_a_dataset=self.origin != FACTS_ORIGIN)
            body, before = orjson.dumps(document), held.get(told.fact.id)
            if before is not None:
                if before.body == body:
                    continue
                batch.ended.append(Ended(before.number, told.fact.id, before.by_newest, before.terms))
            (batch.updated if before else batch.created).append(told.fact.id)
            told_by = told.fact.citations[0].source
            family = self.families.get(told_by, told_by)
            number = self._add(rows, document, cited, family)
            bodies.append(body)
            original = told.original or (before.original if before else None)
            if original is not None:
                originals.append((number, original))
        self._add_texts(rows, bodies, originals)
        batch.dictionaries = self.packing.take_made()
        batch.longest, self._longest = self._longest, {}
        return batch

    def begin_source(self, source: str) -> tuple[int, PublishedBatch]:
        """The number of a source's term, and what has to be written for it: its term and its family's may be new."""
        rows: Tuples = defaultdict(list)
        number = self._term(rows, "source", source, 0)
        self._term(rows, "source", self.families.get(source, source), 0)
        return number, PublishedBatch([], rows, [], [], [], {})

    def _add(self, rows: Tuples, document: Mapping[str, Any], cited: set[str], family: str) -> int:
        self.numbers.document += 1
        number, event_id = self.numbers.document, document["id"]
        start, end = day_of(document["date_start"]), day_of(document["date_end"])
        last_day = end if end is not None else start
        low, best, high = killed_of(document)
        by_newest, by_most_killed = negated(start), negated(best if best is not None else low)
        days = last_day - start if start is not None and last_day is not None else 0
        of_family = self._term(rows, "source", family, 0)
        terms = event_terms(document, cited, self.families, self.within)
        where = whereabouts_of(document)
        whereabouts = self._whereabouts(rows, where, days)
        # In one order, so that the same facts always get the same numbers.
        numbers = sorted([whereabouts, *(self._term(rows, kind, value, days) for kind, value in sorted(terms))])
        self._lasted(0, days)
        packed = array("I", numbers).tobytes()
        keys = (number, event_id, self.release, FOREVER, by_newest, by_most_killed, start, end, last_day)
        rows[EventDocument].append((*keys, low, best, high, of_family, packed, where.precision, whereabouts))
        rows[EventText].append((number, text_of(document, of_family)))
        rest = (event_id, self.release, FOREVER, number, last_day, by_most_killed, of_family)
        rows[EventTerm].extend((term, by_newest, *rest) for term in numbers)
        rows[EventInvolvement].extend(
            {
                (actor["role"].value, actor["attribution"].value, self._term(rows, "actor", actor["id"], days), number)
                for actor in document["actors"]
            }
        )
        self._add_claims(rows, document, cited, number)
        return number

    def _add_claims(self, rows: Tuples, document: Mapping[str, Any], cited: set[str], number: int) -> None:
        all_sources = with_families(cited, self.families)
        source_of_note = {note["id"]: note["source"]["id"] for note in document["citations"]}
        for position, claim in enumerate(document["casualty_claims"]):
            low, best, high = claim_figures(claim)
            sources = with_families({source_of_note[name] for name in claim["citations"]}, self.families)
            claimant = self.numbers.terms["claimant", claim["claimant"]["id"]] if claim["claimant"] else None
            figures = (low, best, high, negated(best if best is not None else low))
            cites_all = sources == all_sources
            rows[ClaimEntry].append(
                (number, position, claim["id"], claim["outcome"].value, claimant, *figures, cites_all)
            )
            if not cites_all:
                numbers = sorted(self.numbers.terms["source", source] for source in sources)
                rows[ClaimSource].extend((number, position, source) for source in numbers)

    def _add_texts(self, rows: Tuples, bodies: Sequence[bytes], originals: Sequence[tuple[int, bytes]]) -> None:
        """Pack the batch's texts, which are much alike where they come from one origin."""
        numbers = [row[0] for row in rows[EventDocument]]
        dictionary, packed = self.packing.pack(f"event:{self.origin}", list(bodies))
        rows[EventBody].extend((number, dictionary, body) for number, body in zip(numbers, packed, strict=True))
        dictionary, packed = self.packing.pack(f"original:{self.origin}", [record for _, record in originals])
        rows[EventOriginal].extend(
            (number, dictionary, record) for (number, _), record in zip(originals, packed, strict=True)
        )

    def _whereabouts(self, rows: Tuples, where: Whereabouts, days: int) -> int:
        is_new = ("whereabouts", where.value) not in self.numbers.terms
        number = self._term(rows, "whereabouts", where.value, days)
        if is_new:
            rows[EventSpot].extend((number, place, *spot) for place, spot in enumerate(where.spots))
        return number

    def _term(self, rows: Tuples, kind: str, value: str, days: int) -> int:
        number = self.numbers.terms.get((kind, value))
        if number is None:
            self.numbers.term += 1
            number = self.numbers.terms[kind, value] = self.numbers.term
            rows[Term].append((number, kind, value, days))
            self.numbers.longest[number] = days
        else:
            self._lasted(number, days)
        return number

    def _lasted(self, term: int, days: int) -> None:
        if days > self.numbers.longest.get(term, 0):
            self.numbers.longest[term] = self._longest[term] = days
