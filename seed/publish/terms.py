"""What the published side keeps beside an event's document, so that filters and sorts never open it."""

from typing import Any

from app.counts import OFFERING
from app.models import FOREVER, UNKNOWN_LAST
from app.schemas.claims import ClaimInEvent
from app.schemas.events import CasualtyFigure, EventDocument
from app.vocabulary import Outcome, Standing

Row = dict[str, Any]


def event_columns(document: EventDocument) -> Row:
    """The single-valued columns of an event's document."""
    killed = document.casualties.killed
    low, best, high = in_order(killed.low, killed.best, killed.high) if killed else (None, None, None)
    start = document.date_start.toordinal() if document.date_start else None
    return {
        "id": document.id,
        **ranked("oldest", "newest", start),
        **ranked("fewest_killed", "most_killed", best if best is not None else low),
        "date_start": document.date_start,
        "date_end": document.date_end,
        "event_type": document.event_type,
        "sub_event_type": document.sub_event_type,
        "part_of": document.part_of,
        "conflict": document.conflict.id if document.conflict else None,
        "killed_low": low,
        "killed_best": best,
        "killed_high": high,
        "disputed": any(figure.disputed for figure in _figures(document)),
        "has_parts": bool(document.parts),
    }


def in_order(low: int | None, best: int | None, high: int | None) -> tuple[int | None, int | None, int | None]:
    """A figure as filters compare it: bounds that stand in the document as they were printed, out of order, are put
    around all three, so that nobody who asks for at most 0 killed is shown someone who died.
    """
    known = [number for number in (low, best, high) if number is not None]
    return (min(known) if low is not None else None, best, max(known) if high is not None else None)


def ranked(ascending: str, descending: str, number: int | None) -> Row:
    """A number's two sort keys, of which both sort ascending and neither is null."""
    return {
        f"by_{ascending}": UNKNOWN_LAST if number is None else number,
        f"by_{descending}": UNKNOWN_LAST if number is None else -number,
    }


def _figures(document: EventDocument) -> list[CasualtyFigure]:
    figures = (getattr(document.casualties, outcome.value) for outcome in Outcome)
    return [figure for figure in figures if figure is not None]


def event_terms(
    document: EventDocument, sources: set[str], families: dict[str, str], lies_in: dict[str, set[str]]
) -> set[tuple[str, str]]:
    """The many-valued terms of an event: (kind, value). `lies_in` gives a location and all that it lies within."""
    terms: set[tuple[str, str]] = set()
    for place in document.locations:
        terms |= {("location", location) for location in lies_in[place.id]}
        if place.country:
            terms.add(("country", place.country.iso2))
        if place.admin1:
            terms.add(("admin1", place.admin1))
    claimants = (row.claimant for row in (*document.casualty_claims, *document.reported_counts))
    terms |= {("claimant", claimant.id) for claimant in claimants if claimant}
    return terms | {("source", source) for source in with_families(sources, families)}


def with_families(sources: set[str], families: dict[str, str]) -> set[str]:
    """The sources and the dataset families that they are releases of."""
    return sources | {families[source] for source in sources if source in families}


def claim_columns(claim: ClaimInEvent, position: int) -> Row:
    """The columns of a claim's own entry; only what it says of the killed is compared as killed."""
    counts = claim.outcome is Outcome.KILLED and claim.standing is Standing.IN_FORCE
    best = claim.value if counts and claim.qualifier in OFFERING else None
    low, best, high = in_order(claim.low, best, claim.high) if counts else (None, None, None)
    return {
        "id": claim.id,
        "position": position,
        "outcome": claim.outcome,
        "claimant": claim.claimant.id if claim.claimant else None,
        "low": low,
        "best": best,
        "high": high,
        **ranked("fewest_killed", "most_killed", best if best is not None else low),
    }


def holds_from(release: int) -> Row:
    """The releases that a new document holds for: this one, until another replaces it."""
    return {"valid_from": release, "valid_until": FOREVER}
