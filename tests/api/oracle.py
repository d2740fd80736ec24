"""The filters on /events once more, in plain Python: what a test holds the API's answers against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Query = Mapping[str, Any]
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """Everything that one release holds."""

    events: Sequence[Event]
    within: Mapping[str, str | None]
    members: Mapping[str, set[str]]

    def ids(self, query: Query) -> list[str]:
        """The events that match, by id."""
        return sorted(event["id"] for event in self.events if self.matches(event, query))

    def matches(self, event: Event, query: Query) -> bool:
        places = event["locations"]
        notes = {note["source"]["id"] for note in event["citations"]}
        claims = (*event["casualty_claims"], *event["reported_counts"])
        return all(
            (
                _any(query, "country", {place["country"]["iso2"] for place in places if place["country"]}),
                _any(query, "location", {around for place in places for around in self._around(place["id"])}),
                _any(query, "admin1", {place["admin1"] for place in places}),
                _any(query, "event_type", {event["event_type"]}),
                _any(query, "sub_event_type", {event["sub_event_type"]}),
                _any(query, "claimant", {claim["claimant"]["id"] for claim in claims if claim["claimant"]}),
                _any(query, "source", notes),
                _any(query, "part_of", {event["part_of"]}),
                _any(query, "conflict", {event["conflict"]["id"]} if event["conflict"] else set()),
                query.get("level", "all") in ("all", "operation" if event["parts"] else "event"),
                query.get("disputed") in (None, _is_disputed(event)),
                self._is_involved(event, query),
                is_in_window(event, query),
                _has_killed(event, query),
            )
        )

    def _around(self, place: str | None) -> list[str]:
        return [] if place is None else [place, *self._around(self.within[place])]

    def _is_involved(self, event: Event, query: Query) -> bool:
        if not {"actor", "role", "attribution"} & set(query):
            return True
        actors = set(query.get("actor", ()))
        if query.get("network"):
            actors = {member for actor in actors for member in self._network(actor)}
        return any(
            ("actor" not in query or row["id"] in actors)
            and ("role" not in query or (row["role"] in query["role"] and row["attribution"] != "denied"))
            and ("attribution" not in query or row["attribution"] in query["attribution"])
            for row in event["actors"]
        )

    def _network(self, actor: str) -> set[str]:
        return {actor}.union(*(self._network(member) for member in self.members.get(actor, ())))


def members_by_actor(actors: Sequence[dict[str, Any]]) -> dict[str, set[str]]:
    """Who is part of whom or under whose umbrella, and nothing else."""
    members: dict[str, set[str]] = {}
    for actor in actors:
        for link in actor["relationships"]:
            if link["kind"] == "part_of":
                members.setdefault(link["actor"]["id"], set()).add(actor["id"])
            elif link["kind"] == "umbrella_of":
                members.setdefault(actor["id"], set()).add(link["actor"]["id"])
    return members


def _any(query: Query, name: str, values: set[Any]) -> bool:
    return name not in query or bool(values & set(query[name]))


def _is_disputed(event: Event) -> bool:
    return any(figure["disputed"] for figure in event["casualties"].values() if figure)


def is_in_window(event: Event, query: Query) -> bool:
    if "date_from" not in query and "date_to" not in query:
        return True
    first, last = query.get("date_from", date.min), query.get("date_to", date.max)
    start, end = (date.fromisoformat(event[name]) if event[name] else None for name in ("date_start", "date_end"))
    inside = [first <= day <= last if day else False for day in (start, end)]
    fits: dict[str, bool] = {
        "within": all(inside),
        "start": inside[0],
        "possible": (start or date.min) <= last and (end or date.max) >= first,
        "overlap": start <= last and end >= first if start and end else any(inside),
    }
    fits["overlap_or_undated"] = fits["overlap"] or start is end is None
    return fits[query.get("date_mode", "overlap")]


def _has_killed(event: Event, query: Query) -> bool:
    killed = event["casualties"]["killed"] or {"low": None, "best": None, "high": None}
    figure = query.get("killed_on")
    best_else_low = killed["best"] if killed["best"] is not None else killed["low"]
    least, most = (killed[figure], killed[figure]) if figure else (best_else_low, killed["high"])
    return ("killed_min" not in query or (least is not None and least >= query["killed_min"])) and (
        "killed_max" not in query or (most is not None and most <= query["killed_max"])
    )
