"""UCDP GED records as neutral facts. Pure: one record in, its facts out, or every reason why it is refused.

The codebook's meanings are kept and nothing is repaired: what a file says out of order is stored so and flagged.
docs/datasets.md says how each column is mapped, and why.
"""

import csv
import re
from collections.abc import Mapping

from app.countries import countries_of_gw, country_of
from app.counts import Bounds
from app.vocabulary import (
    ActorKind,
    DatePrecision,
    LocationPrecision,
    Qualifier,
    ReviewStatus,
    Role,
    SourceKind,
    TypeOfViolence,
    VictimScope,
    VictimStatus,
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
    ConflictFact,
    DatasetCodesFact,
    EventFact,
    EventPlaceFact,
    ExternalIdFact,
    InvolvementFact,
    LocationFact,
    SourceFact,
    VictimsFact,
)

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

TYPES = {1: TypeOfViolence.STATE_BASED, 2: TypeOfViolence.NON_STATE, 3: TypeOfViolence.ONE_SIDED}
IN_A_TITLE = {1: "State-based violence", 2: "Non-state violence", 3: "One-sided violence"}
PLACED = {
    1: LocationPrecision.EXACT,
    2: LocationPrecision.NEAR,
    3: LocationPrecision.ADMIN2,
    4: LocationPrecision.ADMIN1,
    5: LocationPrecision.AREA,
    6: LocationPrecision.COUNTRY,
    7: LocationPrecision.WATER_OR_AIR,
}
DATED = {
    1: DatePrecision.DAY,
    2: DatePrecision.DAYS,
    3: DatePrecision.WEEK,
    4: DatePrecision.MONTH,
    5: DatePrecision.YEAR,
}
REVIEWED = {
    "check deaths": ReviewStatus.CHECK_DEATHS,
    "check dyad": ReviewStatus.CHECK_DYAD,
    "check geography": ReviewStatus.CHECK_GEOGRAPHY,
    "check type of violence": ReviewStatus.CHECK_TYPE_OF_VIOLENCE,
    "low confidence": ReviewStatus.LOW_CONFIDENCE,
}
PARTS: dict[str, tuple[str, VictimStatus, str | None]] = {
    "deaths_a": ("dead of side A", VictimStatus.ARMED_GROUP_MEMBER, "side_a"),
    "deaths_b": ("dead of side B", VictimStatus.ARMED_GROUP_MEMBER, "side_b"),
    "deaths_civilians": ("dead civilians", VictimStatus.CIVILIAN, None),
    "deaths_unknown": ("dead of unknown identity", VictimStatus.UNKNOWN, None),
}
ONE_SIDED, AGGREGATED = 3, 2
CIVILIANS_ID = "1"
ISRAEL_GW = 666
# UCDP counts both under Israel; ISO 3166-1 has a code of their own for them.
PALESTINIAN_UNITS = ("gaza", "west bank")
LONGEST_QUOTE = 300


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
    columns = {OLD_NAMES.get(name, name): value for name, value in record.fields.items()}
    reading = _Reading(columns, source)
    if reading.fields.faults:
        return Reject(record.number, columns.get("id", "").strip()[:40], tuple(reading.fields.faults))
    figures = (reading.low, reading.best, reading.high)
    return DatasetEvent(record.number, *reading.told(), record.fields, figures)


class _Reading:
    """One record on its way to facts: read whole first, so that a reject names every fault, then told."""

    def __init__(self, columns: Mapping[str, str], source: str) -> None:
        fields = self.fields = Fields(columns)
        self.source = source
        self.ucdp_id = fields.count("id")
        self.type = fields.code("type_of_violence", TYPES)
        self.start, self.end = fields.day("date_start"), fields.day("date_end")
        self.where_prec, self.date_prec = fields.code("where_prec", PLACED), fields.whole("date_prec")
        self.low, self.best, self.high = (fields.count(name) for name in ("low", "best", "high"))
        self.dead_of = {part: fields.count(part) for part in PARTS}
        self.latitude, self.longitude = fields.degrees("latitude", 90), fields.degrees("longitude", 180)
        self.country_id, self.adm_1 = fields.whole("country_id"), fields.text("adm_1")
        self.country = self._country()
        self.cited = (self._citation(f"event {self.ucdp_id}"),)
        self.sides = {side: self._side(side) for side in ("side_a", "side_b")}
        if self.start and self.end and self.start > self.end:
            fields.faults.append(f"date_start {self.start} is after date_end {self.end}")

    def told(self) -> tuple[EventFact, tuple[LocationFact, ...], tuple[ActorFact, ...]]:
        """The facts; only where there are no faults."""
        if not (self.start and self.end and self.type and self.where_prec):
            raise ValueError("a record with faults has no facts")
        place = self._place()
        where = ", ".join(dict.fromkeys((place.name, country_of(self.country).name)))
        event = EventFact.model_construct(
            id=f"ucdp-{self.ucdp_id}",
            title=f"{IN_A_TITLE[self.type]} in {where}, {in_words(self.start, self.end)}",
            summary=None,
            is_aggregate=self.fields.whole("event_clarity") == AGGREGATED,
            part_of=None,
            in_response_to=None,
            event_type=None,
            sub_event_type=None,
            type_of_violence=TYPES[self.type],
            conflict=self._conflict(),
            date_start=self.start,
            date_end=self.end,
            date_precision=self._date_precision(),
            date_wording=None,
            citations=(*self.cited, *self._articles()),
            locations=(
                EventPlaceFact.model_construct(
                    location=place.id, precision=PLACED[self.where_prec], citations=self.cited
                ),
            ),
            actors=self._involvements(),
            reported_counts=(),
            casualty_claims=(self._total(), *self._parts()),
            external_ids=self._external_ids(),
            review_status=self._review_status(),
            dataset=self._codes(),
        )
        return event, (place,), tuple(self.sides.values())

    def _citation(self, locator: str, quote: str | None = None) -> CitationFact:
        return CitationFact.model_construct(source=self.source, locator=locator, quote=quote, supports=())

    def _country(self) -> str:
        """ISO 3166-1 alpha-2; Gaza and the West Bank are Israel in UCDP's numbers and PS in ISO's codes."""
        found = countries_of_gw(self.country_id) if self.country_id is not None else ()
        if not found:
            self.fields.faults.append(f"country_id is {self.country_id}, which no state here has")
            return ""
        if self.country_id == ISRAEL_GW and (self.adm_1 or "").casefold().startswith(PALESTINIAN_UNITS):
            return "PS"
        return found[0]

    def _side(self, side: str) -> ActorFact:
        """A side as an actor. Several states may be one side: their names hold commas and are not taken apart."""
        name = self.fields.text(side) or ""
        if not name:
            self.fields.faults.append(f"{side} is empty")
        number = self.fields.text(f"{side}_new_id") or self.fields.text(f"{side}_dset_id") or ""
        states = [part for part in re.split(r"[;,]", self.fields.text(f"gwno{side[-1]}") or "") if part.strip()]
        # A side without a number of its own is known by its name alone.
        known_by = number.removesuffix(".0") if re.fullmatch(r"\d+(\.0)?", number) else short_digest(name)
        kind = ActorKind.STATE if states else ActorKind.ARMED_GROUP
        if known_by == CIVILIANS_ID:
            kind = ActorKind.CIVILIANS
        elif name.startswith("XXX"):
            kind = ActorKind.UNSPECIFIED
        return actor_of(f"ucdp-actor-{known_by}", name, kind, self.cited)

    def _place(self) -> LocationFact:
        """Where the event was placed. UCDP numbers no places: the same names and point are the same place."""
        adm_2 = self.fields.text("adm_2")
        named = self.fields.text("where_coordinates") or adm_2 or self.adm_1 or country_of(self.country).name
        return place_of(UCDP, (named, self.adm_1, adm_2), self.country, (self.latitude, self.longitude), self.cited)

    def _conflict(self) -> ConflictFact | None:
        number, name = self.fields.text("conflict_new_id"), self.fields.text("conflict_name")
        if not (number and name):
            return None
        return ConflictFact.model_construct(id=f"ucdp-conflict-{number.removesuffix('.0')}", name=name)

    def _date_precision(self) -> DatePrecision:
        """The codebook's; where it says a day of an interval, or nothing, the interval itself decides."""
        given = DATED.get(self.date_prec or 0)
        if self.start == self.end:
            return given or DatePrecision.DAY
        return DatePrecision.DAYS if given in (None, DatePrecision.DAY) else given

    def _articles(self) -> list[CitationFact]:
        """The articles that UCDP read, in its own words; they stay citation text of the dataset, not sources."""
        locator = f"event {self.ucdp_id}, source_article"
        return [
            self._citation(locator, quote[:LONGEST_QUOTE].strip())
            for quote in split_articles(self.fields.text("source_article"))
        ]

    def _involvements(self) -> tuple[InvolvementFact, ...]:
        """Sides have no direction, except where one of them attacked civilians."""
        one_sided = self.type == ONE_SIDED
        roles = (
            {"side_a": Role.INITIATOR, "side_b": Role.TARGET}
            if one_sided
            else {"side_a": Role.SIDE_A, "side_b": Role.SIDE_B}
        )
        return tuple(involvement_of(actor, roles[side], self.cited) for side, actor in self.sides.items())

    def _total(self) -> CasualtyClaimFact:
        """The estimate of all deaths. A best of 0 says that no reliable number exists, never that nobody died."""
        low, best, high = self.low or 0, self.best or 0, self.high or 0
        value = best or None
        bounds = Bounds(low, high)
        if low == best == high == 0:
            qualifier, bounds = Qualifier.UNKNOWN, Bounds(None, None)
        elif low <= (value if value is not None else low) <= high:
            qualifier = Qualifier.RANGE
        else:
            qualifier, value = Qualifier.DISORDERED, best
        return self._claim("killed", f"low {low}, best {best}, high {high}", qualifier, value, bounds, _ALL)

    def _parts(self) -> list[CasualtyClaimFact]:
        """The dead of each side, not those it killed. A part of 0 is no claim: they may be among the unknown."""
        claims = []
        for part, number in self.dead_of.items():
            if number:
                name, status, side = PARTS[part]
                actor = self.sides[side] if side else None
                if actor and actor.kind is ActorKind.STATE:
                    status = VictimStatus.ARMED_FORCES
                of_whom = f"{name}: {actor.name}" if actor else name
                victims = VictimsFact.model_construct(
                    scope=VictimScope.GROUP, description=of_whom, status=status, actor=actor.id if actor else None
                )
                suffix = f"killed-{part.removeprefix('deaths_').replace('_', '-')}"
                claims.append(
                    self._claim(suffix, f"{part} {number}", Qualifier.CODED, number, Bounds(None, None), victims)
                )
        return claims

    def _claim(
        self,
        suffix: str,
        wording: str,
        qualifier: Qualifier,
        value: int | None,
        bounds: Bounds,
        victims: VictimsFact,
    ) -> CasualtyClaimFact:
        count = (wording, qualifier, value)
        return killed_claim_of(f"ucdp-{self.ucdp_id}.{suffix}", UCDP, count, bounds, victims, self.cited)

    def _external_ids(self) -> tuple[ExternalIdFact, ...]:
        ids = {"ucdp-ged": str(self.ucdp_id), "ucdp-ged-relid": self.fields.text("relid")}
        return tuple(
            ExternalIdFact.model_construct(scheme=scheme, value=value) for scheme, value in ids.items() if value
        )

    def _review_status(self) -> tuple[ReviewStatus, ...]:
        """UCDP's own doubts, and bounds that are printed out of order (a best of 0 below its low included)."""
        code = (self.fields.text("code_status") or "").casefold()
        flags = [REVIEWED[code]] if code in REVIEWED else []
        if not (self.low or 0) <= (self.best or 0) <= (self.high or 0):
            flags.append(ReviewStatus.DISORDERED_BOUNDS)
        return tuple(flags)

    def _codes(self) -> DatasetCodesFact:
        """The dataset's own codes; -1 sources means that the number is missing."""
        sources = self.fields.whole("number_of_sources")
        return DatasetCodesFact.model_construct(
            code_status=self.fields.text("code_status"),
            event_clarity=self.fields.whole("event_clarity"),
            where_prec=self.where_prec,
            date_prec=self.date_prec,
            number_of_sources=sources if sources is not None and sources >= 0 else None,
            country=self.fields.text("country"),
            country_id=self.country_id,
        )


_ALL = VictimsFact.model_construct(scope=VictimScope.ALL, description="all deaths in the event, by UCDP's estimate")


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
