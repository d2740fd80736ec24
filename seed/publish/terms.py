"""What the published side keeps beside an event's document, so that filters and sorts never open it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.counts import OFFERING
from app.models import UNKNOWN_LAST
from app.vocabulary import Outcome, Standing

Document = Mapping[str, Any]
# A member of an enumeration is slow to look up, for what each event asks.
_KILLED, _IN_FORCE = Outcome.KILLED.value, Standing.IN_FORCE.value
# The filter, and the value that events are filtered by.
Terms = set[tuple[str, str]]


def day_of(value: date | None) -> int | None:
    """A day as the published side counts it."""
    return value.toordinal() if value else None


def negated(number: int | None) -> int:
    """A sort key: the largest first, an unknown last."""
    return UNKNOWN_LAST if number is None else -number


def killed_of(document: Document) -> tuple[int | None, int | None, int | None]:
    """Low, best and high of the killed as filters compare them."""
    figure = document["casualties"]["killed"]
    return in_order(figure["low"], figure["best"], figure["high"]) if figure else (None, None, None)


def in_order(low: int | None, best: int | None, high: int | None) -> tuple[int | None, int | None, int | None]:
    """A figure as filters compare it: bounds that stand in the document as they were printed, out of order, are put
    around all three, so that nobody who asks for at most 0 killed is shown someone who died.
    """
    if low is not None and high is not None and low <= (low if best is None else best) <= high:
        return low, best, high  # as almost every figure stands
    known = [number for number in (low, best, high) if number is not None]
    return (min(known) if low is not None else None, best, max(known) if high is not None else None)


def event_terms(
    document: Document, cited: set[str], families: Mapping[str, str], within: Mapping[str, str | None]
) -> Terms:
    """The terms of an event. `within` gives what a location lies in; a filter on that finds the event too."""
    terms = {("source", source) for source in with_families(cited, families)}
    terms |= {("actor", actor["id"]) for actor in document["actors"]}
    for place in document["locations"]:
        terms.update(_terms_of_place(place, within))
    for row in (*document["casualty_claims"], *document["reported_counts"]):
        if row["claimant"]:
            terms.add(("claimant", row["claimant"]["id"]))
    terms |= {(kind, str(document[kind])) for kind in _SINGLE if document[kind] is not None}
    if document["conflict"]:
        terms.add(("conflict", document["conflict"]["id"]))
    if any(figure and figure["disputed"] for figure in document["casualties"].values()):
        terms.add(("disputed", "true"))
    if document["parts"]:
        terms.add(("level", "operation"))
    return terms


_SINGLE = ("event_type", "sub_event_type", "type_of_violence", "part_of")


def _terms_of_place(place: Document, within: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    for location in around(place["id"], within):
        yield "location", location
    if place["country"]:
        yield "country", place["country"]["iso2"]
    if place["admin1"]:
        yield "admin1", place["admin1"]


def around(place: str, within: Mapping[str, str | None]) -> Iterator[str]:
    """A location, and all that it lies within."""
    at: str | None = place
    while at is not None:
        yield at
        at = within.get(at)


def with_families(sources: set[str], families: Mapping[str, str]) -> set[str]:
    """The sources and the dataset families that they are releases of."""
    return sources | {families[source] for source in sources if source in families}


def claim_figures(claim: Document) -> tuple[int | None, int | None, int | None]:
    """Low, best and high of a claim as filters compare them; only what it says of the killed is compared as killed."""
    if claim["outcome"] != _KILLED or claim["standing"] != _IN_FORCE:
        return None, None, None
    return in_order(claim["low"], claim["value"] if claim["qualifier"] in OFFERING else None, claim["high"])
