"""Publishes the facts that people wrote, which are few enough to be rendered whole at every load."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from app.models import FOREVER, Actor, Event, Location, ReferenceDocument
from seed.publish.documents import Surroundings, casualties_of
from seed.publish.event_rows import EventRows, Told
from seed.publish.figures import left_out_of, mask_of
from seed.publish.releases import Published, ReleaseInMaking, read_families, read_held, read_numbers
from seed.publish.rendered_references import read_quoted_sources
from seed.rows import FACTS_ORIGIN
from seed.stored_facts import read_actors, read_events, read_locations


def publish(connection: Connection, notes: str | None = None) -> Published | None:
    """Publish the record's facts as the next release, in the caller's transaction; None where nothing differs.

    What datasets brought is published by their own loads, and stays.
    """
    release = ReleaseInMaking(connection)
    ids = _ids(connection, Event)
    places = {place.id: place for place in read_locations(connection, _ids(connection, Location))}
    actors = {actor.id: actor for actor in read_actors(connection, _ids(connection, Actor))}
    facts, parts = read_events(connection, ids), _parts(connection)
    rows = EventRows(
        FACTS_ORIGIN,
        release.number,
        read_numbers(connection),
        Surroundings(read_quoted_sources(connection), places, actors, parts),
        read_families(connection),
        {place.id: place.within for place in places.values()},
        left_out_of({fact.id: mask_of(casualties_of(fact)) for fact in facts}, parts),
    )
    release.write(rows.publish([Told(fact) for fact in facts], read_held(connection, ids)))
    release.withdraw_events()
    touched = {"location": {*places, *_gone(connection, "location")}, "actor": {*actors, *_gone(connection, "actor")}}
    release.publish_references(touched)
    return release.finish(notes)


def _ids(connection: Connection, thing: type[Event] | type[Location] | type[Actor]) -> Sequence[str]:
    return connection.scalars(select(thing.id).where(thing.origin == FACTS_ORIGIN).order_by(thing.id)).all()


def _parts(connection: Connection) -> dict[str, list[str]]:
    """The parts of each event that has any, by its id."""
    part, whole = Event.__table__.alias("part"), Event.__table__.alias("whole")
    query = select(whole.c.id, part.c.id).join(part, part.c.part_of_number == whole.c.number)
    parts: dict[str, list[str]] = {}
    for whole_id, part_id in connection.execute(query.order_by(part.c.id)):
        parts.setdefault(whole_id, []).append(part_id)
    return parts


def _gone(connection: Connection, resource: str) -> set[str]:
    """Things that are published and that the record holds no more."""
    there = select(Location.id) if resource == "location" else select(Actor.id)
    document = ReferenceDocument
    query = select(document.id).where(
        document.resource == resource, document.valid_until == FOREVER, document.id.not_in(there)
    )
    return set(connection.scalars(query))
