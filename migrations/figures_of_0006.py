"""How revision 0006 reads what an event adds to statistics from its document, as publishing did at that time.

A copy: what publishing does may change, a migration may not. It imports nothing of the program.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import Any, Literal

UNKNOWN_LAST = 2**31 - 1
SEVERAL = ANY = -1
NOBODY = 0
OFFERING = frozenset({"exact", "about", "range", "coded", "disordered"})


@dataclass(frozen=True, slots=True)
class Claim:
    """What the rule needs to know of a casualty claim. `voice` is the claimant, or the source where none is named."""

    id: str
    voice: str
    qualifier: str
    value: int | None
    low: int | None
    high: int | None
    scope: str
    description: str
    status: str = "unknown"
    sex: str = "unknown"
    age_group: str = "unknown"
    actor: str | None = None
    part_of_group: str | None = None
    standing: str = "in_force"

    @property
    def states_a_number(self) -> bool:
        return not (self.value is self.low is self.high is None)

    @property
    def offered(self) -> int | None:
        """The number that the claim offers as *the* number; None where it only bounds it."""
        return self.value if self.qualifier in OFFERING else None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """The bounds that can exclude another claim; those printed out of order exclude nothing."""
        return (None, None) if self.qualifier == "disordered" else (self.low, self.high)

    @property
    def highest(self) -> int | None:
        """The largest number that the claim states or implies: 9 for "fewer than 10", 86 for "over 85"."""
        numbers = [self.low, self.high]
        if self.qualifier != "fewer_than":
            numbers.append(self.value)
        return max((number for number in numbers if number is not None), default=None)

    def allows(self, number: int) -> bool:
        low, high = self.bounds
        return (low is None or number >= low) and (high is None or number <= high)


@dataclass(frozen=True, slots=True)
class Figure:
    """What the claims say together, in people. None is unknown, never 0."""

    low: int | None
    best: int | None
    high: int | None
    highest_stated: int | None
    basis: Literal["total", "groups"] | None
    claims: int
    disputed: bool


def envelope(claims: Iterable[Claim]) -> Figure:
    """The figure for claims on one outcome of one event, in any order.

    `claims` counts those that the figure was derived from: in force and stating a number. A superseded or retracted
    claim leaves the figure; another claimant's later one supersedes nothing.
    """
    in_force = [claim for claim in claims if claim.standing == "in_force"]
    stated = [claim for claim in in_force if claim.states_a_number]
    totals = [claim for claim in stated if claim.scope == "all"]
    groups = _groups_of(stated, {claim.id: claim for claim in in_force})
    if totals:
        figure = _figure_of_totals(totals, groups)
    elif groups:
        figure = _figure_of_groups(groups)
    else:
        figure = Figure(None, None, None, None, None, 0, disputed=False)
    same_victims = [totals, *(group.claims for group in groups)]
    disputed = any(_exclude_one_another(a, b) for claims in same_victims for a, b in combinations(claims, 2))
    return replace(
        figure,
        claims=len(stated),
        disputed=disputed or figure.disputed,
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """The claims about the same victims: described alike, with the same attributes, as part of the same group.

    `wholes` are the claims in force on the groups that these victims are a part of, the next larger one first;
    `is_part` holds for a part of a group even where no claim on that group is in force.
    """

    claims: tuple[Claim, ...]
    wholes: tuple[Claim, ...]

    @property
    def is_part(self) -> bool:
        return self.any.part_of_group is not None

    @property
    def any(self) -> Claim:
        return self.claims[0]

    @property
    def low(self) -> int | None:
        return _lowest(claim.low for claim in self.claims)

    @property
    def best(self) -> int | None:
        return _best(self.claims)

    @property
    def highest(self) -> int | None:
        return _highest(claim.highest for claim in self.claims)

    @property
    def voices(self) -> frozenset[str]:
        return frozenset(claim.voice for claim in self.claims)

    def cannot_overlap(self, other: "_Group") -> bool:
        """Whether both state the same attribute differently, so that nobody is counted in both.

        Who is a civilian is the claimant's word: one claimant's civilians may be another's fighters, so a difference
        of status keeps two groups apart only where a single claimant states both.
        """
        mine, theirs = self.any, other.any
        apart = _states_differently(mine.sex, theirs.sex) or _states_differently(mine.age_group, theirs.age_group)
        one_says_both = bool(self.voices & other.voices)
        return apart or (one_says_both and _states_differently(mine.status, theirs.status))


def _figure_of_totals(totals: Sequence[Claim], groups: Sequence[_Group]) -> Figure:
    """Where someone counts everybody, a group's claim changes nothing; at most it contradicts."""
    low, high, best = _lowest(claim.low for claim in totals), _high_if_all_have_one(totals), _best(totals)
    highest = _highest([*(claim.highest for claim in totals), _highest_of_groups(groups)])
    larger = [claim for group in groups for claim in group.claims if all(_exceeds(claim, total) for total in totals)]
    if larger:
        best = high = None
    disputed = any(claim.voice != total.voice for claim in larger for total in totals)
    return Figure(low, best, high, highest, "total", len(totals), disputed=disputed)


def _figure_of_groups(groups: Sequence[_Group]) -> Figure:
    """Where nobody counts everybody: groups are added only where they cannot overlap, and `high` stays open."""
    # A part whose whole states no number ("dozens of civilians, 3 of them children") bounds it from below only.
    wholes = [group for group in groups if not any(whole.states_a_number for whole in group.wholes)]
    if all(a.cannot_overlap(b) for a, b in combinations(wholes, 2)):
        low, best = _sum_of_known(group.low for group in wholes), _sum_if_all_known(group.best for group in wholes)
    else:
        low, best = _highest(group.low for group in wholes), None
    larger = [
        (claim, whole) for group in groups for claim in group.claims for whole in group.wholes if _exceeds(claim, whole)
    ]
    if larger or any(group.is_part for group in wholes):
        best = None
    disputed = any(part.voice != whole.voice for part, whole in larger)
    highest = _highest_of_groups(groups)
    return Figure(low, best, None, highest, "groups", len(groups), disputed=disputed)


def _highest_of_groups(groups: Sequence[_Group]) -> int | None:
    """The largest number that one group, or groups of which nobody is in two, are said to have. A part is not added."""
    apart = [group for group in groups if not any(whole.states_a_number for whole in group.wholes)]
    return _highest([*(group.highest for group in groups), _largest_sum(apart)])


def _largest_sum(groups: Sequence[_Group]) -> int | None:
    """The largest sum of groups of which none overlaps another. Tries every choice: an event has few groups."""
    if all(a.cannot_overlap(b) for a, b in combinations(groups, 2)):
        return _sum_of_known(group.highest for group in groups)
    first, *others = groups
    beside_first = _largest_sum([group for group in others if first.cannot_overlap(group)])
    return _highest([_sum_of_known([first.highest, beside_first]), _largest_sum(others)])


def _exceeds(part: Claim, whole: Claim) -> bool:
    """Whether fewer are stated of all than of a part of them."""
    low, high = part.bounds[0], whole.bounds[1]
    return low is not None and high is not None and low > high


def _groups_of(stated: Sequence[Claim], in_force: Mapping[str, Claim]) -> list[_Group]:
    by_victims: dict[tuple[object, ...], list[Claim]] = {}
    for claim in sorted(stated, key=lambda claim: claim.id):
        if claim.scope == "group":
            # Two claimants' parts are the same victims where their wholes are, whatever the wholes' ids.
            chain = [claim, *_wholes_of(claim, in_force)]
            victims = tuple((*_victims_but_status(link), link.status) for link in chain)
            by_victims.setdefault((*victims, chain[-1].part_of_group), []).append(claim)
    return [
        _Group(tuple(claims), tuple(whole for claim in claims for whole in _wholes_of(claim, in_force)))
        for claims in by_victims.values()
    ]


def _wholes_of(claim: Claim, in_force: Mapping[str, Claim]) -> list[Claim]:
    """The claims in force on the groups that a claim's victims are a part of, the next larger one first."""
    chain = [claim]
    while (whole := in_force.get(chain[-1].part_of_group or "")) is not None and whole not in chain:
        chain.append(whole)
    return chain[1:]


def _victims_but_status(claim: Claim) -> tuple[object, ...]:
    if claim.scope == "all":
        return (claim.scope,)
    return (
        claim.scope,
        claim.actor,
        claim.sex,
        claim.age_group,
        " ".join(claim.description.casefold().split()),
    )


def _exclude_one_another(a: Claim, b: Claim) -> bool:
    """Whether two claims about the same victims, by different voices, cannot both be right."""
    if a.voice == b.voice:
        return False
    (a_low, a_high), (b_low, b_high) = a.bounds, b.bounds
    apart = (a_low is not None and b_high is not None and a_low > b_high) or (
        b_low is not None and a_high is not None and b_low > a_high
    )
    return apart or _offers_outside(a, b) or _offers_outside(b, a)


def _offers_outside(a: Claim, b: Claim) -> bool:
    """Whether `a` offers a number without bounds that lies outside the bounds of `b`."""
    return a.offered is not None and a.bounds == (None, None) and not b.allows(a.offered)


def _best(claims: Sequence[Claim]) -> int | None:
    """The number offered, where all that offer one offer the same and every claim's bounds allow it."""
    offered = {claim.offered for claim in claims if claim.offered is not None}
    if len(offered) != 1:
        return None
    (number,) = offered
    return number if all(claim.allows(number) for claim in claims) else None


def _states_differently(a: str, b: str) -> bool:
    return a != b and not {a, b} & {"mixed", "unknown"}


def _high_if_all_have_one(claims: Sequence[Claim]) -> int | None:
    highs = [claim.high for claim in claims]
    return None if None in highs else _highest(highs)


def _lowest(numbers: Iterable[int | None]) -> int | None:
    return min((number for number in numbers if number is not None), default=None)


def _highest(numbers: Iterable[int | None]) -> int | None:
    return max((number for number in numbers if number is not None), default=None)


def _sum_of_known(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _sum_if_all_known(numbers: Iterable[int | None]) -> int | None:
    known = list(numbers)
    return None if None in known else sum(number for number in known if number is not None)


Document = Mapping[str, Any]
# Low, best (else low), whether that is the low, high, highest stated, and whether it is disputed.
Summed = tuple[int | None, int | None, int, int | None, int | None, int]
NumberOf = Callable[[str, str], int]

OUTCOMES = ("killed", "injured", "detained", "abducted", "missing")
NO_FIGURE: Summed = (None, None, 0, None, None, 0)


def as_summed(figure: Mapping[str, Any] | None) -> Summed:
    """A figure as it is added up: low and high as they stand in the document, best as `sort=killed` compares it."""
    if figure is None or figure["highest_stated"] is None:
        return NO_FIGURE
    low, best, high = figure["low"], figure["best"], figure["high"]
    from_low = best is None and low is not None
    sorted_by = min(number for number in (low, high) if number is not None) if from_low else best
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
    start, end = (day.toordinal() if day else None for day in (first, last))
    month = None if first is None else first.year * 12 + first.month - 1
    return month, UNKNOWN_LAST if start is None else -start, end if end is not None else start


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
    return {actor["id"] for actor in document["actors"] if actor["attribution"] != "denied"}


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
        claim["qualifier"],
        claim["value"],
        claim["low"],
        claim["high"],
        victims["scope"],
        victims["description"],
        victims["status"],
        victims["sex"],
        victims["age_group"],
        victims["actor"],
        victims["part_of_group"],
        claim["standing"],
    )
