"""What the importers of datasets have in common: one record in, its facts out, or why it was refused."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from app.counts import Bounds
from app.vocabulary import ActorKind, Attribution, Cause, LocationKind, Outcome, Qualifier, Reporting, Role, Standing
from seed.neutral_facts import (
    ActorFact,
    CasualtyClaimFact,
    CitationFact,
    EventFact,
    InvolvementFact,
    LocationFact,
    VictimsFact,
)

Cited = tuple[CitationFact, ...]

# Zero-width and direction marks, other control characters, private use: they are seen nowhere and split names in two.
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cn"})
_WHITE_SPACE = re.compile(r"\s+")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
_WHOLE = re.compile(r"(-?\d{1,12})(?:\.0+)?")


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


class Fields:
    """Reads a record's fields and collects what is wrong with them, so that a reject names every fault at once."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields
        self.faults: list[str] = []

    def text(self, column: str) -> str | None:
        """The text without what nobody can see, one space between words; None where there is none."""
        return clean(self._fields.get(column, "")) or None

    def whole(self, column: str) -> int | None:
        """A whole number, `645.0` included; None where the field is empty."""
        given = self._fields.get(column, "").strip()
        if not given or given.upper() in ("NA", "NULL", "NAN"):
            return None
        match = _WHOLE.fullmatch(given)
        if match is None:
            self.faults.append(f"{column} is {given[:40]!r}, not a whole number")
            return None
        return int(match.group(1))

    def count(self, column: str) -> int | None:
        """A whole number of 0 or more that must be there."""
        number = self.whole(column)
        if number is None:
            if not any(fault.startswith(f"{column} ") for fault in self.faults):
                self.faults.append(f"{column} is empty")
        elif not 0 <= number < 2**31:
            self.faults.append(f"{column} is {number}, which no count is")
            return None
        return number

    def code(self, column: str, known: Mapping[int, object]) -> int | None:
        """A number of a code list."""
        number = self.whole(column)
        if number is None or number not in known:
            self.faults.append(f"{column} is {self._fields.get(column, '')[:40]!r}, not one of {sorted(known)}")
            return None
        return number

    def day(self, column: str) -> date | None:
        """A day, with or without a time of midnight behind it."""
        given = self._fields.get(column, "").strip()
        match = _DAY.fullmatch(given)
        try:
            if match is not None:
                return date.fromisoformat(match.group(1))
        except ValueError:
            pass
        self.faults.append(f"{column} is {given[:40]!r}, not a day")
        return None

    def degrees(self, column: str, most: int) -> float | None:
        """Degrees from -`most` to `most`; None where the field is empty."""
        given = self._fields.get(column, "").strip()
        if not given:
            return None
        try:
            degrees = float(given)
        except ValueError:
            degrees = float("nan")
        if not -most <= degrees <= most:
            self.faults.append(f"{column} is {given[:40]!r}, not a number from -{most} to {most}")
            return None
        return degrees


def clean(text: str) -> str:
    """A text without invisible characters, and with one plain space between its words."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = _WHITE_SPACE.sub(" ", text)
    return " ".join("".join(mark for mark in spaced if unicodedata.category(mark) not in _INVISIBLE).split())


# The facts of records are made without validation, for speed: the fields were read one by one, and tests validate the
# facts of real files whole.


def actor_of(actor_id: str, name: str, kind: ActorKind, cited: Cited) -> ActorFact:
    """An actor as a record names it."""
    return ActorFact.model_construct(
        id=actor_id,
        name=name,
        names=(),
        kind=kind,
        country=None,
        description=None,
        relationships=(),
        citations=cited,
    )


def place_of(
    family: str,
    names: tuple[str, str | None, str | None],
    country: str,
    point: tuple[float | None, float | None],
    cited: Cited,
) -> LocationFact:
    """A place by its name and its first- and second-level units; datasets number none, so equal places are one."""
    name, admin1, admin2 = names
    latitude, longitude = (None, None) if None in point else point
    return LocationFact.model_construct(
        id=f"{family}-place-{short_digest(repr((country, admin1, admin2, name, latitude, longitude)))}",
        name=name,
        names=(),
        kind=LocationKind.UNSPECIFIED,
        country=country,
        admin1=admin1,
        admin2=admin2,
        latitude=latitude,
        longitude=longitude,
        within=None,
        citations=cited,
    )


def involvement_of(actor: ActorFact, role: Role, cited: Cited) -> InvolvementFact:
    """What an actor has to do with the event, in the dataset's own voice."""
    return InvolvementFact.model_construct(
        actor=actor.id,
        role=role,
        attribution=Attribution.STATED,
        attributed_by=None,
        wording=None,
        citations=cited,
    )


def killed_claim_of(
    claim_id: str,
    claimant: str,
    count: tuple[str, Qualifier, int | None],
    bounds: Bounds,
    victims: VictimsFact,
    cited: Cited,
) -> CasualtyClaimFact:
    """A coder's claim of people killed: its wording, qualifier and value, the bounds, and whom it counts."""
    wording, qualifier, value = count
    return CasualtyClaimFact.model_construct(
        id=claim_id,
        outcome=Outcome.KILLED,
        wording=wording,
        qualifier=qualifier,
        value=value,
        low=bounds.low,
        high=bounds.high,
        claimant=claimant,
        claimant_is_party=False,
        reporting=Reporting.ATTRIBUTED,
        victims=victims,
        claimed_on=None,
        standing=Standing.IN_FORCE,
        cause=Cause.UNKNOWN,
        covers=(),
        citations=cited,
    )


def short_digest(key: str) -> str:
    """What stands for a thing that its dataset gives no number."""
    return sha256(key.encode()).hexdigest()[:12]


def in_words(start: date, end: date) -> str:
    """An interval as a title says it: `2 February 2024`, or `1 to 28 February 2024`."""
    last = f"{end.day} {end:%B %Y}"
    if start == end:
        return last
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {last}"
    return f"{start.day} {start:%B %Y} to {last}"
