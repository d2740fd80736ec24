"""ACLED export records as neutral facts. Pure: one record in, its facts out, or every reason why it is refused.

The file is the user's own: ACLED's terms forbid to pass it on, and none of its rows belongs in this repository.
docs/datasets.md says how each column is mapped, and why.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from app.countries import Found, country_of, resolve_country
from app.vocabulary import (
    SUB_EVENT_TYPES,
    ActorKind,
    DatePrecision,
    EventType,
    LocationPrecision,
    Qualifier,
    Role,
    SourceKind,
    SubEventType,
    VictimScope,
)
from seed.importers.datasets import (
    LONGEST_QUOTE,
    Count,
    DatasetEvent,
    NamedActor,
    NamedPlace,
    Reject,
    Telling,
    in_words,
    make_event,
    make_external_id,
    place_of,
    short_digest,
)
from seed.importers.fields import Fields, remembered, renamed
from seed.importers.tables import BrokenRecord, Record
from seed.neutral_facts import ActorFact, CitationFact, EventFact, LocationFact, SourceFact, VictimsFact

FAMILY = "acled"
ACLED = "acled"
TERMS = (
    "ACLED's terms allow you to use your export under your own account; they forbid to pass its rows on. Keep this"
    " database, and any API over it, to those whom your agreement with ACLED covers."
)
NEEDED = ("event_id_cnty", "event_date", "event_type", "actor1", "country", "location", "fatalities")
OLD_NAMES = {"ally_actor_1": "assoc_actor_1", "ally_actor_2": "assoc_actor_2"}
PLACED = {1: LocationPrecision.SETTLEMENT, 2: LocationPrecision.NEAR, 3: LocationPrecision.AREA}
DATED = {1: DatePrecision.DAY, 2: DatePrecision.WEEK, 3: DatePrecision.MONTH}
DAY_FORMATS = ("%Y-%m-%d", "%d %B %Y", "%d-%B-%Y", "%d/%m/%Y", "%d %b %Y")
# `inter1` and `inter2`, as numbers or in words; what an external force or a rioter is, it does not say.
KINDS = {
    "1": ActorKind.STATE_FORCE,
    "2": ActorKind.ARMED_GROUP,
    "3": ActorKind.ARMED_GROUP,
    "4": ActorKind.ARMED_GROUP,
    "6": ActorKind.CIVILIANS,
    "7": ActorKind.CIVILIANS,
    "state forces": ActorKind.STATE_FORCE,
    "rebel group": ActorKind.ARMED_GROUP,
    "rebel groups": ActorKind.ARMED_GROUP,
    "rebel forces": ActorKind.ARMED_GROUP,
    "political militia": ActorKind.ARMED_GROUP,
    "political militias": ActorKind.ARMED_GROUP,
    "identity militia": ActorKind.ARMED_GROUP,
    "identity militias": ActorKind.ARMED_GROUP,
    "protesters": ActorKind.CIVILIANS,
    "civilians": ActorKind.CIVILIANS,
}
# Classes of before 2019 that say today's class exactly. "Riots/Protests" says neither, so it stays out.
OLD_TYPES: dict[str, tuple[EventType, SubEventType | None]] = {
    "battle_government_regains_territory": (EventType.BATTLES, SubEventType.GOVERNMENT_REGAINS_TERRITORY),
    "battle_non_state_actor_overtakes_territory": (
        EventType.BATTLES,
        SubEventType.NON_STATE_ACTOR_OVERTAKES_TERRITORY,
    ),
    "battle_no_change_of_territory": (EventType.BATTLES, SubEventType.ARMED_CLASH),
    "remote_violence": (EventType.EXPLOSIONS_REMOTE_VIOLENCE, None),
    "strategic_development": (EventType.STRATEGIC_DEVELOPMENTS, None),
    "headquarters_or_base_established": (
        EventType.STRATEGIC_DEVELOPMENTS,
        SubEventType.HEADQUARTERS_OR_BASE_ESTABLISHED,
    ),
    "non_violent_transfer_of_territory": (
        EventType.STRATEGIC_DEVELOPMENTS,
        SubEventType.NON_VIOLENT_TRANSFER_OF_TERRITORY,
    ),
}
ALL_VICTIMS = VictimsFact(scope=VictimScope.ALL, description="fatalities in the event, as ACLED codes them")


@dataclass(frozen=True, slots=True)
class AcledOptions:
    """What the user says of the file: its release, and whether a 0 means that nobody was killed."""

    source: str
    zero_means_zero: bool = False


def source_of(version: str) -> SourceFact:
    """An export as a source."""
    return SourceFact(
        id=f"{FAMILY}-{version}",
        kind=SourceKind.DATASET,
        title=f"ACLED export, {version}",
        publisher="Armed Conflict Location & Event Data",
        licence="ACLED's terms of use: not to be passed on",
        language="en",
        family=FAMILY,
    )


def claimant_of(source: str) -> ActorFact:
    """ACLED itself, whose estimates are claims like any other."""
    cited = (CitationFact(source=source, locator="the export as a whole"),)
    return ActorFact(
        id=ACLED,
        name="Armed Conflict Location & Event Data",
        names=("ACLED",),
        kind=ActorKind.ORGANISATION,
        citations=cited,
    )


def facts_of(record: Record | BrokenRecord, options: AcledOptions) -> DatasetEvent | Reject:
    """One record's facts, cited to the export."""
    if isinstance(record, BrokenRecord):
        return Reject(record.number, "", (record.reason,))
    columns = renamed(record.fields, _name_of_today)
    reading = _Reading(Fields(columns), options)
    if reading.fields.faults:
        return Reject(record.number, columns.get("event_id_cnty", "").strip()[:40], tuple(reading.fields.faults))
    event, place = reading.told()
    actors = tuple(reading.telling.actor(actor) for actor, _ in reading.involved)
    return DatasetEvent(record.number, event, (place,), actors, record.fields, (None, reading.fatalities, None))


def _name_of_today(column: str) -> str:
    return OLD_NAMES.get(column.casefold(), column.casefold())


class _Reading:
    """One record on its way to facts: read whole first, so that a reject names every fault, then told."""

    def __init__(self, fields: Fields, options: AcledOptions) -> None:
        self.fields = fields
        self.options = options
        acled_id = self.acled_id = fields.text("event_id_cnty") or ""
        if not re.fullmatch(r"[A-Za-z]{2,4}\d+", acled_id):
            fields.faults.append(f"event_id_cnty is {acled_id[:40]!r}, not letters and a number")
        self.telling = Telling(ACLED, acled_id, options.source)
        self.day = _day(fields)
        self.time_precision = fields.code("time_precision", DATED) if fields.text("time_precision") else 1
        self.geo_precision = fields.code("geo_precision", PLACED) if fields.text("geo_precision") else None
        self.fatalities = fields.count("fatalities")
        self.place = _place(fields)
        self.involved = _involved(fields)
        if not fields.text("actor1"):
            fields.faults.append("actor1 is empty")

    def told(self) -> tuple[EventFact, LocationFact]:
        """The event and its place; only where there are no faults."""
        if not (self.day and self.place):
            raise ValueError("a record with faults has no facts")
        telling, place = self.telling, self.place
        what, event_type, sub_event_type = _classes(self.fields)
        start, end = _interval(self.day, self.time_precision)
        event = make_event(
            id=telling.event_id,
            title=f"{what} in {place.name}, {country_of(place.country).name}, {in_words(start, end)}",
            event_type=event_type,
            sub_event_type=sub_event_type,
            date_start=start,
            date_end=end,
            date_precision=DATED[self.time_precision or 1],
            date_wording=self.fields.text("event_date"),
            # ACLED gives its sources by name alone: one citation each, without an address.
            citations=telling.citations("source", _sources(self.fields)),
            locations=(telling.placed(place, PLACED.get(self.geo_precision or 0, LocationPrecision.AREA)),),
            actors=tuple(telling.involvement(actor, role) for actor, role in self.involved),
            casualty_claims=(telling.killed("killed", self._count(), ALL_VICTIMS),),
            external_ids=(make_external_id(scheme="acled", value=self.acled_id),),
        )
        return event, telling.location(place)

    def _count(self) -> Count:
        """One integer by a coder. A 0 also means that nothing is known, so it is no number unless the user says so."""
        number = self.fatalities or 0
        wording = f"fatalities {number}"
        if number:
            return Count(wording, Qualifier.CODED, number)
        if self.options.zero_means_zero:
            return Count(wording, Qualifier.EXACT, 0, 0, 0)
        return Count(wording, Qualifier.NONE_REPORTED, None)


@remembered("event_date")
def _day(fields: Fields) -> date | None:
    given = fields.text("event_date") or ""
    for day_format in DAY_FORMATS:
        try:
            return datetime.strptime(given, day_format).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    fields.faults.append(f"event_date is {given[:40]!r}, not a day such as 2024-02-02")
    return None


def _interval(day: date, time_precision: int | None) -> tuple[date, date]:
    """Precision 2 is a week around the day, 3 its month: the day itself is a placeholder."""
    if time_precision == 2:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if time_precision == 3:
        last = calendar.monthrange(day.year, day.month)[1]
        return day.replace(day=1), day.replace(day=last)
    return day, day


@remembered("latitude", "longitude", "iso", "country", "admin1", "admin2", "location")
def _place(fields: Fields) -> NamedPlace | None:
    """The place; its country is known by `iso`, which is exact: names differ from year to year."""
    point = (fields.degrees("latitude", 90), fields.degrees("longitude", 180))
    resolved = (resolve_country(fields.text(column) or "") for column in ("iso", "country"))
    country = next((found.iso2[0] for found in resolved if isinstance(found, Found)), None)
    if country is None:
        fields.faults.append(f"country is {(fields.text('country') or '')[:40]!r}, which is not known here")
    if country is None or fields.faults:
        return None
    names = (fields.text("location"), fields.text("admin1"), fields.text("admin2"))
    return place_of(ACLED, names, country, point)


@remembered("event_type", "sub_event_type")
def _classes(fields: Fields) -> tuple[str, EventType | None, SubEventType | None]:
    """ACLED's word for a title, and today's classes; of older ones those that say today's exactly, else null."""
    words, sub_words = (fields.text(column) or "" for column in ("event_type", "sub_event_type"))
    title = (sub_words or words or "Event").rstrip(".")
    event_type, sub_type = _slug(words), _slug(sub_words)
    if event_type in OLD_TYPES:
        return title, *OLD_TYPES[event_type]
    if event_type not in {word.value for word in EventType}:
        return title, None, None
    found = EventType(event_type)
    return title, found, next((word for word in SUB_EVENT_TYPES[found] if word.value == sub_type), None)


def _side(number: str, fields: Fields) -> tuple[NamedActor | None, tuple[NamedActor, ...]]:
    """The main actor of a side, and those associated with it."""
    kind = KINDS.get((fields.text(f"inter{number}") or "").casefold(), ActorKind.UNSPECIFIED)
    name = fields.text(f"actor{number}")
    associated = _parted(fields.text(f"assoc_actor_{number}"))
    return _actor(name, kind) if name else None, tuple(_actor(other, ActorKind.UNSPECIFIED) for other in associated)


_side_1 = remembered("inter1", "actor1", "assoc_actor_1")(partial(_side, "1"))
_side_2 = remembered("inter2", "actor2", "assoc_actor_2")(partial(_side, "2"))


def _involved(fields: Fields) -> tuple[tuple[NamedActor, Role], ...]:
    """`actor1` and `actor2` are parties without direction: ACLED's order is not who attacked whom."""
    involved: dict[str, tuple[NamedActor, Role]] = {}
    for main, associated in (_side_1(fields), _side_2(fields)):
        if main is not None:
            involved[main.name] = (main, Role.PARTY)
        for actor in associated:
            involved.setdefault(actor.name, (actor, Role.ASSOCIATED))
    return tuple(involved.values())


def _actor(name: str, kind: ActorKind) -> NamedActor:
    return NamedActor(f"acled-actor-{short_digest(name)}", name, kind)


@remembered("source")
def _sources(fields: Fields) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name[:LONGEST_QUOTE] for name in _parted(fields.text("source"))))


def _parted(names: str | None) -> list[str]:
    """Names joined by semicolons, each once."""
    return list(dict.fromkeys(name for part in (names or "").split(";") if (name := part.strip())))


def _slug(words: str) -> str:
    return re.sub(r"[^a-z]+", "_", words.casefold()).strip("_")
