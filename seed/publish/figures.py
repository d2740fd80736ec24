"""What an event adds to statistics: its groups, its figures, and which of them its parts are counted in stead of.

Pure: reads rendered documents, or the same as JSON, and writes no database.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from app.envelope import Claim, envelope
from app.models import ANY, NOBODY, SEVERAL
from app.vocabulary import AgeGroup, Attribution, Outcome, Qualifier, Sex, Standing, VictimScope, VictimStatus
from seed.publish.terms import day_of, in_order, negated

Document = Mapping[str, Any]
# Low, best (else low), whether that is the low, high, highest stated, and whether it is disputed.
Summed = tuple[int | None, int | None, int, int | None, int | None, int]
NumberOf = Callable[[str, str], int]

_DENIED = Attribution.DENIED.value
OUTCOMES = tuple(outcome.value for outcome in Outcome)
NO_FIGURE: Summed = (None, None, 0, None, None, 0)


def as_summed(figure: Mapping[str, Any] | None) -> Summed:
    """A figure as it is added up: low and high as they stand in the document, best as `sort=killed` compares it."""
    if figure is None or figure["highest_stated"] is None:
        return NO_FIGURE
    low, best, high = figure["low"], figure["best"], figure["high"]
    from_low = best is None and low is not None
    sorted_by = in_order(low, best, high)[0] if from_low else best
    return low, sorted_by, int(from_low), high, figure["highest_stated"], int(figure["disputed"])


def mask_of(casualties: Mapping[str, Any]) -> int:
    """The outcomes that there are figures of, a bit for each."""
    mask = 0
    for place, outcome in enumerate(OUTCOMES):
        figure = casualties[outcome]
        if figure is not None and figure["highest_stated"] is not None:
            mask |= 1 << place
    return mask


def left_out_of(masks: Mapping[str, int], parts: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """For each event that has parts, the outcomes of which at least one of these, at any depth, has a figure."""
    left_out: dict[str, int] = {}
    for whole in parts:
        mask, met, waiting = 0, {whole}, list(parts[whole])
        while waiting:
            part = waiting.pop()
            if part not in met:
                met.add(part)
                mask |= masks.get(part, 0)
                waiting += parts.get(part, ())
        left_out[whole] = mask
    return left_out


def times_of(first: date | None, last: date | None) -> tuple[int | None, int, int | None]:
    """The month since the year 0 of an event's first day, that day as a sort key, and its last day that is known."""
    start, end = day_of(first), day_of(last)
    month = None if first is None else first.year * 12 + first.month - 1
    return month, negated(start), end if end is not None else start


def groups_of(document: Document, cited: Collection[str], number_of: NumberOf) -> tuple[int | None, ...]:
    """Country, admin1, event_type, sub_event_type, type_of_violence, actor, claimant and source of an event, as terms;
    None where it has none, `SEVERAL` where it has more than one.
    """
    places = document["locations"]
    claimants = claimants_of(document)
    return (
        _one("country", {place["country"]["iso2"] for place in places if place["country"]}, number_of),
        _one("admin1", {place["admin1"] for place in places if place["admin1"]}, number_of),
        *(
            None if document[kind] is None else number_of(kind, str(document[kind]))
            for kind in ("event_type", "sub_event_type", "type_of_violence")
        ),
        _one("actor", actors_of(document), number_of),
        SEVERAL if claimants and _has_unnamed(document) else _one("claimant", claimants, number_of),
        _one("source", cited, number_of),
    )


def _one(kind: str, values: Collection[str], number_of: NumberOf) -> int | None:
    if len(values) > 1:
        return SEVERAL
    return number_of(kind, next(iter(values))) if values else None


def actors_of(document: Document) -> set[str]:
    """The actors of an event; a denial is no involvement (docs/methodology.md)."""
    return {actor["id"] for actor in document["actors"] if actor["attribution"] != _DENIED}


def claimants_of(document: Document) -> set[str]:
    """Who made a casualty claim on the event or stated a count, as the filter `claimant` finds it."""
    stated = (*document["casualty_claims"], *document["reported_counts"])
    return {row["claimant"]["id"] for row in stated if row["claimant"]}


def _has_unnamed(document: Document) -> bool:
    return any(not claim["claimant"] for claim in document["casualty_claims"])


def regions_of(document: Document, number_of: NumberOf) -> Iterator[tuple[int, int]]:
    """The country and first-level unit of each place of an event that lies in several; 0 where a place has none.

    A place that is only said to be somewhere in a country adds nothing where the event has a unit of it.
    """
    pairs = {
        (place["country"]["iso2"] if place["country"] else None, place["admin1"]) for place in document["locations"]
    }
    with_unit = {country for country, admin1 in pairs if admin1}
    for country, admin1 in sorted(pairs, key=lambda pair: (pair[0] or "", pair[1] or "")):
        is_vaguer = admin1 is None and (country in with_unit or (country is None and len(pairs) > 1))
        if not is_vaguer:
            yield number_of("country", country) if country else 0, number_of("admin1", admin1) if admin1 else 0


def own_figures_of(
    document: Document, cited: Collection[str], number_of: NumberOf
) -> Iterator[tuple[int, int, int, int, *tuple[int | None, ...]]]:
    """What stands in an event's own figures: claimant, source, outcome, mask, and the figure as it is added up."""
    mask = mask_of(document["casualties"])
    for place, outcome in enumerate(OUTCOMES[1:], start=1):
        if mask >> place & 1:
            yield ANY, ANY, place, mask, *as_summed(document["casualties"][outcome])
    claimants: list[str | None] = [*sorted(claimants_of(document))]
    if not claimants or _has_unnamed(document):
        claimants.append(None)
    sources = sorted(cited)
    if len(claimants) == len(sources) == 1:
        return
    for claimant in claimants:
        named = NOBODY if claimant is None else number_of("claimant", claimant)
        if len(claimants) > 1:
            yield from _own(document, named, ANY, claimants={claimant})
        for source in sources:
            yield from _own(document, named, number_of("source", source), claimants={claimant}, source_id=source)
    for source in sources if len(sources) > 1 else ():
        yield from _own(document, ANY, number_of("source", source), source_id=source)


def _own(
    document: Document,
    claimant: int,
    source: int,
    *,
    claimants: Collection[str | None] | None = None,
    source_id: str | None = None,
) -> Iterator[tuple[int, int, int, int, *tuple[int | None, ...]]]:
    """What one claimant or one source says itself: of the killed always, of other outcomes where it says something."""
    figures = {
        outcome: figure_of_claims(document, outcome, claimants, source_id)
        for outcome in OUTCOMES
        if document["casualties"][outcome] is not None
    }
    casualties = {outcome: figures.get(outcome) for outcome in OUTCOMES}
    mask = mask_of(casualties)
    for place, outcome in enumerate(OUTCOMES):
        if place == 0 or mask >> place & 1:
            yield claimant, source, place, mask, *as_summed(casualties[outcome])


def figure_of_claims(
    document: Document, outcome: str, claimants: Collection[str | None] | None = None, source: str | None = None
) -> dict[str, Any]:
    """What the claims of these claimants, and those cited to this source, say together of an outcome, by the rule."""
    source_of = {note["id"]: note["source"]["id"] for note in document["citations"]}
    claims = []
    for claim in document["casualty_claims"]:
        named = claim["claimant"]["id"] if claim["claimant"] else None
        sources = [source_of[note] for note in claim["citations"]]
        is_theirs = (claimants is None or named in claimants) and (source is None or source in sources)
        if claim["outcome"] == outcome and is_theirs:
            claims.append(_as_rule_sees_it(claim, named or f"source:{sources[0]}"))
    figure = envelope(claims)
    return {
        "low": figure.low,
        "best": figure.best,
        "high": figure.high,
        "highest_stated": figure.highest_stated,
        "disputed": figure.disputed,
    }


def _as_rule_sees_it(claim: Mapping[str, Any], voice: str) -> Claim:
    victims = claim["victims"]
    return Claim(
        claim["id"],
        voice,
        Qualifier(claim["qualifier"]),
        claim["value"],
        claim["low"],
        claim["high"],
        VictimScope(victims["scope"]),
        victims["description"],
        VictimStatus(victims["status"]),
        Sex(victims["sex"]),
        AgeGroup(victims["age_group"]),
        victims["actor"],
        victims["part_of_group"],
        Standing(claim["standing"]),
    )
