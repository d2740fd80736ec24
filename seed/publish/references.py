"""Publishes locations, actors, sources and countries of the record, as far as their documents differ."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, func, select, update

from app.geography import vector_of
from app.models import FOREVER, Actor, Location, ReferenceDocument, ReferenceSource, Relationship, Source
from app.vocabulary import RelationshipKind
from seed.publish.event_texts import words_of_names
from seed.publish.packing import Packing, Unpacking, store_dictionaries
from seed.publish.rendered_references import Rendered, render_actors, render_countries, render_locations, render_sources
from seed.statements import chunks_of, is_one_of
from seed.writing import write_rows

RESOURCE_OF_PATH = {"locations": "location", "actors": "actor", "sources": "source", "countries": "country"}
# The resources whose names are searched.
_NAMED = frozenset({"location", "actor"})
THINGS: Mapping[str, type[Location | Actor | Source]] = {"location": Location, "actor": Actor, "source": Source}


@dataclass(slots=True)
class ReferencesPublished:
    """Ids of references of one resource that a release created, updated and withdrew."""

    created: list[str]
    updated: list[str]
    withdrawn: list[str]


def publish_references(
    connection: Connection, release: int, resource: str, touched: Iterable[str] | None, packing: Packing
) -> ReferencesPublished:
    """Publish the documents of a resource that differ; only those `touched`, where that is said."""
    done = ReferencesPublished([], [], [])
    for ids in chunks_of(_candidates(connection, resource, touched)):
        held = _read_held(connection, resource, ids)
        rendered = {each.id: each for each in _render(connection, resource, ids)}
        done.created += [thing for thing in rendered if thing not in held]
        updated = [thing for thing in rendered if thing in held and not held[thing].reads(rendered[thing])]
        withdrawn = [thing for thing in ids if thing in held and thing not in rendered]
        done.updated += updated
        done.withdrawn += withdrawn
        _end(connection, release, [held[thing].number for thing in (*updated, *withdrawn)])
        new = [each for thing, each in rendered.items() if thing not in held or thing in set(updated)]
        _write(connection, release, resource, new, packing)
    return done


@dataclass(frozen=True, slots=True)
class _Held:
    number: int
    body: bytes
    valid_from: int

    def reads(self, rendered: Rendered) -> bool:
        """Whether the document that holds is what is rendered now."""
        return self.body == rendered.text.in_release(self.valid_from)


def _candidates(connection: Connection, resource: str, touched: Iterable[str] | None) -> list[str]:
    """Ids of all that may have changed, and of all that may be gone."""
    if touched is not None:
        return sorted(set(touched))
    there: set[str | None] = set()
    if resource == "country":
        there.update(connection.scalars(select(Location.country).distinct()))
    else:
        there.update(connection.scalars(select(THINGS[resource].id)))
    holding = select(ReferenceDocument.id).where(
        ReferenceDocument.resource == resource, ReferenceDocument.valid_until == FOREVER
    )
    there.update(connection.scalars(holding))
    return sorted(thing for thing in there if thing is not None)


def _render(connection: Connection, resource: str, ids: Sequence[str]) -> Iterator[Rendered]:
    render = {
        "location": render_locations,
        "actor": render_actors,
        "source": render_sources,
        "country": render_countries,
    }
    return render[resource](connection, ids)


def _read_held(connection: Connection, resource: str, ids: Sequence[str]) -> dict[str, _Held]:
    table = ReferenceDocument
    query = select(table.id, table.number, table.dictionary, table.body, table.valid_from).where(
        table.resource == resource, is_one_of(table.id, ids), table.valid_until == FOREVER
    )
    unpack = Unpacking(connection).unpack
    return {
        thing: _Held(number, unpack(dictionary, packed), since)
        for thing, number, dictionary, packed, since in connection.execute(query)
    }


def _end(connection: Connection, release: int, numbers: Sequence[int]) -> None:
    if numbers:
        ends = update(ReferenceDocument).where(is_one_of(ReferenceDocument.number, numbers))
        connection.execute(ends.values(valid_until=release))


def _write(
    connection: Connection,
    release: int,
    resource: str,
    new: Sequence[Rendered],
    packing: Packing,
) -> None:
    if not new:
        return
    number = connection.scalar(select(func.max(ReferenceDocument.number))) or 0
    dictionary, packed = packing.pack(resource, [each.text.in_release(release) for each in new])
    store_dictionaries(connection, packing.take_made())
    numbered = list(enumerate(new, start=number + 1))
    rows = [
        (
            place,
            resource,
            each.id,
            release,
            FOREVER,
            each.kind,
            each.country,
            each.admin1,
            each.family,
            dictionary,
            body,
            *_found_by(resource, each),
        )
        for (place, each), body in zip(numbered, packed, strict=True)
    ]
    write_rows(connection, ReferenceDocument, tuple(ReferenceDocument.__table__.columns.keys()), rows)
    cited = [(source, place) for place, each in numbered for source in sorted(each.sources)]
    write_rows(connection, ReferenceSource, ("source", "document"), cited)


def _found_by(resource: str, each: Rendered) -> tuple[Any, ...]:
    """Latitude, longitude and the vector of where a thing is, and the words of its names; null where it has none."""
    document = orjson.loads(each.text.text)
    words = words_of_names([document["name"], *document["names"]]) if resource in _NAMED else None
    latitude, longitude = document.get("latitude"), document.get("longitude")
    if latitude is None or longitude is None:
        return (*(None,) * 5, words)
    return (latitude, longitude, *vector_of(latitude, longitude), words)


def memberships(connection: Connection) -> set[tuple[str, str]]:
    """(whole, member) of every `part_of` and `umbrella_of`; who backs or is linked to whom makes nobody a member."""
    actor, other = Actor.__table__.alias("actor_of_it"), Actor.__table__.alias("other_of_it")
    query = (
        select(Relationship.kind, actor.c.id, other.c.id)
        .join(actor, actor.c.number == Relationship.actor_number)
        .join(other, other.c.number == Relationship.other_number)
    )
    edges = connection.execute(query).all()
    part_of = {(whole, member) for kind, member, whole in edges if kind == RelationshipKind.PART_OF}
    return part_of | {(whole, member) for kind, whole, member in edges if kind == RelationshipKind.UMBRELLA_OF}
