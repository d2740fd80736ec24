"""Statistics once more, in plain Python over the events as /events gives them: what a test holds /stats against."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from app.envelope import Claim, envelope
from app.vocabulary import AgeGroup, Qualifier, Sex, Standing, VictimScope, VictimStatus

Event = Mapping[str, Any]
Group = tuple[Any, ...]
Figure = Mapping[str, Any] | None
OUTCOMES = ("killed", "injured", "detained", "abducted", "missing")
SPLITS = {"country", "admin1", "actor", "cell"}
TIMES = {"year", "month", "week"}


@dataclass(frozen=True, slots=True)
class Everything:
    """All events of a release, and the family of each source that has one."""

    events: Sequence[Event]
    families: Mapping[str, str]

    def statistics(self, ids: Iterable[str], keys: Sequence[str], cell_degrees: str = "1") -> list[dict[str, Any]]:
        """The rows for the events with these ids."""
        by_id, wanted = {event["id"]: event for event in self.events}, set(ids)
        groups: dict[Group, list[tuple[Event, bool]]] = {}
        for event in (event for event in self.events if event["id"] in wanted):
            mine = groups_of(event, keys, cell_degrees)
            parts_of_split = {tuple(v for key, v in zip(keys, group, strict=True) if key in SPLITS) for group in mine}
            for group in mine:
                groups.setdefault((*group, self._family(event)), []).append((event, len(parts_of_split) > 1))
        for group in list(_empty(groups, keys)):
            groups.setdefault(group, [])
        return [
            self._row(group, keys, groups[group], by_id)
            for group in sorted(groups, key=lambda group: [(value is None, value) for value in group])
        ]

    def _family(self, event: Event) -> str:
        source = event["citations"][0]["source"]["id"]
        return self.families.get(source, source)

    def _row(
        self, group: Group, keys: Sequence[str], events: Sequence[tuple[Event, bool]], by_id: Mapping[str, Event]
    ) -> dict[str, Any]:
        asked = dict(zip(keys, group[:-1], strict=True))
        counted: set[str] = set()
        totals = {}
        for outcome in OUTCOMES:
            totals[outcome] = _totals(outcome, asked, events, by_id, counted)
        aggregates = sum(event["is_aggregate"] for event, _ in events)
        return {
            **asked,
            "source_family": group[-1],
            "events": len(events),
            "incidents": len(events) - aggregates,
            "aggregates": aggregates,
            "counted": len(counted),
            **totals,
        }


def _totals(
    outcome: str,
    asked: Mapping[str, Any],
    events: Sequence[tuple[Event, bool]],
    by_id: Mapping[str, Event],
    counted: set[str],
) -> dict[str, Any]:
    added: list[Mapping[str, Any]] = []
    unknown = left_out = not_allocated = 0
    for event, lies_in_several in events:
        figure = _own_figure(event, outcome, asked)
        if any(has_figure(part, outcome) for part in parts_within(event, by_id)):
            left_out += 1
        elif figure is None or figure["highest_stated"] is None:
            unknown += 1
        elif lies_in_several:
            not_allocated += 1
        else:
            added.append(figure)
            counted.add(event["id"])
    highs = [figure["high"] for figure in added]
    return {
        "low": _sum(figure["low"] for figure in added),
        "best": _sum(_sorted_by(figure) for figure in added),
        "best_from_low": sum(figure["best"] is None and figure["low"] is not None for figure in added),
        "high": None if unknown or None in highs else _sum(highs),
        "highest_stated": _sum(figure["highest_stated"] for figure in added),
        "open_ended": highs.count(None),
        "unknown": unknown,
        "disputed": sum(figure["disputed"] for figure in added),
        "left_out": left_out,
        "not_allocated": not_allocated,
    }


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _sorted_by(figure: Mapping[str, Any]) -> int | None:
    best: int | None = figure["best"]
    if best is not None or figure["low"] is None:
        return best
    bounds: list[int] = [figure[name] for name in ("low", "high") if figure[name] is not None]
    return min(bounds)


def has_figure(event: Event, outcome: str) -> bool:
    figure = event["casualties"][outcome]
    return figure is not None and any(figure[name] is not None for name in ("low", "best", "high", "highest_stated"))


def parts_within(event: Event, by_id: Mapping[str, Event]) -> Iterable[Event]:
    """All parts of an event, at any depth."""
    for part in event["parts"]:
        yield by_id[part]
        yield from parts_within(by_id[part], by_id)


def groups_of(event: Event, keys: Sequence[str], cell_degrees: str = "1") -> set[Group]:
    """The groups that an event lies in."""
    if set(keys) == {"country", "cell"}:
        spots = _countries_and_cells(event, cell_degrees)
        return {tuple(dict(zip(("country", "cell"), spot, strict=True))[key] for key in keys) for spot in spots}
    if set(keys) == {"country", "admin1"}:
        pairs = _regions(event)
        return {tuple(dict(zip(("country", "admin1"), pair, strict=True))[key] for key in keys) for pair in pairs}
    if set(keys) == TIMES & set(keys) and event["date_start"] is None:
        return {(None,) * len(keys)}
    groups: set[Group] = {()}
    for key in keys:
        groups = {(*group, value) for group in groups for value in _values(event, key, cell_degrees)}
    return groups


def cell_of(place: Mapping[str, Any], degrees: str) -> str | None:
    """The middle of the cell that a place lies in, by exact fractions."""
    if place["latitude"] is None:
        return None
    side = Fraction(degrees)
    row = min(math.floor(Fraction(place["latitude"]) / side), int(90 / side) - 1)
    column = math.floor(Fraction(place["longitude"]) / side)
    if column == Fraction(180) / side:
        column = -column
    return ",".join(f"{float((number + Fraction(1, 2)) * side):g}" for number in (row, column))


def _cells(event: Event, degrees: str) -> set[str | None]:
    return {cell_of(place, degrees) for place in event["locations"]} - {None}


def _countries_and_cells(event: Event, degrees: str) -> set[tuple[str | None, str | None]]:
    """The country and cell of each place; one without a point adds none where others of its country have one."""
    countries = {place["country"]["iso2"] for place in event["locations"] if place["country"]}
    cells = _cells(event, degrees)
    if len(countries) < 2 and len(cells) < 2:
        return {(next(iter(countries), None), next(iter(cells), None))}
    pairs = {
        (place["country"]["iso2"] if place["country"] else None, cell_of(place, degrees))
        for place in event["locations"]
    }
    pointed = {country for country, cell in pairs if cell}
    return {(country, cell) for country, cell in pairs if cell or (country and country not in pointed)}


def _values(event: Event, key: str, cell_degrees: str) -> set[Any]:
    start = date.fromisoformat(event["date_start"]) if event["date_start"] else None
    claims = event["casualty_claims"]
    if key in TIMES:
        return {None if start is None else moment_of(start, key)}
    if key in ("event_type", "sub_event_type", "type_of_violence"):
        return {event[key]}
    values: set[Any] = {
        "cell": _cells(event, cell_degrees),
        "country": {place["country"]["iso2"] for place in event["locations"] if place["country"]},
        "admin1": {place["admin1"] for place in event["locations"] if place["admin1"]},
        "actor": {actor["id"] for actor in event["actors"] if actor["attribution"] != "denied"},
        "source": {note["source"]["id"] for note in event["citations"]},
        "claimant": {row["claimant"]["id"] for row in (*claims, *event["reported_counts"]) if row["claimant"]},
    }[key]
    if key == "claimant" and any(claim["claimant"] is None for claim in claims):
        values = values | {None}
    return values or {None}


def _regions(event: Event) -> set[tuple[str | None, str | None]]:
    """The pairs of country and unit of the places; a place without one adds none where others of its country do."""
    pairs = {(place["country"]["iso2"] if place["country"] else None, place["admin1"]) for place in event["locations"]}
    countries = {country for country, admin1 in pairs if admin1}
    kept = {
        (country, admin1)
        for country, admin1 in pairs
        if admin1 or (country and country not in countries) or len(pairs) == 1
    }
    return kept or {(None, None)}


def moment_of(day: date, key: str) -> int | str:
    year, week, _ = day.isocalendar()
    moments: dict[str, int | str] = {"year": day.year, "month": f"{day:%Y-%m}", "week": f"{year:04}-W{week:02}"}
    return moments[key]


def _empty(groups: Mapping[Group, Any], keys: Sequence[str]) -> Iterable[Group]:
    """The groups of all times from the first to the last that there are, day by day."""
    times = [place for place, key in enumerate(keys) if key in TIMES]
    met = [[group[place] for group in groups if group[place] is not None] for place in times]
    if not times or not all(met):
        return
    others = {tuple(None if place in times else value for place, value in enumerate(group)) for group in groups}
    day = min(_first_day(min(moments), keys[place]) for place, moments in zip(times, met, strict=True))
    last = max(_first_day(max(moments), keys[place]) for place, moments in zip(times, met, strict=True))
    last += timedelta(days=366)
    while day <= last:
        moments = [moment_of(day, keys[place]) for place in times]
        if all(min(known) <= moment <= max(known) for moment, known in zip(moments, met, strict=True)):
            for other in others:
                group = list(other)
                for place, moment in zip(times, moments, strict=True):
                    group[place] = moment
                yield tuple(group)
        day += timedelta(days=1)


def _first_day(moment: int | str, key: str) -> date:
    if key == "year":
        return date(int(moment), 1, 1)
    if key == "month":
        return date.fromisoformat(f"{moment}-01")
    return date.fromisocalendar(int(str(moment)[:4]), int(str(moment)[-2:]), 1)


def _own_figure(event: Event, outcome: str, asked: Mapping[str, Any]) -> Figure:
    """The event's figure, or what the claims of the row's own claimant and source say by the same rule."""
    if not {"claimant", "source"} & set(asked):
        figure: Figure = event["casualties"][outcome]
        return figure
    source_of = {note["id"]: note["source"]["id"] for note in event["citations"]}
    claims = []
    for claim in event["casualty_claims"]:
        named = claim["claimant"]["id"] if claim["claimant"] else None
        cited = [source_of[note] for note in claim["citations"]]
        if (
            claim["outcome"] == outcome
            and ("claimant" not in asked or asked["claimant"] == named)
            and ("source" not in asked or asked["source"] in cited)
        ):
            claims.append(_claim(claim, named or f"source:{cited[0]}"))
    figure_of_these = envelope(claims)
    names = ("low", "best", "high", "highest_stated", "disputed")
    return {name: getattr(figure_of_these, name) for name in names}


def _claim(claim: Mapping[str, Any], voice: str) -> Claim:
    victims = claim["victims"]
    return Claim(
        id=claim["id"],
        voice=voice,
        qualifier=Qualifier(claim["qualifier"]),
        value=claim["value"],
        low=claim["low"],
        high=claim["high"],
        scope=VictimScope(victims["scope"]),
        description=victims["description"],
        status=VictimStatus(victims["status"]),
        sex=Sex(victims["sex"]),
        age_group=AgeGroup(victims["age_group"]),
        actor=victims["actor"],
        part_of_group=victims["part_of_group"],
        standing=Standing(claim["standing"]),
    )
