"""Brings the record to what a set of facts says. Compares facts, not texts; the caller holds the transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from sqlalchemy import Connection, delete, func, select

from app.models import (
    FOREVER,
    Actor,
    Base,
    CasualtyClaim,
    Citation,
    ClaimCoverage,
    ClaimEntry,
    Event,
    EventDocument,
    EventLocation,
    FurtherCitation,
    Involvement,
    Location,
    Relationship,
    ReportedCount,
    Source,
)
from app.models.sources import OwnerKind
from seed.columns import COLUMNS, NUMBERED, THINGS
from seed.neutral_facts import ActorFact, EventFact, LocationFact, SourceFact
from seed.rows import Numbers, Row, RowMaker, digest_of
from seed.statements import Key, chunks_of, is_one_of
from seed.suppressed import read_suppressed
from seed.writing import update_rows, write_rows

ROWS_INSIDE_AN_EVENT: tuple[type[Base], ...] = (EventLocation, Involvement, ReportedCount, CasualtyClaim)
WRITING_ORDER: tuple[type[Base], ...] = (
    Source,
    Citation,
    Location,
    Actor,
    Relationship,
    Event,
    *ROWS_INSIDE_AN_EVENT,
    ClaimCoverage,
    FurtherCitation,
)
# What must not go in a circle: the table, and its columns that say what a row lies in, is part of or answers.
UPWARD: Mapping[type[Source | Location | Event | CasualtyClaim], tuple[str, ...]] = {
    Source: ("republication_of_number",),
    Location: ("within_number",),
    Event: ("part_of_number", "in_response_to_number"),
    CasualtyClaim: ("part_of_group_position",),
}

AnyFact = TypeVar("AnyFact", SourceFact, LocationFact, ActorFact, EventFact)


class Facts(Protocol):
    """What an importer hands over: each kind of fact, complete for its origin."""

    @property
    def sources(self) -> Sequence[SourceFact]: ...
    @property
    def locations(self) -> Sequence[LocationFact]: ...
    @property
    def actors(self) -> Sequence[ActorFact]: ...
    @property
    def events(self) -> Sequence[EventFact]: ...


class LoadRefused(Exception):
    """The facts cannot be loaded beside what the database holds; nothing was written."""


@dataclass(slots=True)
class Compared:
    """What a load did to one kind of thing."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    unchanged: int = 0


Loaded = dict[str, Compared]


def load(connection: Connection, facts: Facts, origin: str) -> Loaded:
    """Make the record's rows of `origin` say exactly what `facts` says; rows of other origins are left alone.

    Raises LoadRefused where an id is taken by another origin, where another origin's rows still name what these facts
    no longer hold, or where something would lie within itself.
    """
    facts = without_suppressed(connection, facts)
    maker = RowMaker(origin, {kind: numbers_of(connection, kind) for kind in THINGS}, last_numbers(connection))
    loaded = {
        "source": _compare(connection, "source", facts.sources, maker, maker.add_source),
        "location": _compare(connection, "location", facts.locations, maker, maker.add_location),
        "actor": _compare(connection, "actor", facts.actors, maker, maker.add_actor),
        "event": _compare(connection, "event", facts.events, maker, maker.add_event),
    }
    if changed_anything(loaded):
        write_load(connection, maker.rows, loaded, maker.number_of)
        _refuse_circles(connection)
    return loaded


@dataclass(frozen=True, slots=True)
class _Kept:
    sources: Sequence[SourceFact]
    locations: Sequence[LocationFact]
    actors: Sequence[ActorFact]
    events: Sequence[EventFact]


def without_suppressed(connection: Connection, facts: Facts) -> Facts:
    """The facts that were not suppressed. Raises LoadRefused where one of them names what was."""
    suppressed = read_suppressed(connection)
    if not any(suppressed.values()):
        return facts
    kept = {
        f"{kind}s": [fact for fact in getattr(facts, f"{kind}s") if fact.id not in suppressed[kind]] for kind in THINGS
    }
    gone = [(kind, each) for kind in THINGS for each in suppressed[kind]]
    for kind, some in kept.items():
        for fact in some:
            text = fact.model_dump_json()
            for of_kind, each in gone:
                if f'"{each}"' in text:
                    raise LoadRefused(f"{kind[:-1]} {fact.id!r} names the {of_kind} {each!r}, which was suppressed")
    return _Kept(**kept)


def changed_anything(loaded: Loaded) -> bool:
    """Whether a load changed the record at all."""
    return any(compared.created or compared.updated or compared.withdrawn for compared in loaded.values())


def _compare(
    connection: Connection, kind: str, facts: Sequence[AnyFact], maker: RowMaker, add: Callable[[AnyFact, bytes], None]
) -> Compared:
    """Sort the facts of one kind into new, changed and unchanged, make rows of the former, find what is gone."""
    table = THINGS[kind]
    stored = dict(connection.execute(select(table.id, table.digest).where(table.origin == maker.origin)).all())
    compared = Compared()
    for fact in facts:
        before, digest = stored.pop(fact.id, None), digest_of(fact)
        if before == digest:
            compared.unchanged += 1
            continue
        (compared.updated if before else compared.created).append(fact.id)
        add(fact, digest)
    compared.withdrawn = sorted(stored)
    refuse_ids_of_others(connection, kind, compared.created)
    return compared


def refuse_ids_of_others(connection: Connection, kind: str, ids: Sequence[str]) -> None:
    """Raise LoadRefused where one of these new ids is taken already."""
    table = THINGS[kind]
    for chunk in chunks_of(ids):
        taken = connection.execute(select(table.id, table.origin).where(is_one_of(table.id, chunk))).first()
        if taken:
            raise LoadRefused(f"{kind} {taken.id!r} exists already, loaded from {taken.origin!r}: give it another id")


def write_load(
    connection: Connection,
    rows: Mapping[type[Base], Sequence[Row]],
    loaded: Loaded,
    number_of: Callable[[str, str], int],
) -> None:
    """Write the rows that were made, and take away what they replace and what is withdrawn. Raises LoadRefused.

    `number_of` gives the number of what was updated and withdrawn, by its kind and id.
    """
    updated = {kind: [number_of(kind, of) for of in compared.updated] for kind, compared in loaded.items()}
    withdrawn = {kind: {number_of(kind, of): of for of in each.withdrawn} for kind, each in loaded.items()}
    replaced = {kind: [*updated[kind], *withdrawn[kind]] for kind in THINGS}
    # What is withdrawn goes last, as updated things point at it until they are written; but its inner rows go first:
    # a claim may have moved to another event, and two actors that go together may each relate to the other.
    stale_citations = _citations_of(connection, replaced)
    for table in ROWS_INSIDE_AN_EVENT:
        _delete(connection, table, "event_number", replaced["event"])
    _delete(connection, Relationship, "actor_number", replaced["actor"])
    _delete(connection, FurtherCitation, "citation_number", stale_citations)
    told_anew = {*loaded["event"].updated, *loaded["event"].withdrawn}
    _refuse_claims_of_others(connection, rows.get(CasualtyClaim, ()), told_anew)
    stays: dict[type[Base], frozenset[int]] = {THINGS[kind]: frozenset(numbers) for kind, numbers in updated.items()}
    for table in WRITING_ORDER:
        _insert_or_update(connection, table, rows.get(table, ()), stays.get(table, frozenset()))
    for kind in reversed(list(THINGS)):
        if kind == "source":
            _delete(connection, Citation, "number", stale_citations)
        _refuse_to_strand(connection, kind, withdrawn[kind])
        _delete(connection, THINGS[kind], "number", list(withdrawn[kind]))


def _refuse_claims_of_others(connection: Connection, claims: Sequence[Row], told_anew: Collection[str]) -> None:
    """A claim's id is its own among all events', like an event's. What is published is found by it, so that the
    record needs no index of it; events that are told anew or withdrawn have given theirs free.
    """
    place = COLUMNS[CasualtyClaim].index("id")
    ids = [str(claim[place]) for claim in claims]
    if len(set(ids)) < len(ids):
        raise LoadRefused(f"casualty claim {max(ids, key=ids.count)!r} is told twice: give one another id")
    document = EventDocument
    query = select(ClaimEntry.id, document.id).join(document, document.number == ClaimEntry.document)
    for chunk in chunks_of(ids):
        holding = query.where(is_one_of(ClaimEntry.id, chunk), document.valid_until == FOREVER)
        for claim, event in connection.execute(holding.order_by(ClaimEntry.id)):
            if event not in told_anew:
                raise LoadRefused(
                    f"casualty claim {claim!r} exists already, on the event {event!r}: give it another id"
                )


def _refuse_to_strand(connection: Connection, kind: str, withdrawn: Mapping[int, str]) -> None:
    """Whatever of this origin pointed at these things is gone by now; what still does is another's."""
    things = Base.metadata.tables[THINGS[kind].__tablename__]
    keys = (key for table in Base.metadata.sorted_tables for key in table.foreign_keys if key.ondelete != "CASCADE")
    for key in keys:
        if key.column is not things.c.number:
            continue
        table = key.parent.table
        for chunk in chunks_of(list(withdrawn)):
            pointing = select(key.parent, *table.primary_key).where(is_one_of(key.parent, chunk))
            for named, by, *_ in connection.execute(pointing):
                if table is not things or by not in withdrawn:
                    named_id = withdrawn[named]
                    raise LoadRefused(
                        f"{kind} {named_id!r} is gone from these facts, but a row of {table.name} names it"
                    )


def _refuse_circles(connection: Connection) -> None:
    """Publishing climbs these columns to their top."""
    for model, columns in UPWARD.items():
        for column in columns:
            above = _next_above(connection, model, column)
            reach_a_top: set[str] = set()
            for start, next_up in above.items():
                way = {start}
                step: str | None = next_up
                while step is not None and step not in reach_a_top:
                    if step in way:
                        by = column.rpartition("_")[0]
                        raise LoadRefused(f"{model.__tablename__} {step!r} stands within itself, by {by}")
                    way.add(step)
                    step = above.get(step)
                reach_a_top |= way


def _next_above(
    connection: Connection, model: type[Source | Location | Event | CasualtyClaim], column: str
) -> dict[str, str]:
    """What a column of a table points at, by id: the row, and the one above it."""
    lower = model.metadata.tables[model.__tablename__]
    upper, pointer = lower.alias(), lower.c[column]
    at = upper.c.number == pointer
    if model is CasualtyClaim:
        at = (upper.c.event_number == lower.c.event_number) & (upper.c.outcome == lower.c.outcome)
        at &= upper.c.position == pointer
    query = select(lower.c.id, upper.c.id).join(upper, at).where(pointer.is_not(None))
    return dict(connection.execute(query).all())


def _citations_of(connection: Connection, replaced: Mapping[str, Sequence[int]]) -> list[int]:
    """The citations that updated and withdrawn things had: replaced with them."""
    return [
        number
        for kind in OwnerKind
        for chunk in chunks_of(replaced[kind.value])
        for number in connection.scalars(
            select(Citation.number).where(is_one_of(Citation.owner_number, chunk), Citation.owner_kind == kind)
        )
    ]


def _insert_or_update(connection: Connection, table: type[Base], rows: Sequence[Row], stays: frozenset[int]) -> None:
    """Insert rows, what others lie in first. A thing that is there already keeps its row, as others point at it."""
    columns = COLUMNS[table]
    new = [row for row in rows if row[0] not in stays] if stays else rows
    if upward := [columns.index(column) for of, names in UPWARD.items() if of is table for column in names]:
        new = sorted(new, key=lambda row: any(row[place] is not None for place in upward))
    write_rows(connection, table, columns, new)
    if stays:
        update_rows(connection, table, columns, [row for row in rows if row[0] in stays])


def _delete(connection: Connection, model: type[Base], column: str, keys: Sequence[Key]) -> None:
    table = model.metadata.tables[model.__tablename__]
    for chunk in chunks_of(keys):
        connection.execute(delete(table).where(is_one_of(table.c[column], chunk)))


def last_numbers(connection: Connection) -> dict[type[Base], int]:
    """The highest number of each table whose rows a load numbers."""
    tables = {model: model.metadata.tables[model.__tablename__] for model in NUMBERED}
    return {model: connection.scalar(select(func.max(table.c.number))) or 0 for model, table in tables.items()}


def numbers_of(connection: Connection, kind: str, origin: str | None = None) -> Numbers:
    """The numbers of all things of a kind by their ids, or of those of one origin."""
    table = THINGS[kind]
    query = select(table.id, table.number)
    return dict(connection.execute(query if origin is None else query.where(table.origin == origin)).all())
