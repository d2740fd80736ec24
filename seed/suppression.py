"""Suppresses things: they leave every release, and never come back. The caller holds the transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from app.models import (
    CasualtyClaim,
    ClaimCoverage,
    ClaimEntry,
    Event,
    EventDocument,
    EventTerm,
    ReferenceDocument,
    Release,
    Suppression,
    Term,
)
from app.vocabulary import ThingType
from seed.columns import THINGS
from seed.loader import Compared, numbers_of, write_load
from seed.publish.packing import Unpacking
from seed.publish.releases import Published, ReleaseInMaking
from seed.publish.removing import read_written_events
from seed.suppressed import read_suppressed

TYPE_OF_PATH = {"events": ThingType.EVENT, "locations": ThingType.LOCATION, "actors": ThingType.ACTOR}
TYPE_OF_PATH |= {"sources": ThingType.SOURCE}
PATH_OF_TYPE = {of_type: path for path, of_type in TYPE_OF_PATH.items()}
NAMED_AT_MOST = 5


class SuppressionRefused(Exception):
    """Nothing was suppressed; its text says why and what to do."""


class SuppressedBefore(SuppressionRefused):
    """There is nothing left to suppress; a command that was killed may have left it in the database's file."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is to be suppressed."""

    type: ThingType
    id: str

    def __str__(self) -> str:
        return f"{PATH_OF_TYPE[self.type]}/{self.id}"


def suppress(connection: Connection, paths: Sequence[str], reason: str) -> Published:
    """Take things, by paths such as `events/ucdp-1`, out of every release, and publish that they are gone.

    Raises SuppressionRefused for what is not there and what others rest on, SuppressedBefore for what went before.
    """
    if not reason.strip():
        raise SuppressionRefused("Say why, as --reason: it is kept for you, and never served.")
    things = list(dict.fromkeys(_thing_at(path) for path in paths))
    _refuse_unknown(connection, things)
    _refuse_what_others_rest_on(connection, things)
    ids = {of_type: [thing.id for thing in things if thing.type is of_type] for of_type in ThingType}
    claims = _claims_of(connection, ids[ThingType.EVENT])
    _take_out_of_the_record(connection, ids)
    release = ReleaseInMaking(connection)
    release.suppress(ids)
    release.publish_references({"location": (), "actor": ()})
    published = release.finish()
    if published is None:
        raise SuppressionRefused("Nothing was suppressed.")
    suppressed_at = connection.scalar(select(Release.published_at).where(Release.number == published.number))
    gone = [(thing.type.value, thing.id) for thing in things] + [("casualty claim", claim) for claim in claims]
    values = {"release": published.number, "suppressed_at": suppressed_at, "reason": reason}
    connection.execute(insert(Suppression), [{"resource": resource, "id": of, **values} for resource, of in gone])
    return published


def _thing_at(path: str) -> Thing:
    resource, _, thing_id = path.strip().strip("/").partition("/")
    if resource == "casualty-claims":
        raise SuppressionRefused(f"{path}: a claim is a part of its event: suppress that, as events/ID.")
    if resource not in TYPE_OF_PATH or not thing_id or "/" in thing_id:
        raise SuppressionRefused(f"{path!r} names nothing: give events/ID, locations/ID, actors/ID or sources/ID.")
    return Thing(TYPE_OF_PATH[resource], thing_id)


def _refuse_unknown(connection: Connection, things: Sequence[Thing]) -> None:
    suppressed = read_suppressed(connection)
    for thing in things:
        if thing.id in suppressed[thing.type.value]:
            raise SuppressedBefore(f"{thing} was suppressed before.")
        there = select(EventDocument.id).where(EventDocument.id == thing.id)
        if thing.type is not ThingType.EVENT:
            table = ReferenceDocument
            there = select(table.id).where(table.resource == thing.type.value, table.id == thing.id)
        if connection.scalar(there.limit(1)) is None:
            raise SuppressionRefused(f"There is no {thing} in any release.")


def _refuse_what_others_rest_on(connection: Connection, things: Sequence[Thing]) -> None:
    going = set(things)
    for thing in things:
        naming = (
            _events_resting_on(connection, thing.id) if thing.type is ThingType.EVENT else _naming(connection, thing)
        )
        staying = sorted({str(each) for each in naming if each not in going})
        if staying:
            more = f" and {len(staying) - NAMED_AT_MOST} more" if len(staying) > NAMED_AT_MOST else ""
            raise SuppressionRefused(
                f"{thing} is named by {', '.join(staying[:NAMED_AT_MOST])}{more}. Nothing was suppressed. Take it out"
                " of those first, or suppress them as well."
            )


def _events_resting_on(connection: Connection, event: str) -> Iterator[Thing]:
    """Events that are part of it, answer it, or whose claims cover it: they would say less without it."""
    number = select(Event.number).where(Event.id == event).scalar_subquery()
    covering = select(CasualtyClaim.event_number).join(
        ClaimCoverage, ClaimCoverage.claim_number == CasualtyClaim.number
    )
    resting = (
        (Event.part_of_number == number)
        | (Event.in_response_to_number == number)
        | Event.number.in_(covering.where(ClaimCoverage.event_number == number))
    )
    for resting_event in connection.scalars(select(Event.id).where(resting)):
        yield Thing(ThingType.EVENT, resting_event)


def _naming(connection: Connection, thing: Thing) -> Iterator[Thing]:
    """Whatever names a place, an actor or a source, in any release."""
    kinds = {ThingType.ACTOR: ("actor", "claimant")}.get(thing.type, (thing.type.value,))
    terms = select(Term.number).where(Term.kind.in_(kinds), Term.value == thing.id)
    for event in connection.scalars(select(EventTerm.id).where(EventTerm.term.in_(terms)).distinct()):
        yield Thing(ThingType.EVENT, event)
    name, unpack = f'"{thing.id}"', Unpacking(connection).unpack
    for row, _ in read_written_events(connection):
        if name.encode() in unpack(row.dictionary, row.body):
            yield Thing(ThingType.EVENT, row.id)
    table = ReferenceDocument
    others = select(table.resource, table.id, table.dictionary, table.body).where(table.resource != "country")
    for resource, other, dictionary, packed in connection.execute(others):
        if (resource, other) != (thing.type.value, thing.id) and name.encode() in unpack(dictionary, packed):
            yield Thing(ThingType(resource), other)


def _claims_of(connection: Connection, events: Sequence[str]) -> Sequence[str]:
    query = select(ClaimEntry.id).join(EventDocument, EventDocument.number == ClaimEntry.document)
    return connection.scalars(query.where(EventDocument.id.in_(events)).distinct().order_by(ClaimEntry.id)).all()


def _take_out_of_the_record(connection: Connection, ids: dict[ThingType, list[str]]) -> None:
    """What was withdrawn before is not in the record any more."""
    numbers = {kind: numbers_of(connection, kind) for kind in THINGS if ids[ThingType(kind)]}
    loaded = {kind: Compared() for kind in THINGS}
    for kind, known in numbers.items():
        loaded[kind].withdrawn = [thing for thing in ids[ThingType(kind)] if thing in known]
    write_load(connection, {}, loaded, lambda kind, of: numbers[kind][of])
