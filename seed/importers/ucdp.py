"""UCDP GED records as neutral facts. Pure: one record in, its facts out, or every reason why it is refused.

The codebook's meanings are kept and nothing is repaired: what a file says out of order is stored so and flagged.
docs/datasets.md says how each column is mapped, and why.
"""

import csv
import re
from functools import lru_cache, partial
from typing import NamedTuple

from app.countries import countries_of_gw, country_of
from app.vocabulary import (
    ActorKind,
    DatePrecision,
    Qualifier,
    ReviewStatus,
    Role,
    SourceKind,
    VictimScope,
    VictimStatus,
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
from seed.importers.fields import REMEMBERED, Fields, remembered, renamed
from seed.importers.tables import BrokenRecord, Record
from seed.importers.ucdp_codes import DATED, IN_A_TITLE, PARTS, PLACED, REVIEWED, TYPES
from seed.neutral_facts import (
    ActorFact,
    CasualtyClaimFact,
    CitationFact,
    ConflictFact,
    DatasetCodesFact,
    EventFact,
    ExternalIdFact,
    InvolvementFact,
    LocationFact,
    SourceFact,
    VictimsFact,
)
from seed.unchecked import unchecked

FAMILY = "ucdp-ged"
UCDP = "ucdp"
# Without these a file is not of UCDP GED. The estimates have two names, and `relid` and `code_status` came later.
NEEDED = ("id", "type_of_violence", "side_a", "side_b", "country", "country_id", "date_start", "date_end", "deaths_a")
OLD_NAMES = {"best_est": "best", "high_est": "high", "low_est": "low"}
# One monthly candidate release came without its header.
CANDIDATE_COLUMNS = tuple(
    """id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name
    dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b
    number_of_sources source_article source_office source_date source_headline source_original where_prec
    where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id region
    event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high low gwnoa
    gwnob""".split()  # noqa: SIM905  # as the file would have it
)

ONE_SIDED, AGGREGATED = 3, 2
KILLED_OF = {part: f"killed-{part.removeprefix('deaths_').replace('_', '-')}" for part in PARTS}
CIVILIANS_ID = "1"
ISRAEL_GW = 666
# UCDP counts both under Israel; ISO 3166-1 has a code of their own for them.
PALESTINIAN_UNITS = ("gaza", "west bank")

_make_codes = unchecked(DatasetCodesFact.model_construct)
_make_conflict = unchecked(ConflictFact.model_construct)
_make_victims = unchecked(VictimsFact.model_construct)
ALL_VICTIMS = VictimsFact(scope=VictimScope.ALL, description="all deaths in the event, by UCDP's estimate")


def source_of(version: str) -> SourceFact:
    """The release of the dataset as a source."""
    return SourceFact(
        id=f"{FAMILY}-{version}",
        kind=SourceKind.DATASET,
        title=f"UCDP Georeferenced Event Dataset (GED), version {version}",
        publisher="Uppsala Conflict Data Program, Department of Peace and Conflict Research, Uppsala University",
        licence="CC BY 4.0",
        language="en",
        family=FAMILY,
        notes="Cite Sundberg and Melander (2013), Journal of Peace Research 50(4), doi:10.1177/0022343313484347,"
        " and the version.",
    )


def claimant_of(source: str) -> ActorFact:
    """UCDP itself, whose estimates are claims like any other."""
    cited = (CitationFact(source=source, locator="the dataset as a whole"),)
    return ActorFact(id=UCDP, name="Uppsala Conflict Data Program", kind=ActorKind.ORGANISATION, citations=cited)


def facts_of(record: Record | BrokenRecord, source: str) -> DatasetEvent | Reject:
    """One record's facts, cited to the release `source`."""
    if isinstance(record, BrokenRecord):
        return Reject(record.number, "", (record.reason,))
    columns = renamed(record.fields, _name_of_today)
    reading = _Reading(Fields(columns), source)
    if reading.fields.faults:
        return Reject(record.number, columns.get("id", "").strip()[:40], tuple(reading.fields.faults))
    event, place = reading.told()
    actors = tuple(map(reading.telling.actor, reading.sides))
    return DatasetEvent(record.number, event, (place,), actors, record.fields, reading.deaths.as_read)


def _name_of_today(column: str) -> str:
    return OLD_NAMES.get(column, column)


class _Deaths(NamedTuple):
    """The estimate of all deaths as it stands in the file, as a count, and the dead of each part that has any."""

    as_read: tuple[int | None, int | None, int | None]
    total: Count
    parts: tuple[tuple[str, Count], ...]


class _Reading:
    """One record on its way to facts: read whole first, so that a reject names every fault, then told."""

    def __init__(self, fields: Fields, source: str) -> None:
        self.fields = fields
        self.ucdp_id = fields.count("id")
        self.telling = Telling(UCDP, self.ucdp_id, source)
        self.type = fields.code("type_of_violence", TYPES)
        self.start, self.end = fields.day("date_start"), fields.day("date_end")
        self.where_prec, self.date_prec = fields.code("where_prec", PLACED), fields.whole("date_prec")
        self.deaths = _deaths(fields)
        self.place = _place(fields)
        self.sides = (_side_a(fields), _side_b(fields))
        if self.start and self.end and self.start > self.end:
            fields.faults.append(f"date_start {self.start} is after date_end {self.end}")

    def told(self) -> tuple[EventFact, LocationFact]:
        """The event and its place; only where there are no faults."""
        if not (self.start and self.end and self.type and self.where_prec and self.place):
            raise ValueError("a record with faults has no facts")
        telling, codes = self.telling, _codes(self.fields)
        where = ", ".join(dict.fromkeys((self.place.name, country_of(self.place.country).name)))
        event = make_event(
            id=telling.event_id,
            title=f"{IN_A_TITLE[self.type]} in {where}, {in_words(self.start, self.end)}",
            is_aggregate=codes.event_clarity == AGGREGATED,
            type_of_violence=TYPES[self.type],
            conflict=_conflict(self.fields),
            date_start=self.start,
            date_end=self.end,
            date_precision=self._date_precision(),
            # What UCDP read, in its own words.
            citations=telling.citations("source_article", self._articles()),
            locations=(telling.placed(self.place, PLACED[self.where_prec]),),
            actors=self._involvements(),
            casualty_claims=(telling.killed("killed", self.deaths.total, ALL_VICTIMS), *self._parts()),
            external_ids=self._external_ids(),
            review_status=self._review_status(codes.code_status),
            dataset=codes,
        )
        return event, telling.location(self.place)

    def _date_precision(self) -> DatePrecision:
        """The codebook's; where it says a day of an interval, or nothing, the interval itself decides."""
        given = DATED.get(self.date_prec or 0)
        if self.start == self.end:
            return given or DatePrecision.DAY
        return DatePrecision.DAYS if given in (None, DatePrecision.DAY) else given

    def _articles(self) -> list[str]:
        return [article[:LONGEST_QUOTE].strip() for article in split_articles(self.fields.text("source_article"))]

    def _involvements(self) -> tuple[InvolvementFact, ...]:
        """Sides have no direction, except where one of them attacked civilians."""
        roles = (Role.INITIATOR, Role.TARGET) if self.type == ONE_SIDED else (Role.SIDE_A, Role.SIDE_B)
        return tuple(map(self.telling.involvement, self.sides, roles))

    def _parts(self) -> list[CasualtyClaimFact]:
        """The dead of each side, not those it killed. A part of 0 is no claim: they may be among the unknown."""
        belonging = dict(zip(("deaths_a", "deaths_b"), self.sides, strict=True))
        return [
            self.telling.killed(KILLED_OF[part], count, _victims(part, belonging.get(part)))
            for part, count in self.deaths.parts
        ]

    def _external_ids(self) -> tuple[ExternalIdFact, ...]:
        own, relid = make_external_id(scheme="ucdp-ged", value=str(self.ucdp_id)), self.fields.text("relid")
        return (own, make_external_id(scheme="ucdp-ged-relid", value=relid)) if relid else (own,)

    def _review_status(self, code_status: str | None) -> tuple[ReviewStatus, ...]:
        """UCDP's own doubts, and bounds that are printed out of order (a best of 0 below its low included)."""
        code = (code_status or "").casefold()
        flags = [REVIEWED[code]] if code in REVIEWED else []
        low, best, high = (number or 0 for number in self.deaths.as_read)
        if not low <= best <= high:
            flags.append(ReviewStatus.DISORDERED_BOUNDS)
        return tuple(flags)


@remembered("low", "best", "high", *PARTS)
def _deaths(fields: Fields) -> _Deaths:
    low, best, high = (fields.count(name) for name in ("low", "best", "high"))
    parts = {part: fields.count(part) for part in PARTS}
    counts = {part: Count(f"{part} {number}", Qualifier.CODED, number) for part, number in parts.items() if number}
    return _Deaths((low, best, high), _total(low or 0, best or 0, high or 0), tuple(counts.items()))


def _total(low: int, best: int, high: int) -> Count:
    """The estimate of all deaths. A best of 0 says that no reliable number exists, never that nobody died."""
    wording, value = f"low {low}, best {best}, high {high}", best or None
    if low == best == high == 0:
        return Count(wording, Qualifier.UNKNOWN, None)
    if low <= (value if value is not None else low) <= high:
        return Count(wording, Qualifier.RANGE, value, low, high)
    return Count(wording, Qualifier.DISORDERED, best, low, high)


@lru_cache(maxsize=REMEMBERED)
def _victims(part: str, side: NamedActor | None) -> VictimsFact:
    """Whom a part counts: the dead of a side are soldiers where it is a state."""
    name, status = PARTS[part]
    if side is None:
        return _make_victims(scope=VictimScope.GROUP, description=name, status=status)
    if side.kind is ActorKind.STATE:
        status = VictimStatus.ARMED_FORCES
    return _make_victims(scope=VictimScope.GROUP, description=f"{name}: {side.name}", status=status, actor=side.id)


@remembered("latitude", "longitude", "country_id", "adm_1", "adm_2", "where_coordinates")
def _place(fields: Fields) -> NamedPlace | None:
    """Where the event was placed. UCDP numbers no places: the same names and point are the same place."""
    point = (fields.degrees("latitude", 90), fields.degrees("longitude", 180))
    country_id, adm_1, adm_2 = fields.whole("country_id"), fields.text("adm_1"), fields.text("adm_2")
    found = countries_of_gw(country_id) if country_id is not None else ()
    if not found:
        fields.faults.append(f"country_id is {country_id}, which no state here has")
    if fields.faults:
        return None
    palestinian = country_id == ISRAEL_GW and (adm_1 or "").casefold().startswith(PALESTINIAN_UNITS)
    names = (fields.text("where_coordinates"), adm_1, adm_2)
    return place_of(UCDP, names, "PS" if palestinian else found[0], point)


def _side(letter: str, fields: Fields) -> NamedActor:
    """A side as an actor. Several states may be one side: their names hold commas and are not taken apart."""
    side = f"side_{letter}"
    name = fields.text(side) or ""
    if not name:
        fields.faults.append(f"{side} is empty")
    number = fields.text(f"{side}_new_id") or fields.text(f"{side}_dset_id") or ""
    # A side without a number of its own is known by its name alone.
    known_by = number.removesuffix(".0") if re.fullmatch(r"\d+(\.0)?", number) else short_digest(name)
    is_state = any(part.strip() for part in re.split(r"[;,]", fields.text(f"gwno{letter}") or ""))
    kind = ActorKind.STATE if is_state else ActorKind.ARMED_GROUP
    if known_by == CIVILIANS_ID:
        kind = ActorKind.CIVILIANS
    elif name.startswith("XXX"):
        kind = ActorKind.UNSPECIFIED
    return NamedActor(f"ucdp-actor-{known_by}", name, kind)


_side_a = remembered("side_a", "side_a_new_id", "side_a_dset_id", "gwnoa")(partial(_side, "a"))
_side_b = remembered("side_b", "side_b_new_id", "side_b_dset_id", "gwnob")(partial(_side, "b"))


@remembered("conflict_new_id", "conflict_name")
def _conflict(fields: Fields) -> ConflictFact | None:
    number, name = fields.text("conflict_new_id"), fields.text("conflict_name")
    if not (number and name):
        return None
    return _make_conflict(id=f"ucdp-conflict-{number.removesuffix('.0')}", name=name)


@remembered("code_status", "event_clarity", "where_prec", "date_prec", "number_of_sources", "country", "country_id")
def _codes(fields: Fields) -> DatasetCodesFact:
    """The dataset's own codes; -1 sources means that the number is missing."""
    sources = fields.whole("number_of_sources")
    return _make_codes(
        code_status=fields.text("code_status"),
        event_clarity=fields.whole("event_clarity"),
        where_prec=fields.whole("where_prec"),
        date_prec=fields.whole("date_prec"),
        number_of_sources=sources if sources is not None and sources >= 0 else None,
        country=fields.text("country"),
        country_id=fields.whole("country_id"),
    )


def split_articles(text: str | None) -> list[str]:
    """The articles in a `source_article`: joined by `///`, or each in quotation marks and joined by `;`.

    A semicolon without quotation marks may belong to a headline, so it parts nothing.
    """
    if text is None:
        return []
    if "///" in text:
        parts = text.split("///")
    elif text.startswith('"') and '";"' in text.replace('"; "', '";"'):
        parts = next(csv.reader([text], delimiter=";", skipinitialspace=True))
    else:
        parts = [text.removeprefix('"').removesuffix('"') if text.count('"') == 2 else text]
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))
