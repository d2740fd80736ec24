"""Values in words: what a reader sees in place of codes, bounds and nulls. Unknown is a word, and never 0."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from app import vocabulary
from app.countries import country_of
from app.meanings import MEANINGS

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
UNKNOWN = "unknown"

ROLES: Mapping[str, str] = {
    "initiator": "began it",
    "target": "target",
    "side_a": "side A of the fighting",
    "side_b": "side B of the fighting",
    "party": "took part",
    "affected": "was struck",
    "associated": "associated with it",
}
DENIALS: Mapping[str, str] = {
    "initiator": "having begun it",
    "target": "having been a target",
    "side_a": "having fought, as side A",
    "side_b": "having fought, as side B",
    "party": "having taken part",
    "affected": "having been struck",
    "associated": "having been associated with it",
}
ATTRIBUTIONS: Mapping[str, str] = {
    "stated": "as the source states",
    "claimed": "by its own claim",
    "acknowledged": "acknowledged by it",
    "attributed": "attributed",
    "suspected": "suspected",
    "denied": "denied",
}
QUALIFIERS: Mapping[str, str] = {
    "exact": "as one number",
    "at_least": "as a lower bound",
    "more_than": "as a lower bound that was exceeded",
    "at_most": "as an upper bound",
    "fewer_than": "as an upper bound that was not reached",
    "about": "as an estimate; no bounds follow",
    "range": "as a range",
    "disordered": "with bounds out of order, kept as they are",
    "coded": "as a coder’s one number; no bounds follow",
    "vague": "in words without a number",
    "unknown": "as not known",
    "none_reported": "as none reported, which is not the same as none",
}
_VOCABULARIES: Mapping[str, type[StrEnum]] = {
    "precision": vocabulary.LocationPrecision,
    "date_precision": vocabulary.DatePrecision,
    "reporting": vocabulary.Reporting,
    "standing": vocabulary.Standing,
    "review_status": vocabulary.ReviewStatus,
    "change": vocabulary.ChangeKind,
    "reason": vocabulary.ChangeReason,
    "attribution": vocabulary.Attribution,
    "role": vocabulary.Role,
}


# Codes in which an underscore stands for more than a space.
_SPELT_OUT: Mapping[str, str] = {
    "explosions_remote_violence": "explosions or remote violence",
    "air_drone_strike": "air or drone strike",
    "shelling_artillery_missile_attack": "shelling, artillery or missile attack",
    "remote_explosive_landmine_ied": "remote explosive, landmine or improvised device",
    "abduction_forced_disappearance": "abduction or forced disappearance",
    "looting_property_destruction": "looting or destruction of property",
    "non_state_actor_overtakes_territory": "non-state actor overtakes territory",
    "non_violent_transfer_of_territory": "non-violent transfer of territory",
    "state_based": "state-based",
    "non_state": "non-state",
    "one_sided": "one-sided",
    "admin1": "first-level unit",
    "admin2": "second-level unit",
}
PRECISIONS: Mapping[str, str] = {
    "exact": "the site itself",
    "settlement": "at the town or beside it",
    "near": "within 25 km of it",
    "admin2": "known to the district only",
    "admin1": "known to the province only",
    "area": "known to a wide area or a line only",
    "country": "known to the country only",
    "water_or_air": "in international waters or airspace",
}


def plain(word: object) -> str:
    """A code as words: `air_drone_strike` is `air or drone strike`."""
    text = str(word)
    return _SPELT_OUT.get(text) or text.replace("_", " ")


def meaning(list_name: str, word: str) -> str:
    """What a value of a closed list means; the value itself where it is not of that list."""
    return MEANINGS[_VOCABULARIES[list_name]].get(word, plain(word))


def country_name(code: str) -> str:
    """A country's short name by its alpha-2 code."""
    try:
        return country_of(code).name
    except KeyError:
        return code


def number(value: object) -> str:
    """A number with commas between its thousands, from five digits on; degrees as they are."""
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else str(value)


def day(text: str | None) -> str:
    """An ISO date as `2 February 2024`; a month or a year likewise, and what is none as it is."""
    if text is None:
        return UNKNOWN
    parts = text[:10].split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return text
    try:
        month = [MONTHS[int(parts[1]) - 1]] if len(parts) > 1 else []
    except IndexError:
        return text
    return " ".join([*(str(int(part)) for part in parts[2:]), *month, parts[0]])


def when(document: Mapping[str, Any]) -> str | None:
    """When an event was, in words; None where nothing is known."""
    first, last = document.get("date_start"), document.get("date_end")
    if first is None and last is None:
        return None
    if first is None or last is None:
        return f"from {day(first)} on; last day unknown" if first else f"until {day(last)}; first day unknown"
    return _span(date.fromisoformat(first), date.fromisoformat(last))


def _span(first: date, last: date) -> str:
    if first == last:
        return day(first.isoformat())
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last.isoformat())}"
    shown = f"{first.day} {MONTHS[first.month - 1]}" if first.year == last.year else day(first.isoformat())
    return f"{shown} – {day(last.isoformat())}"


def figure(figures: Mapping[str, Any] | None) -> str:
    """What the claims on one outcome say together, in words."""
    if figures is None:
        return UNKNOWN
    low, best, high = figures["low"], figures["best"], figures["high"]
    if best is not None and best == low == high:
        return number(best)
    if best is not None:
        return f"{number(best)}{_bounds(low, high, best)}"
    return bounds(low, high)


def bounds(low: int | None, high: int | None) -> str:
    """A number that is known by its bounds alone."""
    if low is None and high is None:
        return UNKNOWN
    if low is None:
        return f"at most {number(high)}"
    if high is None:
        return f"at least {number(low)}"
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def _bounds(low: int | None, high: int | None, best: int) -> str:
    if low is not None and high is not None:
        return f" (from {number(low)} to {number(high)})"
    if low is not None and low != best:
        return f" (at least {number(low)})"
    return f" (at most {number(high)})" if high is not None and high != best else ""


def says(claim: Mapping[str, Any]) -> str:
    """Who says a number."""
    claimant = claim.get("claimant")
    if claimant is not None:
        party = ", a party to the event" if claimant["is_party"] else ""
        return f"according to {claimant['name']}{party}"
    return "reportedly; the source names nobody" if claim.get("reporting") == "hedged" else "in the source’s own voice"


def victims(described: Mapping[str, Any]) -> str:
    """Who the victims were, as far as it is said."""
    known = [plain(described[name]) for name in ("status", "sex", "age_group") if described[name] != UNKNOWN]
    scope = "all victims" if described["scope"] == "all" else "a group of the victims"
    return "; ".join([scope, *known])


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 receipt`, `7 receipts`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"
