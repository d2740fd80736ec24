"""The rule `envelope`: what the claims on one event and one outcome say together, without merging them.

Pure: claims in, one figure out. The rule is written out in docs/methodology.md; its table is this module's test.
It is about one outcome of one event: killed, injured, detained and missing are never added together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, Literal

from app.counts import OFFERING
from app.vocabulary import AgeGroup, Qualifier, Sex, Standing, VictimScope, VictimStatus

RULE: Final = "envelope"
# Raised when the same claims begin to give another figure.
RULE_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Claim:
    """What the rule needs to know of a casualty claim. `voice` is the claimant, or the source where none is named."""

    id: str
    voice: str
    qualifier: Qualifier
    value: int | None
    low: int | None
    high: int | None
    scope: VictimScope
    description: str
    status: VictimStatus = VictimStatus.UNKNOWN
    sex: Sex = Sex.UNKNOWN
    age_group: AgeGroup = AgeGroup.UNKNOWN
    actor: str | None = None
    part_of_group: str | None = None
    standing: Standing = Standing.IN_FORCE

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
        return (None, None) if self.qualifier is Qualifier.DISORDERED else (self.low, self.high)

    @property
    def highest(self) -> int | None:
        """The largest number that the claim states or implies: 9 for "fewer than 10", 86 for "over 85"."""
        numbers = [self.low, self.high]
        if self.qualifier is not Qualifier.FEWER_THAN:
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
    status_disputed: bool


def envelope(claims: Iterable[Claim]) -> Figure:
    """The figure for claims on one outcome of one event, in any order.

    `claims` counts those that the figure was derived from: in force and stating a number. A superseded or retracted
    claim leaves the figure; another claimant's later one supersedes nothing.
    """
    in_force = [claim for claim in claims if claim.standing is Standing.IN_FORCE]
    stated = [claim for claim in in_force if claim.states_a_number]
    totals = [claim for claim in stated if claim.scope is VictimScope.ALL]
    groups = _groups_of(stated, {claim.id: claim for claim in in_force})
    if totals:
        figure = _figure_of_totals(totals, groups)
    elif groups:
        figure = _figure_of_groups(groups)
    else:
        figure = Figure(None, None, None, None, None, 0, disputed=False, status_disputed=False)
    same_victims = [totals, *(group.claims for group in groups)]
    disputed = any(_exclude_one_another(a, b) for claims in same_victims for a, b in combinations(claims, 2))
    return replace(
        figure,
        claims=len(stated),
        disputed=disputed or figure.disputed,
        status_disputed=_claimants_differ_on_status(in_force),
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
    return Figure(low, best, high, highest, "total", len(totals), disputed=disputed, status_disputed=False)


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
    return Figure(low, best, None, highest, "groups", len(groups), disputed=disputed, status_disputed=False)


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
        if claim.scope is VictimScope.GROUP:
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
    if claim.scope is VictimScope.ALL:
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


def _claimants_differ_on_status(claims: Sequence[Claim]) -> bool:
    return any(
        a.voice != b.voice
        and _victims_but_status(a) == _victims_but_status(b)
        and a.status is not b.status
        and VictimStatus.UNKNOWN not in (a.status, b.status)
        for a, b in combinations(claims, 2)
    )


def _best(claims: Sequence[Claim]) -> int | None:
    """The number offered, where all that offer one offer the same and every claim's bounds allow it."""
    offered = {claim.offered for claim in claims if claim.offered is not None}
    if len(offered) != 1:
        return None
    (number,) = offered
    return number if all(claim.allows(number) for claim in claims) else None


def _states_differently(a: VictimStatus | Sex | AgeGroup, b: VictimStatus | Sex | AgeGroup) -> bool:
    return a != b and not {a.value, b.value} & {"mixed", "unknown"}


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
