"""Makes the published rows of events, and deals out their numbers. Pure: reads and writes no database.

What it makes is plain tuples, in the order of `COLUMNS`, so that another process can write them. Terms are rows, and
texts packed, only there: a reader is slower than a writer, and what it sends is less.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.models import (
    FOREVER,
    SEVERAL,
    Base,
    ClaimEntry,
    ClaimSource,
    EventActor,
    EventBody,
    EventDocument,
    EventFigures,
    EventInvolvement,
    EventOriginal,
    EventRegion,
    EventSpot,
    EventTerm,
    EventText,
    OwnFigure,
    Term,
)
from seed.neutral_facts import EventFact
from seed.publish.citing import cited_text
from seed.publish.documents import Surroundings, render_event
from seed.publish.event_texts import said_by, text_of
from seed.publish.figures import actors_of, as_summed, groups_of, mask_of, own_figures_of, regions_of, times_of
from seed.publish.footnotes import what_was_read
from seed.publish.terms import (
    Terms,
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
# The sort of text that a table holds, and the texts by the numbers of their documents.
Texts = Mapping[type[Base], tuple[str, list[tuple[int, bytes]]]]
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
        EventFigures,
        EventActor,
        EventRegion,
        OwnFigure,
    )
}


_MASK = COLUMNS[EventFigures].index("figures")
_GROUPS = slice(COLUMNS[EventFigures].index("country"), COLUMNS[EventFigures].index("source") + 1)


@dataclass(frozen=True, slots=True)
class Told:
    """An event to publish. `original` is its dataset's whole record; None where that stays as it is, or is none."""

    fact: EventFact
    original: bytes | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """An event's document that holds now; `left_out` are the outcomes that its parts are counted in stead of it."""

    number: int
    by_newest: int
    terms: bytes
    body: bytes
    original: bytes | None
    valid_from: int
    left_out: int


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
    """What publishing some events writes: rows and texts that are new, documents that end, whose they are.

    Of `EventTerm` there are no rows: `term_rows` makes them of those of `EventDocument`. Rows of `EventText` have what
    their words are made of, and `text_rows` makes these.
    `recounted` are documents that hold on while their figures end, as others of its parts have figures now.
    """

    rows: Tuples
    texts: Texts
    ended: list[Ended]
    created: list[str]
    updated: list[str]
    longest: dict[int, int]
    recounted: list[int] = field(default_factory=list)


def term_rows(documents: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of `EventTerm` of new documents, in the order of their key: neighbours are written to the same page."""
    rows: list[tuple[Any, ...]] = []
    for number, event, since, until, by_newest, by_most_killed, _, _, last_day, _, _, _, family, terms, *_ in documents:
        rest = (by_newest, event, since, until, number, last_day, by_most_killed, family)
        rows += [(term, *rest) for term in array("I", terms)]
    rows.sort()
    return rows


def text_rows(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of `EventText` with their words."""
    return [(number, text_of(said)) for number, said in rows]


@dataclass(slots=True)
class EventRows:
    """Makes the rows of one release's events, which all come from one origin."""

    origin: str
    release: int
    numbers: Numbers
    around: Surroundings
    families: Mapping[str, str]
    within: Mapping[str, str | None]
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Of events with parts: the outcomes that the parts are counted in stead of them."""
    _longest: dict[int, int] = field(default_factory=dict)

    def publish(self, events: Iterable[Told], held: Mapping[str, Held]) -> PublishedBatch:
        """The rows of the events whose documents are new or other than those that hold."""
        rows: Tuples = defaultdict(list)
        bodies: list[tuple[int, bytes]] = []
        originals: list[tuple[int, bytes]] = []
        texts = {EventBody: (f"event:{self.origin}", bodies), EventOriginal: (f"original:{self.origin}", originals)}
        batch = PublishedBatch(rows, texts, [], [], [], {})
        of_a_dataset = self.origin != FACTS_ORIGIN
        for told in events:
            document, cited = render_event(told.fact, self.around, of_a_dataset=of_a_dataset)
            read = what_was_read(told.fact.citations, self.around.sources, is_record=of_a_dataset)
            text, before = cited_text(document, read), held.get(told.fact.id)
            if before is not None:
                if before.body == text.in_release(before.valid_from):
                    if before.left_out != self.left_out.get(told.fact.id, 0):
                        batch.recounted.append(before.number)
                        rows[EventFigures].append(self._figures(document, cited, before.number))
                    continue
                batch.ended.append(Ended(before.number, told.fact.id, before.by_newest, before.terms))
            (batch.updated if before else batch.created).append(told.fact.id)
            told_by = told.fact.citations[0].source
            family = self.families.get(told_by, told_by)
            number = self._add(rows, document, cited, family)
            bodies.append((number, text.in_release(self.release)))
            original = told.original or (before.original if before else None)
            if original is not None:
                originals.append((number, original))
        batch.longest, self._longest = self._longest, {}
        return batch

    def begin_source(self, source: str) -> tuple[int, PublishedBatch]:
        """The number of a source's term, and what has to be written for it: its term and its family's may be new."""
        rows: Tuples = defaultdict(list)
        number = self._term(rows, "source", source, 0)
        self._term(rows, "source", self.families.get(source, source), 0)
        return number, PublishedBatch(rows, {}, [], [], [], {})

    def _add(self, rows: Tuples, document: Mapping[str, Any], cited: set[str], family: str) -> int:
        self.numbers.document += 1
        number, event_id, known = self.numbers.document, document["id"], self.numbers.terms
        start, end = day_of(document["date_start"]), day_of(document["date_end"])
        last_day = end if end is not None else start
        low, best, high = killed_of(document)
        by_newest, by_most_killed = negated(start), negated(best if best is not None else low)
        days = last_day - start if start is not None and last_day is not None else 0
        of_family = self._term(rows, "source", family, 0)
        terms = event_terms(document, cited, self.families, self.within)
        where = whereabouts_of(document)
        whereabouts = self._whereabouts(rows, where, days)
        numbers = sorted([whereabouts, *self._numbers_of(rows, terms, days)])
        packed = array("I", numbers).tobytes()
        keys = (number, event_id, self.release, FOREVER, by_newest, by_most_killed, start, end, last_day)
        rows[EventDocument].append((*keys, low, best, high, of_family, packed, where.precision, whereabouts))
        rows[EventText].append((number, said_by(document, of_family)))
        rows[EventInvolvement].extend(
            {
                (actor["role"]._value_, actor["attribution"]._value_, known["actor", actor["id"]], number)
                for actor in document["actors"]
            }
        )
        self._add_claims(rows, document, cited, number)
        self._add_figures(rows, document, cited, number)
        return number

    def _add_figures(self, rows: Tuples, document: Mapping[str, Any], cited: set[str], number: int) -> None:
        figures = self._figures(document, cited, number)
        rows[EventFigures].append(figures)
        country, admin1, *_, actor, claimant, source = figures[_GROUPS]
        if actor == SEVERAL:
            numbers = sorted(self._number_of("actor", name) for name in actors_of(document))
            rows[EventActor].extend((number, name) for name in numbers)
        if SEVERAL in (country, admin1):
            rows[EventRegion].extend((number, *region) for region in regions_of(document, self._number_of))
        if figures[_MASK] > 1 or SEVERAL in (claimant, source):
            rows[OwnFigure].extend((number, *own) for own in own_figures_of(document, cited, self._number_of))

    def _figures(self, document: Mapping[str, Any], cited: set[str], number: int) -> tuple[Any, ...]:
        """The row of `EventFigures` from this release on."""
        casualties, told_by = document["casualties"], document["citations"][0]["source"]["id"]
        return (
            number,
            self.release,
            FOREVER,
            self._number_of("source", self.families.get(told_by, told_by)),
            *times_of(document["date_start"], document["date_end"]),
            *groups_of(document, cited, self._number_of),
            int(document["is_aggregate"]),
            mask_of(casualties),
            self.left_out.get(document["id"], 0),
            *as_summed(casualties["killed"]),
        )

    def _number_of(self, kind: str, value: str) -> int:
        """The number of a term that the event has, and that is known for it by now."""
        return self.numbers.terms[kind, value]

    def _add_claims(self, rows: Tuples, document: Mapping[str, Any], cited: set[str], number: int) -> None:
        known = self.numbers.terms
        source_of_note = {note["id"]: note["source"]["id"] for note in document["citations"]}
        for position, claim in enumerate(document["casualty_claims"]):
            low, best, high = claim_figures(claim)
            sources = {source_of_note[name] for name in claim["citations"]}
            claimant = known["claimant", claim["claimant"]["id"]] if claim["claimant"] else None
            figures = (low, best, high, negated(best if best is not None else low))
            cites_all = sources == cited or with_families(sources, self.families) == with_families(cited, self.families)
            rows[ClaimEntry].append(
                (number, position, claim["id"], claim["outcome"]._value_, claimant, *figures, cites_all)
            )
            if not cites_all:
                numbers = sorted(known["source", source] for source in with_families(sources, self.families))
                rows[ClaimSource].extend((number, position, source) for source in numbers)

    def _numbers_of(self, rows: Tuples, terms: Terms, days: int) -> list[int]:
        """The numbers of an event's terms; most are known already."""
        known = self.numbers.terms
        # In one order, so that the same facts always get the same numbers.
        for kind, value in sorted(terms.difference(known)):
            self._term(rows, kind, value, days)
        numbers = sorted([known[term] for term in terms])
        if days:
            for number in (0, *numbers):
                self._lasted(number, days)
        return numbers

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
