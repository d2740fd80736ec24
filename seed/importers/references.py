"""Holds the rows of all files against each other: ids, what they point to, what lies within what.

Works on plain values, so that a row with another fault still has its references checked. Reads no files.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from app.vocabulary import RelationshipKind
from seed.importers.fact_rows import Found, Place, Row, every_row, top_rows
from seed.importers.fact_shapes import KINDS
from seed.importers.faults import did_you_mean
from seed.importers.yaml_lines import Document

# (list or mapping that it stands in, member) → the kind of row that it names
REFERENCES = {
    ("citations", "source"): "sources",
    ("sources", "republication_of"): "sources",
    ("locations", "within"): "locations",
    ("locations", "location"): "locations",
    ("relationships", "actor"): "actors",
    ("actors", "actor"): "actors",
    ("actors", "attributed_by"): "actors",
    ("reported_counts", "claimant"): "actors",
    ("casualty_claims", "claimant"): "actors",
    ("victims", "actor"): "actors",
    ("events", "part_of"): "events",
    ("events", "in_response_to"): "events",
    ("victims", "part_of_group"): "casualty_claims",
}
# What must not be said twice: rows of one list that agree in all these members.
SAID_ONCE = {
    ("events", "locations"): ("location",),
    ("events", "actors"): ("actor", "role", "attribution", "attributed_by"),
    ("actors", "relationships"): ("kind", "actor", "since", "until"),
}
_ONE = {
    "sources": "source",
    "locations": "location",
    "actors": "actor",
    "events": "event",
    "casualty_claims": "casualty claim",
}
Ids = Mapping[str, Mapping[str, Row]]
Edge = tuple[str, str, Place]


def faults_of_references(documents: Sequence[Document]) -> Iterator[Found]:
    """All that is wrong between rows, wherever they stand.

    Where a file could not be read, nothing is said of ids that are missing: they may stand in that file.
    """
    ids = _ids(documents)
    yield from _repeated_ids(documents, ids)
    if not any(document.unread for document in documents):
        yield from _unknown_references(documents, ids)
    yield from _said_twice(documents)
    yield from _circles(documents)
    for event in top_rows(documents, "events"):
        yield from _faults_of_claims(event, ids)


def _identified(documents: Sequence[Document]) -> Iterator[tuple[str, Row]]:
    for kind in KINDS:
        for row in top_rows(documents, kind):
            yield kind, row
            if kind == "events":
                for claim in row.rows("casualty_claims"):
                    yield "casualty_claims", claim


def _ids(documents: Sequence[Document]) -> Ids:
    """The first row of each id, by kind."""
    ids: dict[str, dict[str, Row]] = {kind: {} for kind in _ONE}
    for kind, row in _identified(documents):
        if identifier := row.text("id"):
            ids[kind].setdefault(identifier, row)
    return ids


def _repeated_ids(documents: Sequence[Document], ids: Ids) -> Iterator[Found]:
    for kind, row in _identified(documents):
        identifier = row.text("id")
        first = ids[kind].get(identifier or "")
        if first and first.place != row.place:
            document, path = first.place.document, first.place.path
            where = f"line {document.line_of((*path, 'id'))} of {document.name}"
            yield Found(row.place / "id", f"the id {identifier!r} is already that of the {_ONE[kind]} in {where}")


def _unknown_references(documents: Sequence[Document], ids: Ids) -> Iterator[Found]:
    for row in every_row(documents):
        container = next((step for step in reversed(row.place.path) if isinstance(step, str)), "")
        for member in row.values:
            kind = REFERENCES.get((container, member))
            name = row.text(member)
            if kind and name is not None and name not in ids[kind]:
                near = did_you_mean(name, ids[kind])
                yield Found(row.place / member, f"{member}: there is no {_ONE[kind]} {name!r}{near}")
        if container == "casualty_claims":
            yield from _unknown_parts(row, ids["events"])


def _unknown_parts(claim: Row, events: Mapping[str, Row]) -> Iterator[Found]:
    for place, part in claim.texts("covers"):
        if part not in events:
            yield Found(place, f"covers: there is no event {part!r}{did_you_mean(part, events)}")


def _said_twice(documents: Sequence[Document]) -> Iterator[Found]:
    for (kind, member), compared in SAID_ONCE.items():
        for row in top_rows(documents, kind):
            seen: set[str] = set()
            for inner in row.rows(member):
                said = repr([inner.values.get(name) for name in compared])
                if said in seen:
                    yield Found(inner.place, f"says again what stands above: the same {', '.join(compared)}")
                seen.add(said)


def _circles(documents: Sequence[Document]) -> Iterator[Found]:
    for kind, member in (
        ("events", "part_of"),
        ("events", "in_response_to"),
        ("locations", "within"),
        ("sources", "republication_of"),
    ):
        yield from _circles_of(member, _edges(top_rows(documents, kind), member))
    groups = chain.from_iterable(event.rows("casualty_claims") for event in top_rows(documents, "events"))
    yield from _circles_of("part_of_group", _edges_of_groups(groups))
    yield from _circles_of("relationships", _edges_of_actors(top_rows(documents, "actors")))


def _edges(rows: Iterable[Row], member: str) -> Iterator[Edge]:
    for row in rows:
        inner, outer = row.text("id"), row.text(member)
        if inner and outer:
            yield inner, outer, row.place / member


def _edges_of_groups(claims: Iterable[Row]) -> Iterator[Edge]:
    for claim in claims:
        victims = claim.row("victims")
        inner, outer = claim.text("id"), victims.text("part_of_group") if victims else None
        if victims and inner and outer:
            yield inner, outer, victims.place / "part_of_group"


def _edges_of_actors(actors: Iterable[Row]) -> Iterator[Edge]:
    """From the inner actor to the outer. An actor that relates to itself is a circle of one."""
    for actor in actors:
        for relationship in actor.rows("relationships"):
            one, other = actor.text("id"), relationship.text("actor")
            if not one or not other:
                continue
            if one == other or relationship.text("kind") == RelationshipKind.PART_OF:
                yield one, other, relationship.place / "actor"
            elif relationship.text("kind") == RelationshipKind.UMBRELLA_OF:
                yield other, one, relationship.place / "actor"


def _circles_of(member: str, edges: Iterable[Edge]) -> Iterator[Found]:
    """One fault for each circle, at the edge that comes first in the files."""
    listed = list(edges)
    outward: dict[str, list[str]] = defaultdict(list)
    for inner, outer, _ in listed:
        outward[inner].append(outer)
    told: set[str] = set()
    for inner, outer, place in listed:
        if inner == outer:
            yield Found(place, f"{member}: {inner!r} stands to itself")
        elif inner not in told and (way := _way(outer, inner, outward)):
            told.update(way)
            around = " → ".join([inner, *way])
            yield Found(place, f"{member} goes in a circle: {around}")


def _way(start: str, goal: str, outward: Mapping[str, Sequence[str]]) -> list[str] | None:
    """The ids from `start` to `goal`, both included; None where no way leads there."""
    came_from: dict[str, str | None] = {start: None}
    waiting = [start]
    while waiting:
        step = waiting.pop()
        if step == goal:
            way = [step]
            while (before := came_from[way[-1]]) is not None:
                way.append(before)
            return way[::-1]
        for following in outward.get(step, ()):
            if following not in came_from:
                came_from[following] = step
                waiting.append(following)
    return None


def _faults_of_claims(event: Row, ids: Ids) -> Iterator[Found]:
    """Claims point to claims of their own event and outcome, and cover parts of their own event alone."""
    claims = list(event.rows("casualty_claims"))
    own = {claim.text("id"): claim for claim in claims}
    for claim in claims:
        victims = claim.row("victims")
        group = victims.text("part_of_group") if victims else None
        if victims and group in ids["casualty_claims"]:
            reason = _why_no_group(own.get(group), claim)
            if reason:
                yield Found(victims.place / "part_of_group", f"part_of_group: {group!r} {reason}")
        for place, part in claim.texts("covers"):
            if part in ids["events"] and event.text("id") not in _wholes(part, ids["events"]):
                yield Found(place, f"covers: {part!r} is no part of {event.text('id')!r}")


def _why_no_group(group: Row | None, claim: Row) -> str | None:
    """Why a claim cannot be part of this one; `group` is None where it stands on another event."""
    if group is None:
        return "is a claim on another event"
    if group.values.get("outcome") != claim.values.get("outcome"):
        return "has another outcome"
    victims = group.row("victims")
    return "is about all victims, not about a group" if victims and victims.text("scope") == "all" else None


def _wholes(part: str, events: Mapping[str, Row]) -> set[str]:
    """The events that this one is part of, at any height."""
    wholes: set[str] = set()
    while (row := events.get(part)) and (above := row.text("part_of")) and above not in wholes:
        wholes.add(above)
        part = above
    return wholes
