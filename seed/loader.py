"""Brings the record to what a set of facts says. Compares facts, not texts; the caller holds the transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

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
from seed.neutral_facts import ActorFact, EventFact, LocationFact, SourceFact
from seed.rows import NUMBERED, Row, RowMaker, digest_of, owner_of

# Parents before children; a load writes in this order and deletes against it.
THINGS: Mapping[str, type[Source | Location | Actor | Event]] = {
    "source": Source,
    "location": Location,
    "actor": Actor,
    "event": Event,
}
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
IDS_A_STATEMENT = 500
# What must not go in a circle: the table, and its column that says what a row lies in, is part of or answers.
UPWARD: tuple[tuple[type[Base], str], ...] = (
    (Source, "republication_of_id"),
    (Location, "within_id"),
    (Event, "part_of_id"),
    (Event, "in_response_to_id"),
    (CasualtyClaim, "part_of_group_id"),
)

AnyFact = TypeVar("AnyFact", SourceFact, LocationFact, ActorFact, EventFact)
Key = TypeVar("Key", str, int)


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
    maker = RowMaker(origin, last_numbers(connection))
    loaded = {
        "source": _compare(connection, "source", facts.sources, maker, maker.add_source),
        "location": _compare(connection, "location", facts.locations, maker, maker.add_location),
        "actor": _compare(connection, "actor", facts.actors, maker, maker.add_actor),
        "event": _compare(connection, "event", facts.events, maker, maker.add_event),
    }
    if changed_anything(loaded):
        write_rows(connection, maker, loaded)
        _refuse_circles(connection)
    return loaded


def changed_anything(loaded: Loaded) -> bool:
    """Whether a load changed the record at all."""
    return any(compared.created or compared.updated or compared.withdrawn for compared in loaded.values())


def _compare(
    connection: Connection, kind: str, facts: Sequence[AnyFact], maker: RowMaker, add: Callable[[AnyFact], None]
) -> Compared:
    """Sort the facts of one kind into new, changed and unchanged, make rows of the former, find what is gone."""
    table = THINGS[kind]
    stored = dict(connection.execute(select(table.id, table.digest).where(table.origin == maker.origin)).all())
    compared = Compared()
    for fact in facts:
        digest = stored.pop(fact.id, None)
        if digest == digest_of(fact):
            compared.unchanged += 1
            continue
        (compared.updated if digest else compared.created).append(fact.id)
        add(fact)
    compared.withdrawn = sorted(stored)
    refuse_ids_of_others(connection, kind, compared.created)
    return compared


def refuse_ids_of_others(connection: Connection, kind: str, ids: Sequence[str]) -> None:
    """Raise LoadRefused where one of these new ids is taken already."""
    table = THINGS[kind]
    for chunk in chunks_of(ids):
        taken = connection.execute(select(table.id, table.origin).where(table.id.in_(chunk))).first()
        if taken:
            raise LoadRefused(f"{kind} {taken.id!r} exists already, loaded from {taken.origin!r}: give it another id")


def write_rows(connection: Connection, maker: RowMaker, loaded: Loaded) -> None:
    """Write the rows that were made, and take away what they replace and what is withdrawn. Raises LoadRefused."""
    # What is withdrawn goes last, as updated things point at it until they are written; but its inner rows go first:
    # a claim may have moved to another event, and two actors that go together may each relate to the other.
    stale_citations = _citations_of(connection, loaded)
    for table in ROWS_INSIDE_AN_EVENT:
        _delete(connection, table, "event_id", [*loaded["event"].updated, *loaded["event"].withdrawn])
    _delete(connection, Relationship, "actor_id", [*loaded["actor"].updated, *loaded["actor"].withdrawn])
    _delete(connection, FurtherCitation, "citation_id", stale_citations)
    _refuse_claims_of_others(connection, maker.rows[CasualtyClaim])
    for table in WRITING_ORDER:
        kind = next((kind for kind, thing in THINGS.items() if thing is table), None)
        _insert_or_update(connection, table, maker.rows[table], loaded[kind].updated if kind else ())
    for kind in ("event", "actor", "location", "source"):
        if kind == "source":
            _delete(connection, Citation, "id", stale_citations)
        _refuse_to_strand(connection, kind, loaded[kind].withdrawn)
        _delete(connection, THINGS[kind], "id", loaded[kind].withdrawn)


def _refuse_claims_of_others(connection: Connection, claims: Sequence[Row]) -> None:
    """A claim's id is its own among all events', like an event's."""
    for chunk in chunks_of([str(claim["id"]) for claim in claims]):
        taken = connection.execute(
            select(CasualtyClaim.id, CasualtyClaim.event_id).where(CasualtyClaim.id.in_(chunk))
        ).first()
        if taken:
            raise LoadRefused(
                f"casualty claim {taken.id!r} exists already, on the event {taken.event_id!r}: give it another id"
            )


def _refuse_to_strand(connection: Connection, kind: str, withdrawn: Sequence[str]) -> None:
    """Whatever of this origin pointed at these things is gone by now; what still does is another's."""
    going = frozenset(withdrawn)
    things = Base.metadata.tables[THINGS[kind].__tablename__]
    keys = (key for table in Base.metadata.sorted_tables for key in table.foreign_keys if key.ondelete != "CASCADE")
    for key in keys:
        if key.column is not things.c.id:
            continue
        table = key.parent.table
        for chunk in chunks_of(withdrawn):
            pointing = select(key.parent, *table.primary_key).where(key.parent.in_(chunk))
            for named, by, *_ in connection.execute(pointing):
                if table is not things or by not in going:
                    raise LoadRefused(f"{kind} {named!r} is gone from these facts, but a row of {table.name} names it")


def _refuse_circles(connection: Connection) -> None:
    """Publishing climbs these columns to their top."""
    for model, column in UPWARD:
        table = model.metadata.tables[model.__tablename__]
        query = select(table.c.id, table.c[column]).where(table.c[column].is_not(None))
        above: dict[str, str] = dict(connection.execute(query).all())
        reach_a_top: set[str] = set()
        for start, next_up in above.items():
            way = {start}
            step: str | None = next_up
            while step is not None and step not in reach_a_top:
                if step in way:
                    raise LoadRefused(f"{table.name} {step!r} stands within itself, by {column.removesuffix('_id')}")
                way.add(step)
                step = above.get(step)
            reach_a_top |= way


def _citations_of(connection: Connection, loaded: Loaded) -> list[int]:
    """The citations that updated and withdrawn things had: replaced with them."""
    owners = [
        owner_of(kind, of) for kind, compared in loaded.items() for of in (*compared.updated, *compared.withdrawn)
    ]
    return [
        number
        for chunk in chunks_of(owners)
        for number in connection.scalars(select(Citation.id).where(Citation.owner.in_(chunk)))
    ]


def _insert_or_update(connection: Connection, model: type[Base], rows: Sequence[Row], there: Sequence[str]) -> None:
    """Insert rows; those of things that are there already keep their row, as others point at it."""
    table = model.metadata.tables[model.__tablename__]
    stays = frozenset(there)
    if new := [row for row in rows if row.get("id") not in stays]:
        connection.execute(insert(table), new)
    if changed := [{**row, "key": row["id"]} for row in rows if row.get("id") in stays]:
        values: dict[str, Any] = {column: bindparam(column) for column in changed[0] if column not in ("id", "key")}
        connection.execute(update(table).where(table.c.id == bindparam("key")).values(values), changed)


def _delete(connection: Connection, model: type[Base], column: str, keys: Sequence[Key]) -> None:
    table = model.metadata.tables[model.__tablename__]
    for chunk in chunks_of(keys):
        connection.execute(delete(table).where(table.c[column].in_(chunk)))


def last_numbers(connection: Connection) -> dict[type[Base], int]:
    """The highest key of each table whose keys a load deals out."""
    tables = {model: model.metadata.tables[model.__tablename__] for model in NUMBERED}
    return {model: connection.scalar(select(func.max(table.c.id))) or 0 for model, table in tables.items()}


def chunks_of(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """The keys, as many at a time as a statement takes."""
    for start in range(0, len(keys), IDS_A_STATEMENT):
        yield keys[start : start + IDS_A_STATEMENT]
