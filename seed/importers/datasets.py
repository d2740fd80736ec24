"""What the importers of datasets have in common: one record in, its facts out, or why it was refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from app.countries import country_of
from app.vocabulary import ActorKind, Attribution, LocationKind, LocationPrecision, Outcome, Qualifier, Reporting, Role
from seed.neutral_facts import (
    ActorFact,
    CasualtyClaimFact,
    CitationFact,
    EventFact,
    EventPlaceFact,
    ExternalIdFact,
    InvolvementFact,
    LocationFact,
    VictimsFact,
)
from seed.unchecked import unchecked

Cited = tuple[CitationFact, ...]

LONGEST_QUOTE = 300
# A member of an enumeration is slow to look up, for what each record's facts hold.
_ATTRIBUTED, _KILLED = Reporting.ATTRIBUTED, Outcome.KILLED
_STATED, _UNSPECIFIED = Attribution.STATED, LocationKind.UNSPECIFIED
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

# Tests validate the facts of real files whole.
make_event = unchecked(EventFact.model_construct)
make_external_id = unchecked(ExternalIdFact.model_construct)
_make_actor = unchecked(ActorFact.model_construct)
_make_citation = unchecked(CitationFact.model_construct)
_make_claim = unchecked(CasualtyClaimFact.model_construct)
_make_event_place = unchecked(EventPlaceFact.model_construct)
_make_involvement = unchecked(InvolvementFact.model_construct)
_make_location = unchecked(LocationFact.model_construct)


@dataclass(frozen=True, slots=True)
class DatasetEvent:
    """One record's facts: the event, the places and actors that it names, and the record as it was read.

    `figures` are low, best and high as they stand in the file, to hold the stored ones against.
    """

    number: int
    event: EventFact
    locations: tuple[LocationFact, ...]
    actors: tuple[ActorFact, ...]
    original: Mapping[str, str]
    figures: tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that was not taken, and every reason why."""

    number: int
    id: str
    reasons: tuple[str, ...]


class NamedActor(NamedTuple):
    """An actor as records name it: a fact once it is cited."""

    id: str
    name: str
    kind: ActorKind


class NamedPlace(NamedTuple):
    """A place as records name it: a fact once it is cited."""

    id: str
    name: str
    country: str
    admin1: str | None
    admin2: str | None
    latitude: float | None
    longitude: float | None


class Count(NamedTuple):
    """A coder's number: its wording, its qualifier, and what follows from both."""

    wording: str
    qualifier: Qualifier
    value: int | None
    low: int | None = None
    high: int | None = None


def place_of(
    family: str,
    names: tuple[str | None, str | None, str | None],
    country: str,
    point: tuple[float | None, float | None],
) -> NamedPlace:
    """A place by its name and its first- and second-level units; datasets number none, so equal places are one.

    A place without a name bears that of the smallest unit that has one.
    """
    name, admin1, admin2 = names
    named = name or admin2 or admin1 or country_of(country).name
    latitude, longitude = (None, None) if None in point else point
    key = repr((country, admin1, admin2, named, latitude, longitude))
    return NamedPlace(f"{family}-place-{short_digest(key)}", named, country, admin1, admin2, latitude, longitude)


class Telling:
    """Makes the facts of one record: each is cited to it, and its counts are claims of the dataset's coders."""

    __slots__ = ("cited", "coder", "event_id", "locator", "source")

    def __init__(self, coder: str, number: int | str | None, source: str) -> None:
        self.coder = coder
        self.event_id = f"{coder}-{number}"
        self.source = source
        self.locator = f"event {number}"
        self.cited: Cited = (_make_citation(source=source, locator=self.locator),)

    def citations(self, column: str, quotes: Iterable[str]) -> Cited:
        """The record, and what a column of it quotes or names: citation text of the dataset, not sources."""
        locator = f"{self.locator}, {column}"
        quoted = [_make_citation(source=self.source, locator=locator, quote=quote) for quote in quotes]
        return (*self.cited, *quoted)

    def actor(self, actor: NamedActor) -> ActorFact:
        """An actor that the record names."""
        return _make_actor(id=actor.id, name=actor.name, kind=actor.kind, citations=self.cited)

    def location(self, place: NamedPlace) -> LocationFact:
        """A place that the record names."""
        return _make_location(
            id=place.id,
            name=place.name,
            kind=_UNSPECIFIED,
            country=place.country,
            admin1=place.admin1,
            admin2=place.admin2,
            latitude=place.latitude,
            longitude=place.longitude,
            citations=self.cited,
        )

    def placed(self, place: NamedPlace, precision: LocationPrecision) -> EventPlaceFact:
        """How exactly the event is placed there."""
        return _make_event_place(location=place.id, precision=precision, citations=self.cited)

    def involvement(self, actor: NamedActor, role: Role) -> InvolvementFact:
        """What an actor has to do with the event, in the dataset's own voice."""
        return _make_involvement(actor=actor.id, role=role, attribution=_STATED, citations=self.cited)

    def killed(self, suffix: str, count: Count, victims: VictimsFact) -> CasualtyClaimFact:
        """The coders' claim of people killed, and whom it counts."""
        return _make_claim(
            id=f"{self.event_id}.{suffix}",
            outcome=_KILLED,
            wording=count.wording,
            qualifier=count.qualifier,
            value=count.value,
            low=count.low,
            high=count.high,
            claimant=self.coder,
            claimant_is_party=False,
            reporting=_ATTRIBUTED,
            victims=victims,
            citations=self.cited,
        )


def short_digest(key: str) -> str:
    """What stands for a thing that its dataset gives no number."""
    return sha256(key.encode()).hexdigest()[:12]


def in_words(start: date, end: date) -> str:
    """An interval as a title says it: `2 February 2024`, or `1 to 28 February 2024`."""
    last = f"{end.day} {MONTHS[end.month - 1]} {end.year}"
    if start == end:
        return last
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {last}"
    return f"{start.day} {MONTHS[start.month - 1]} {start.year} to {last}"
