"""Neutral facts as rows of the record's tables. Pure but for the numbers that it deals out; writes nothing.

A row is a tuple in the order of `COLUMNS`, of what every driver takes and every process can be sent: None, bool, int,
float, str and bytes. Days are ISO texts, lists and objects JSON, words of a closed list their text (`_value_` is
`value` without the call that Python 3.11 makes of it).
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from app.models import (
    Actor,
    Base,
    CasualtyClaim,
    Citation,
    ClaimCoverage,
    Event,
    EventLocation,
    FurtherCitation,
    Involvement,
    Location,
    Relationship,
    ReportedCount,
    Source,
)
from seed.columns import ROW_COLUMN, THINGS
from seed.neutral_facts import (
    ActorFact,
    CasualtyClaimFact,
    CitationFact,
    CountFact,
    DatasetCodesFact,
    EventFact,
    Fact,
    LocationFact,
    SourceFact,
)

Row = tuple[Any, ...]
Rows = dict[type[Base], list[Row]]
Numbers = dict[str, int]
FACTS_ORIGIN = "facts"
# A place in an event where no claim stands: what is part of a group that is not there is refused by the database.
_NOWHERE = -1
# The row columns of a further citation before and behind the one that is set.
_NULLS: Mapping[type[Base], tuple[Row, Row]] = {
    table: ((None,) * place, (None,) * (len(ROW_COLUMN) - place - 1)) for place, table in enumerate(ROW_COLUMN)
}


def digest_of(fact: Fact) -> bytes:
    """What two equal facts have in common: SHA-256 over the parsed fact, never over a file's text."""
    return hashlib.sha256(fact.model_dump_json().encode()).digest()


class RowMaker:
    """Makes the rows of one load, which are in `rows` until they are forgotten.

    `known` gives, by kind of thing, the numbers of those that exist by their ids, as far as the facts may name them: an
    id that is not there gets a new number. `last_numbers` is the highest number of each table so far.
    """

    def __init__(
        self, origin: str, known: Mapping[str, Mapping[str, int]], last_numbers: Mapping[type[Base], int]
    ) -> None:
        self.origin = origin
        self.rows: Rows = defaultdict(list)
        self.numbers: dict[str, Numbers] = {kind: dict(known.get(kind, ())) for kind in THINGS}
        self._last_numbers = dict(last_numbers)

    def know(self, kind: str, numbers: Mapping[str, int]) -> None:
        """Add things that exist, before facts that tell them anew or name them are added."""
        self.numbers[kind].update(numbers)

    def forget_rows(self, *, and_events: bool = False) -> None:
        """Begin anew once the rows are written; the numbers go on, those of the events by their ids unless forgotten.

        Events that no later fact names can be forgotten, so that a long load stays small.
        """
        self.rows = defaultdict(list)
        if and_events:
            self.numbers["event"] = {}

    def number_of(self, kind: str, thing_id: str) -> int:
        """The number of a thing; a new one, where it has none yet."""
        numbers = self.numbers[kind]
        number = numbers.get(thing_id)
        if number is None:
            number = numbers[thing_id] = self._next(THINGS[kind])
        return number

    def add_source(self, fact: SourceFact, digest: bytes) -> None:
        self.rows[Source].append(
            (
                self.number_of("source", fact.id),
                fact.id,
                self.origin,
                digest,
                fact.kind._value_,
                fact.title,
                _json([{"name": author.name, "affiliation": author.affiliation} for author in fact.authors]),
                fact.publisher,
                _iso(fact.published_on),
                fact.url,
                fact.archive_url,
                fact.retrieved_from,
                _iso(fact.retrieved_on),
                fact.licence,
                fact.language,
                self._number_or_none("source", fact.republication_of),
                fact.family,
                fact.notes,
                fact.text_sha256,
            )
        )

    def add_location(self, fact: LocationFact, digest: bytes) -> None:
        number = self.number_of("location", fact.id)
        row = (
            fact.name,
            _json(fact.names),
            fact.kind._value_,
            fact.country,
            fact.admin1,
            fact.admin2,
            fact.latitude,
            fact.longitude,
            self._number_or_none("location", fact.within),
        )
        self._add_thing(Location, number, fact, digest, row)

    def add_actor(self, fact: ActorFact, digest: bytes) -> None:
        number = self.number_of("actor", fact.id)
        row = (fact.name, _json(fact.names), fact.kind._value_, fact.country, fact.description)
        inside = self._add_thing(Actor, number, fact, digest, row)
        for relationship in fact.relationships:
            other = self.number_of("actor", relationship.actor)
            about: Row = (
                number,
                relationship.kind._value_,
                other,
                relationship.since,
                relationship.until,
                relationship.wording,
            )
            self._add_inside(Relationship, inside, relationship.citations, about)

    def add_event(self, fact: EventFact, digest: bytes) -> None:
        number = self.number_of("event", fact.id)
        inside = self._add_thing(Event, number, fact, digest, self._of_event(fact))
        for place in fact.locations:
            row: Row = (number, self.number_of("location", place.location), place.precision._value_)
            self._add_inside(EventLocation, inside, place.citations, row)
        for involved in fact.actors:
            row = (
                number,
                self.number_of("actor", involved.actor),
                involved.role._value_,
                involved.attribution._value_,
                self._number_or_none("actor", involved.attributed_by),
                involved.wording,
            )
            self._add_inside(Involvement, inside, involved.citations, row)
        for count in fact.reported_counts:
            row = (number, count.measure._value_, *self._of_count(count))
            self._add_inside(ReportedCount, inside, count.citations, row)
        if fact.casualty_claims:
            self._add_claims(number, fact.casualty_claims, inside)

    def _of_event(self, fact: EventFact) -> Row:
        conflict, codes = fact.conflict, fact.dataset
        return (
            fact.title,
            fact.summary,
            fact.is_aggregate,
            self._number_or_none("event", fact.part_of),
            self._number_or_none("event", fact.in_response_to),
            fact.event_type and fact.event_type._value_,
            fact.sub_event_type and fact.sub_event_type._value_,
            fact.type_of_violence and fact.type_of_violence._value_,
            conflict and conflict.id,
            conflict and conflict.name,
            _iso(fact.date_start),
            _iso(fact.date_end),
            fact.date_precision._value_,
            fact.date_wording,
            *(_NO_CODES if codes is None else _of_codes(codes)),
            _json([(known_as.scheme, known_as.value) for known_as in fact.external_ids]),
            _json(fact.review_status),
        )

    def _add_claims(self, event: int, claims: Sequence[CasualtyClaimFact], inside: "_Footnotes") -> None:
        """Claims are told with their place in the event; a group is named by its own."""
        places = {claim.id: place for place, claim in enumerate(claims)}
        for place, claim in enumerate(claims):
            victims = claim.victims
            group = victims.part_of_group
            row = (
                claim.id,
                event,
                place,
                claim.outcome._value_,
                victims.scope._value_,
                victims.description,
                victims.status._value_,
                self._number_or_none("actor", victims.actor),
                victims.sex._value_,
                victims.age_group._value_,
                None if group is None else places.get(group, _NOWHERE),
                claim.claimant_is_party,
                _iso(claim.claimed_on),
                claim.standing._value_,
                claim.cause._value_,
                *self._of_count(claim),
            )
            number = self._add_inside(CasualtyClaim, inside, claim.citations, row)
            for position, part in enumerate(claim.covers):
                self.rows[ClaimCoverage].append((number, self.number_of("event", part), position))

    def _of_count(self, count: CountFact) -> Row:
        return (
            count.wording,
            count.value,
            count.qualifier._value_,
            count.low,
            count.high,
            self._number_or_none("actor", count.claimant),
            count.reporting._value_,
        )

    def _add_thing(
        self,
        table: type[Location | Actor | Event],
        number: int,
        fact: LocationFact | ActorFact | EventFact,
        digest: bytes,
        row: Row,
    ) -> "_Footnotes":
        """A thing's row; its citations, which the rows inside share where they are cited alike."""
        footnotes = _Footnotes(self, table.__tablename__, number)
        cited = footnotes.numbers_of(fact.citations)
        self.rows[table].append((number, fact.id, self.origin, digest, cited[0], *row))
        if len(cited) > 1:
            self._add_further(table, number, cited)
        return footnotes

    def _add_inside(self, table: type[Base], inside: "_Footnotes", citations: Sequence[CitationFact], row: Row) -> int:
        """A row inside a thing, which shares its citations with those beside it; its number."""
        cited, number = inside.numbers_of(citations), self._next(table)
        self.rows[table].append((number, cited[0], *row))
        if len(cited) > 1:
            self._add_further(table, number, cited)
        return number

    def _add_further(self, table: type[Base], number: int, cited: Sequence[int]) -> None:
        before, behind = _NULLS[table]
        for position in range(1, len(cited)):
            row = (self._next(FurtherCitation), cited[position], position, *before, number, *behind)
            self.rows[FurtherCitation].append(row)

    def add_citation(self, kind: str, owner: int, citation: CitationFact) -> int:
        """A citation of a thing's; its number."""
        number, source = self._next(Citation), self.number_of("source", citation.source)
        supports = _json(citation.supports)
        self.rows[Citation].append((number, kind, owner, source, citation.locator, citation.quote, supports))
        return number

    def _number_or_none(self, kind: str, thing_id: str | None) -> int | None:
        return None if thing_id is None else self.number_of(kind, thing_id)

    def _next(self, table: type[Base]) -> int:
        number = self._last_numbers[table] = self._last_numbers[table] + 1
        return number


class _Footnotes:
    """The citations of one thing as far as its rows share them: what reads alike is one."""

    __slots__ = ("_kind", "_last", "_last_numbers", "_maker", "_numbers", "_owner")

    def __init__(self, maker: RowMaker, kind: str, owner: int) -> None:
        self._maker, self._kind, self._owner = maker, kind, owner
        self._numbers: dict[tuple[str, str, str | None, tuple[str, ...]], int] = {}
        self._last: Sequence[CitationFact] = ()
        self._last_numbers: list[int] = []

    def numbers_of(self, citations: Sequence[CitationFact]) -> list[int]:
        """The numbers of a row's citations in their order. Most rows of a record are cited alike."""
        if citations is not self._last:
            self._last, self._last_numbers = citations, [self._number_of(citation) for citation in citations]
        return self._last_numbers

    def _number_of(self, citation: CitationFact) -> int:
        key = (citation.source, citation.locator, citation.quote, citation.supports)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = self._maker.add_citation(self._kind, self._owner, citation)
        return number


_NO_CODES = (None,) * len(DatasetCodesFact.model_fields)


def _of_codes(codes: DatasetCodesFact) -> Row:
    return (
        codes.code_status,
        codes.event_clarity,
        codes.where_prec,
        codes.date_prec,
        codes.number_of_sources,
        codes.country,
        codes.country_id,
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _json(value: object) -> str:
    return orjson.dumps(value).decode() if value else "[]"
