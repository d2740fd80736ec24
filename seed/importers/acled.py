"""ACLED export records as neutral facts. Pure: one record in, its facts out, or every reason why it is refused.

The file is the user's own: ACLED's terms forbid to pass it on, and none of its rows belongs in this repository.
docs/datasets.md says how each column is mapped, and why.
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.countries import Found, country_of, resolve_country
from app.counts import Bounds
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
    DatasetEvent,
    Fields,
    Reject,
    actor_of,
    in_words,
    involvement_of,
    killed_claim_of,
    place_of,
    short_digest,
)
from seed.importers.tables import BrokenRecord, Record
from seed.neutral_facts import (
    ActorFact,
    CasualtyClaimFact,
    CitationFact,
    EventFact,
    EventPlaceFact,
    ExternalIdFact,
    LocationFact,
    SourceFact,
    VictimsFact,
)

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
    columns = {OLD_NAMES.get(name.casefold(), name.casefold()): value for name, value in record.fields.items()}
    reading = _Reading(columns, options)
    if reading.fields.faults:
        return Reject(record.number, columns.get("event_id_cnty", "").strip()[:40], tuple(reading.fields.faults))
    return DatasetEvent(record.number, *reading.told(), record.fields, (None, reading.fatalities, None))


class _Reading:
    """One record on its way to facts: read first, so that a reject names every fault, then told."""

    def __init__(self, columns: Mapping[str, str], options: AcledOptions) -> None:
        fields = self.fields = Fields(columns)
        self.options = options
        self.acled_id = fields.text("event_id_cnty") or ""
        if not re.fullmatch(r"[A-Za-z]{2,4}\d+", self.acled_id):
            fields.faults.append(f"event_id_cnty is {self.acled_id[:40]!r}, not letters and a number")
        self.cited = (self._citation(f"event {self.acled_id}"),)
        self.day = self._day()
        self.time_precision = fields.code("time_precision", DATED) if fields.text("time_precision") else 1
        self.geo_precision = fields.code("geo_precision", PLACED) if fields.text("geo_precision") else None
        self.fatalities = fields.count("fatalities")
        self.latitude, self.longitude = fields.degrees("latitude", 90), fields.degrees("longitude", 180)
        self.country = self._country()
        self.event_type, self.sub_event_type = self._types()
        if not fields.text("actor1"):
            fields.faults.append("actor1 is empty")

    def told(self) -> tuple[EventFact, tuple[LocationFact, ...], tuple[ActorFact, ...]]:
        """The facts; only where there are no faults."""
        place, involved = self._place(), self._involved()
        start, end = self._interval()
        what = (self.fields.text("sub_event_type") or self.fields.text("event_type") or "Event").rstrip(".")
        event = EventFact.model_construct(
            id=f"acled-{self.acled_id}",
            title=f"{what} in {place.name}, {country_of(self.country).name}, {in_words(start, end)}",
            summary=None,
            is_aggregate=False,
            part_of=None,
            in_response_to=None,
            event_type=self.event_type,
            sub_event_type=self.sub_event_type,
            type_of_violence=None,
            conflict=None,
            date_start=start,
            date_end=end,
            date_precision=DATED[self.time_precision or 1],
            date_wording=self.fields.text("event_date"),
            citations=(*self.cited, *self._named_sources()),
            locations=(
                EventPlaceFact.model_construct(
                    location=place.id,
                    precision=PLACED.get(self.geo_precision or 0, LocationPrecision.AREA),
                    citations=self.cited,
                ),
            ),
            actors=tuple(involvement_of(actor, role, self.cited) for actor, role in involved),
            reported_counts=(),
            casualty_claims=(self._claim(),),
            external_ids=(ExternalIdFact.model_construct(scheme="acled", value=self.acled_id),),
            review_status=(),
            dataset=None,
        )
        return event, (place,), tuple(actor for actor, _ in involved)

    def _citation(self, locator: str, quote: str | None = None) -> CitationFact:
        return CitationFact.model_construct(source=self.options.source, locator=locator, quote=quote, supports=())

    def _named_sources(self) -> list[CitationFact]:
        """ACLED gives its sources by name alone: one citation each, without an address."""
        names = [name.strip()[:300] for name in (self.fields.text("source") or "").split(";")]
        locator = f"event {self.acled_id}, source"
        return [self._citation(locator, name) for name in dict.fromkeys(names) if name]

    def _day(self) -> date:
        given = self.fields.text("event_date") or ""
        for day_format in DAY_FORMATS:
            try:
                return datetime.strptime(given, day_format).date()  # noqa: DTZ007  # a day has no zone
            except ValueError:
                continue
        self.fields.faults.append(f"event_date is {given[:40]!r}, not a day such as 2024-02-02")
        return date.min

    def _interval(self) -> tuple[date, date]:
        """Precision 2 is a week around the day, 3 its month: the day itself is a placeholder."""
        if self.time_precision == 2:
            monday = self.day - timedelta(days=self.day.weekday())
            return monday, monday + timedelta(days=6)
        if self.time_precision == 3:
            last = calendar.monthrange(self.day.year, self.day.month)[1]
            return self.day.replace(day=1), self.day.replace(day=last)
        return self.day, self.day

    def _country(self) -> str:
        """By `iso`, which is exact; names differ from year to year."""
        for column in ("iso", "country"):
            resolution = resolve_country(self.fields.text(column) or "")
            if isinstance(resolution, Found):
                return resolution.iso2[0]
        self.fields.faults.append(f"country is {(self.fields.text('country') or '')[:40]!r}, which is not known here")
        return ""

    def _types(self) -> tuple[EventType | None, SubEventType | None]:
        """Today's classes; of older ones those that say today's exactly, and null for the rest."""
        event_type, sub_type = (_slug(self.fields.text(column) or "") for column in ("event_type", "sub_event_type"))
        if event_type in OLD_TYPES:
            return OLD_TYPES[event_type]
        if event_type not in {word.value for word in EventType}:
            return None, None
        found = EventType(event_type)
        return found, next((word for word in SUB_EVENT_TYPES[found] if word.value == sub_type), None)

    def _place(self) -> LocationFact:
        admin1, admin2 = self.fields.text("admin1"), self.fields.text("admin2")
        named = self.fields.text("location") or admin2 or admin1 or country_of(self.country).name
        return place_of(ACLED, (named, admin1, admin2), self.country, (self.latitude, self.longitude), self.cited)

    def _involved(self) -> list[tuple[ActorFact, Role]]:
        """`actor1` and `actor2` are parties without direction: ACLED's order is not who attacked whom."""
        involved: dict[str, tuple[ActorFact, Role]] = {}
        for side in ("1", "2"):
            kind = KINDS.get((self.fields.text(f"inter{side}") or "").casefold(), ActorKind.UNSPECIFIED)
            if name := self.fields.text(f"actor{side}"):
                involved[name] = (self._actor(name, kind), Role.PARTY)
            for associated in (self.fields.text(f"assoc_actor_{side}") or "").split(";"):
                if associated.strip() and associated.strip() not in involved:
                    actor = self._actor(associated.strip(), ActorKind.UNSPECIFIED)
                    involved[associated.strip()] = (actor, Role.ASSOCIATED)
        return list(involved.values())

    def _actor(self, name: str, kind: ActorKind) -> ActorFact:
        return actor_of(f"acled-actor-{short_digest(name)}", name, kind, self.cited)

    def _claim(self) -> CasualtyClaimFact:
        """One integer by a coder. A 0 also means that nothing is known, so it is no number unless the user says so."""
        number = self.fatalities or 0
        count, bounds = (f"fatalities {number}", Qualifier.CODED, number or None), Bounds(None, None)
        if number == 0 and self.options.zero_means_zero:
            count, bounds = (f"fatalities {number}", Qualifier.EXACT, 0), Bounds(0, 0)
        elif number == 0:
            count = (f"fatalities {number}", Qualifier.NONE_REPORTED, None)
        return killed_claim_of(f"acled-{self.acled_id}.killed", ACLED, count, bounds, _ALL, self.cited)


_ALL = VictimsFact.model_construct(scope=VictimScope.ALL, description="fatalities in the event, as ACLED codes them")


def _slug(words: str) -> str:
    return re.sub(r"[^a-z]+", "_", words.casefold()).strip("_")
