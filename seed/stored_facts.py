"""The record as the neutral facts that made it: the inverse of `RowMaker`, read in batches of plain rows."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, select

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
from app.vocabulary import ReviewStatus
from seed.columns import COLUMNS, ROW_COLUMN
from seed.neutral_facts import (
    ActorFact,
    AuthorFact,
    CasualtyClaimFact,
    CitationFact,
    ConflictFact,
    DatasetCodesFact,
    EventFact,
    EventPlaceFact,
    ExternalIdFact,
    Fact,
    InvolvementFact,
    LocationFact,
    RelationshipFact,
    ReportedCountFact,
    SourceFact,
    VictimsFact,
)
from seed.statements import chunks_of, is_one_of
from seed.unchecked import unchecked

_FIRST_ROW_COLUMN = 3  # of a further citation: behind its number, the citation's and the position

# Lists and objects, which facts hold as tuples and models.
_FROM_JSON = frozenset({"authors", "names", "external_ids", "review_status"})

# What the database holds was checked when it came.
_make_actor = unchecked(ActorFact.model_construct)
_make_author = unchecked(AuthorFact.model_construct)
_make_casualty_claim = unchecked(CasualtyClaimFact.model_construct)
_make_citation = unchecked(CitationFact.model_construct)
_make_conflict = unchecked(ConflictFact.model_construct)
_make_dataset_codes = unchecked(DatasetCodesFact.model_construct)
_make_event = unchecked(EventFact.model_construct)
_make_event_place = unchecked(EventPlaceFact.model_construct)
_make_external_id = unchecked(ExternalIdFact.model_construct)
_make_involvement = unchecked(InvolvementFact.model_construct)
_make_location = unchecked(LocationFact.model_construct)
_make_relationship = unchecked(RelationshipFact.model_construct)
_make_reported_count = unchecked(ReportedCountFact.model_construct)
_make_source = unchecked(SourceFact.model_construct)
_make_victims = unchecked(VictimsFact.model_construct)

AnyRow = Row[Any]
AnyFact = TypeVar("AnyFact")
ById = Mapping[int, str]


def read_sources(connection: Connection) -> list[SourceFact]:
    """All sources, by id."""
    rows = connection.execute(_select(Source).order_by(Source.id)).all()
    ids = {row.number: row.id for row in rows}
    return [
        _make_source(
            **_same(row, SourceFact),
            authors=tuple(_make_author(**author) for author in row.authors),
            republication_of=ids.get(row.republication_of_number),
        )
        for row in rows
    ]


def read_locations(connection: Connection, ids: Sequence[str] | None = None) -> list[LocationFact]:
    """Locations in the order of the ids; all of them by id, where none are given."""
    return _in_batches(connection, Location, ids, _locations_of)


def read_actors(connection: Connection, ids: Sequence[str] | None = None) -> list[ActorFact]:
    """Actors with their relationships, in the order of the ids; all of them by id, where none are given."""
    return _in_batches(connection, Actor, ids, _actors_of)


def read_events(connection: Connection, ids: Sequence[str]) -> list[EventFact]:
    """Events with all that they hold, in the order of the ids; an id that is not there is passed over."""
    return _in_batches(connection, Event, ids, _events_of)


def _in_batches(
    connection: Connection,
    table: type[Location | Actor | Event],
    ids: Sequence[str] | None,
    facts_of: Callable[[Connection, Sequence[AnyRow]], Iterator[AnyFact]],
) -> list[AnyFact]:
    if ids is None:
        ids = connection.scalars(select(table.id).order_by(table.id)).all()
    facts: list[AnyFact] = []
    for chunk in chunks_of(ids):
        rows = {row.id: row for row in connection.execute(_select(table).where(is_one_of(table.id, chunk)))}
        facts.extend(facts_of(connection, [rows[thing] for thing in chunk if thing in rows]))
    return facts


def _locations_of(connection: Connection, rows: Sequence[AnyRow]) -> Iterator[LocationFact]:
    citations = _Citations(connection, "location", rows)
    around = _ids(connection, Location, (row.within_number for row in rows))
    for row in rows:
        yield _make_location(
            **_same(row, LocationFact),
            names=tuple(row.names),
            within=around.get(row.within_number),
            citations=citations.of(Location, row),
        )


def _actors_of(connection: Connection, rows: Sequence[AnyRow]) -> Iterator[ActorFact]:
    citations = _Citations(connection, "actor", rows)
    relationships = _inside(connection, Relationship, "actor_number", rows)
    others = _ids(connection, Actor, (each.other_number for of in relationships.values() for each in of))
    for row in rows:
        yield _make_actor(
            **_same(row, ActorFact),
            names=tuple(row.names),
            relationships=tuple(
                _make_relationship(
                    **_same(each, RelationshipFact),
                    actor=others[each.other_number],
                    citations=citations.of(Relationship, each),
                )
                for each in relationships[row.number]
            ),
            citations=citations.of(Actor, row),
        )


def _events_of(connection: Connection, rows: Sequence[AnyRow]) -> Iterator[EventFact]:
    inside = _InsideEvents(connection, rows)
    for row in rows:
        number = row.number
        yield _make_event(
            **_same(row, EventFact),
            part_of=inside.events.get(row.part_of_number),
            in_response_to=inside.events.get(row.in_response_to_number),
            conflict=None if row.conflict_id is None else _make_conflict(id=row.conflict_id, name=row.conflict_name),
            locations=tuple(inside.place(each) for each in inside.places[number]),
            actors=tuple(inside.involvement(each) for each in inside.involvements[number]),
            reported_counts=tuple(inside.count(each) for each in inside.counts[number]),
            casualty_claims=inside.claims_of(number),
            external_ids=tuple(_make_external_id(scheme=of, value=value) for of, value in row.external_ids),
            review_status=tuple(ReviewStatus(word) for word in row.review_status),
            dataset=_codes_of(row),
            citations=inside.citations.of(Event, row),
        )


def _codes_of(event: AnyRow) -> DatasetCodesFact | None:
    """A dataset's codes; where it gives none of them, they are left out."""
    columns = event._mapping
    codes = {code: columns[f"dataset_{code}"] for code in DatasetCodesFact.model_fields}
    return _make_dataset_codes(**codes) if any(code is not None for code in codes.values()) else None


class _InsideEvents:
    """What stands inside some events, by the event's number, and the ids of all that it names."""

    def __init__(self, connection: Connection, rows: Sequence[AnyRow]) -> None:
        self.citations = _Citations(connection, "event", rows)
        self.places = _inside(connection, EventLocation, "event_number", rows)
        self.involvements = _inside(connection, Involvement, "event_number", rows)
        self.counts = _inside(connection, ReportedCount, "event_number", rows)
        self.claims = _inside(connection, CasualtyClaim, "event_number", rows, order="position")
        self.covers: dict[int, list[int]] = defaultdict(list)
        for part in _covers_of(connection, rows):
            self.covers[part.claim_number].append(part.event_number)
        self.locations = _ids(connection, Location, (each.location_number for each in _all(self.places)))
        spoken = [*_all(self.counts), *_all(self.claims)]
        self.actors = _ids(
            connection,
            Actor,
            (
                *(
                    number
                    for each in _all(self.involvements)
                    for number in (each.actor_number, each.attributed_by_number)
                ),
                *(each.claimant_number for each in spoken),
                *(each.victims_actor_number for each in _all(self.claims)),
            ),
        )
        named = (number for row in rows for number in (row.part_of_number, row.in_response_to_number))
        self.events = _ids(connection, Event, (*named, *(part for parts in self.covers.values() for part in parts)))

    def place(self, row: AnyRow) -> EventPlaceFact:
        return _make_event_place(
            location=self.locations[row.location_number],
            precision=row.precision,
            citations=self.citations.of(EventLocation, row),
        )

    def involvement(self, row: AnyRow) -> InvolvementFact:
        return _make_involvement(
            **_same(row, InvolvementFact),
            actor=self.actors[row.actor_number],
            attributed_by=self.actors.get(row.attributed_by_number),
            citations=self.citations.of(Involvement, row),
        )

    def count(self, row: AnyRow) -> ReportedCountFact:
        return _make_reported_count(
            **_same(row, ReportedCountFact),
            claimant=self.actors.get(row.claimant_number),
            citations=self.citations.of(ReportedCount, row),
        )

    def claims_of(self, event: int) -> tuple[CasualtyClaimFact, ...]:
        """The claims on an event in their order, each group with the id of the one that it is part of."""
        at = {row.position: row.id for row in self.claims[event]}
        return tuple(
            _make_casualty_claim(
                **_same(row, CasualtyClaimFact),
                claimant=self.actors.get(row.claimant_number),
                victims=_make_victims(
                    scope=row.victims_scope,
                    description=row.victims_description,
                    status=row.victims_status,
                    actor=self.actors.get(row.victims_actor_number),
                    sex=row.victims_sex,
                    age_group=row.victims_age_group,
                    part_of_group=at.get(row.part_of_group_position),
                ),
                covers=tuple(self.events[part] for part in self.covers[row.number]),
                citations=self.citations.of(CasualtyClaim, row),
            )
            for row in self.claims[event]
        )


class _Citations:
    """The citations of some things of one kind, and which of them each of their rows has."""

    def __init__(self, connection: Connection, kind: str, owners: Sequence[AnyRow]) -> None:
        owned = (is_one_of(Citation.owner_number, [row.number for row in owners]), Citation.owner_kind == kind)
        self._facts: dict[int, CitationFact] = {}
        texts = select(Citation.number, Source.id, Citation.locator, Citation.quote, Citation.supports)
        for number, source, locator, quote, supports in connection.execute(
            texts.join(Source, Source.number == Citation.source_number).where(*owned)
        ):
            self._facts[number] = _make_citation(source=source, locator=locator, quote=quote, supports=tuple(supports))
        self._further: dict[tuple[str, int], list[int]] = defaultdict(list)
        further = _select(FurtherCitation).join(Citation, Citation.number == FurtherCitation.citation_number)
        columns = tuple(ROW_COLUMN.values())
        for row in connection.execute(further.where(*owned).order_by(FurtherCitation.position)):
            pointers = zip(columns, row[_FIRST_ROW_COLUMN:], strict=True)
            column, number = next((column, number) for column, number in pointers if number is not None)
            self._further[column, number].append(row.citation_number)

    def of(self, table: type[Base], row: AnyRow) -> tuple[CitationFact, ...]:
        """A row's citations in their order."""
        further = self._further.get((ROW_COLUMN[table], row.number), ())
        return tuple(self._facts[number] for number in (row.citation_number, *further))


def _select(table: type[Base]) -> Select[Any]:
    columns = table.metadata.tables[table.__tablename__].c
    return select(*(columns[name] for name in COLUMNS[table]))


def _inside(
    connection: Connection, table: type[Base], column: str, owners: Sequence[AnyRow], order: str = "number"
) -> dict[int, list[AnyRow]]:
    """The rows of a table that some things own, by the owner's number."""
    columns = table.metadata.tables[table.__tablename__].c
    query = (
        _select(table).where(is_one_of(columns[column], [owner.number for owner in owners])).order_by(columns[order])
    )
    rows: dict[int, list[AnyRow]] = defaultdict(list)
    for row in connection.execute(query):
        rows[getattr(row, column)].append(row)
    return rows


def _all(rows: Mapping[int, Sequence[AnyRow]]) -> Iterator[AnyRow]:
    return (row for of_one in rows.values() for row in of_one)


def _covers_of(connection: Connection, events: Sequence[AnyRow]) -> Sequence[AnyRow]:
    query = _select(ClaimCoverage).join(CasualtyClaim, CasualtyClaim.number == ClaimCoverage.claim_number)
    of_these = is_one_of(CasualtyClaim.event_number, [event.number for event in events])
    return connection.execute(query.where(of_these).order_by(ClaimCoverage.position)).all()


def _ids(connection: Connection, table: type[Location | Actor | Event], numbers: Any) -> ById:
    """The ids of things by their numbers; None among these is passed over."""
    wanted = sorted({number for number in numbers if number is not None})
    ids: dict[int, str] = {}
    for chunk in chunks_of(wanted):
        ids.update(connection.execute(select(table.number, table.id).where(is_one_of(table.number, chunk))).all())
    return ids


def _same(row: AnyRow, fact: type[Fact]) -> dict[str, Any]:
    """What a fact calls as its row does, and tells with the same value."""
    names, values = _same_names(row._fields, fact)
    return dict(zip(names, values(row), strict=True))


@cache
def _same_names(columns: tuple[str, ...], fact: type[Fact]) -> tuple[tuple[str, ...], Callable[[AnyRow], Any]]:
    names = tuple(name for name in fact.model_fields if name in columns and name not in _FROM_JSON)
    return names, itemgetter(*map(columns.index, names))
