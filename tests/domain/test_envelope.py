"""The rule `envelope`: its table row by row, the prose around the table, and what holds for any claims at all."""

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.counts import OFFERING, WITHOUT_NUMBER, bounds_of
from app.envelope import Claim, Figure, envelope
from app.vocabulary import AgeGroup, Qualifier, Sex, Standing, VictimScope, VictimStatus

# How the tables below print a count, and how it is read.
PRINTED: tuple[tuple[str, Qualifier], ...] = (
    (r"at least (\d+)", Qualifier.AT_LEAST),
    (r"over (\d+)", Qualifier.MORE_THAN),
    (r"up to (\d+)", Qualifier.AT_MOST),
    (r"fewer than (\d+)", Qualifier.FEWER_THAN),
    (r"about (\d+)", Qualifier.ABOUT),
    (r"ACLED (\d+)", Qualifier.CODED),
    (r"(\d+)", Qualifier.EXACT),
    (r"no one was killed", Qualifier.EXACT),
    (r"dozens", Qualifier.VAGUE),
    (r"casualties unknown", Qualifier.UNKNOWN),
    (r"none reported", Qualifier.NONE_REPORTED),
)
GROUPS: dict[str, VictimStatus] = {
    "members": VictimStatus.MIXED,
    "civilians": VictimStatus.CIVILIAN,
    "fighters": VictimStatus.ARMED_GROUP_MEMBER,
    "people": VictimStatus.UNKNOWN,
    "women": VictimStatus.UNKNOWN,
    "men": VictimStatus.UNKNOWN,
    "children": VictimStatus.UNKNOWN,
}
SEXES = {"women": Sex.FEMALE, "men": Sex.MALE}


def claims_of(text: str) -> list[Claim]:
    """The claims that a row prints: `at least 18 (A); 5 civilians (B); 3 children of 2 (B)`.

    A word of `GROUPS` makes it a claim about a group; `of 2` makes that a part of the second claim's group.
    """
    return [claim_of(number, part.strip()) for number, part in enumerate(text.split(";"), start=1)]


def claim_of(number: int, text: str) -> Claim:
    matched = re.fullmatch(
        r"(?P<count>.+?)(?: (?P<group>[a-z]+))?(?: of (?P<whole>\d+))?(?: \((?P<voice>\w+)\))?", text
    )
    assert matched, text
    count, group = matched["count"], matched["group"]
    if group not in GROUPS:
        count, group = (f"{count} {group}" if group else count), None
    return Claim(
        id=f"claim-{number}",
        voice=matched["voice"] or "A",
        scope=VictimScope.GROUP if group else VictimScope.ALL,
        description=group or "people",
        status=GROUPS[group] if group else VictimStatus.UNKNOWN,
        sex=SEXES.get(group or "", Sex.UNKNOWN),
        age_group=AgeGroup.CHILD if group == "children" else AgeGroup.UNKNOWN,
        part_of_group=f"claim-{matched['whole']}" if matched["whole"] else None,
        **count_of(count),
    )


def count_of(text: str) -> dict[str, Any]:
    """The members of a count, as `Claim` takes them."""
    value: int | None
    if numbers := re.fullmatch(r"low (\d+), best (\d+), high (\d+)", text):
        low, value, high = (int(number) for number in numbers.groups())
        qualifier = Qualifier.RANGE if low <= value <= high else Qualifier.DISORDERED
        return {"qualifier": qualifier, "value": value, "low": low, "high": high}
    if numbers := re.fullmatch(r"between (\d+) and (\d+)", text):
        return {"qualifier": Qualifier.RANGE, "value": None, "low": int(numbers[1]), "high": int(numbers[2])}
    for pattern, qualifier in PRINTED:
        if matched := re.fullmatch(pattern, text):
            value = int(matched[1]) if matched.groups() else 0 if qualifier is Qualifier.EXACT else None
            return {"qualifier": qualifier, "value": value, **asdict(bounds_of(qualifier, value))}
    raise ValueError(f"the tests cannot read {text!r}")


def row_of(figure: Figure) -> str:
    """A figure as the table prints it."""
    members = (figure.basis, figure.low, figure.best, figure.high, figure.highest_stated, figure.disputed)
    return " | ".join("null" if member is None else str(member).lower() for member in members)


# The table, as docs/methodology.md prints it: claims in force | basis | low | best | high | highest_stated | disputed
TABLE = """
at least 18                                 | total  | 18   | null | null | 18   | false
low 3, best 5, high 9                       | total  | 3    | 5    | 9    | 9    | false
up to 40                                    | total  | null | null | 40   | 40   | false
16 (A); at least 18 (B)                     | total  | 16   | null | null | 18   | true
at least 18 (A); 20 (B)                     | total  | 18   | 20   | null | 20   | false
12 (A); up to 40 (B)                        | total  | 12   | 12   | 40   | 40   | false
16 (A); about 30 (B)                        | total  | 16   | null | null | 30   | true
16 (A); 20 civilians (B)                    | total  | 16   | null | null | 20   | true
16 (A); 5 civilians (A)                     | total  | 16   | 16   | 16   | 16   | false
16 members (A)                              | groups | 16   | 16   | null | 16   | false
16 members (A); 5 civilians (B)             | groups | 16   | null | null | 16   | false
11 fighters (A); 5 civilians (A)            | groups | 16   | 16   | null | 16   | false
7 civilians (A); 3 children of 1 (A)        | groups | 7    | 7    | null | 7    | false
dozens (A); at least 18 (B)                 | total  | 18   | null | null | 18   | false
no one was killed (A); 3 (B)                | total  | 0    | null | 3    | 3    | true
ACLED 12                                    | total  | null | 12   | null | 12   | false
casualties unknown                          | null   | null | null | null | null | false
none reported                               | null   | null | null | null | null | false
"""
# What the table leaves to the prose.
FURTHER = """
fewer than 10                               | total  | null | null | 9    | 9    | false
over 85                                     | total  | 86   | null | null | 86   | false
between 10 and 15                           | total  | 10   | null | 15   | 15   | false
low 8, best 8, high 5                       | total  | 8    | 8    | 5    | 8    | false
about 30 (A); about 16 (B)                  | total  | null | null | null | 30   | false
at least 10 (A); up to 8 (B)                | total  | 10   | null | null | 10   | true
at least 5 (A); up to 8 (B)                 | total  | 5    | null | null | 8    | false
10 (A); 12 (B); between 5 and 15 (C)        | total  | 5    | null | 15   | 15   | true
16 (A); at least 18 (A)                     | total  | 16   | null | null | 18   | false
16 (A); 20 civilians (A)                    | total  | 16   | null | null | 20   | false
16 (A); 20 civilians (B); 5 civilians (C)   | total  | 16   | null | null | 20   | true
16 (A); 5 civilians (B); 9 civilians (C)    | total  | 16   | 16   | 16   | 16   | true
16 (A); up to 40 (B); 20 civilians (C)      | total  | 16   | 16   | 40   | 40   | false
16 (A); 11 fighters (B); 9 civilians (B)    | total  | 16   | 16   | 16   | 20   | false
low 8, best 8, high 5 (A); 6 civilians (B)  | total  | 8    | 8    | 5    | 8    | false
casualties unknown (A); 16 members (B)      | groups | 16   | 16   | null | 16   | false
11 fighters (A); 5 civilians (B)            | groups | 11   | null | null | 11   | false
4 men (A); 3 women (B)                      | groups | 7    | 7    | null | 7    | false
4 men (A); dozens women (A)                 | groups | 4    | 4    | null | 4    | false
4 men (A); at least 3 women (A)             | groups | 7    | null | null | 7    | false
11 fighters (A); 5 civilians (A); 8 women   | groups | 11   | null | null | 16   | false
16 members (A); 18 members (B)              | groups | 16   | null | null | 18   | true
16 members (A); 16 members (B)              | groups | 16   | 16   | null | 16   | false
16 members (A); at least 10 members (B)     | groups | 10   | 16   | null | 16   | false
7 civilians; about 9 children of 1          | groups | 7    | 7    | null | 9    | false
7 civilians (A); 9 children of 1 (B)        | groups | 7    | null | null | 9    | true
7 civilians (A); 9 children of 1 (A)        | groups | 7    | null | null | 9    | false
dozens civilians; 3 children of 1           | groups | 3    | null | null | 3    | false
7 civilians; dozens children of 1; 2 women of 2 | groups | 7 | 7   | null | 7    | false
7 civilians (A); 7 civilians (B); 3 children of 1 (A); 5 children of 2 (B) | groups | 7 | 7 | null | 7 | true
"""


def rows(table: str) -> list[tuple[str, str]]:
    cells = [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]
    return [(claims, " | ".join(expected)) for claims, *expected in cells]


@pytest.mark.parametrize(("claims", "expected"), rows(TABLE))
def test_a_row_of_the_table_when_derived_then_it_is_as_printed(claims: str, expected: str) -> None:
    assert row_of(envelope(claims_of(claims))) == expected


@pytest.mark.parametrize(("claims", "expected"), rows(FURTHER))
def test_a_case_of_the_prose_when_derived_then_it_is_as_written(claims: str, expected: str) -> None:
    assert row_of(envelope(claims_of(claims))) == expected


# The prose


def test_claims_when_none_is_made_then_nothing_is_known() -> None:
    nothing = Figure(None, None, None, None, None, 0, disputed=False, status_disputed=False)
    assert envelope([]) == nothing
    assert envelope(claims_of("casualties unknown (A); none reported (B); dozens (C)")) == nothing


def test_claims_when_counted_then_those_in_force_that_state_a_number() -> None:
    retracted = replace(claims_of("40 (C)")[0], id="retracted", standing=Standing.RETRACTED)
    assert envelope([*claims_of("16 (A); 5 civilians (B); dozens (C)"), retracted]).claims == 2


@pytest.mark.parametrize("standing", [Standing.SUPERSEDED, Standing.RETRACTED])
def test_a_claim_when_it_is_no_longer_upheld_then_it_leaves_the_figure(standing: Standing) -> None:
    earlier, later = claims_of("30 (A); 16 (A)")
    assert row_of(envelope([replace(earlier, standing=standing), later])) == "total | 16 | 16 | 16 | 16 | false"


def test_another_claimants_later_figure_when_it_comes_then_it_supersedes_nothing() -> None:
    assert envelope(claims_of("16 (A); 20 (B)")).low == 16


def test_a_number_offered_without_bounds_when_it_lies_outside_anothers_then_it_disputes() -> None:
    assert envelope(claims_of("ACLED 12 (A); at least 18 (B)")).disputed
    assert not envelope(claims_of("ACLED 20 (A); at least 18 (B)")).disputed


def test_bounds_printed_out_of_order_when_held_against_others_then_they_exclude_nothing() -> None:
    figure = envelope(claims_of("low 8, best 8, high 5 (A); 8 (B)"))
    assert (figure.best, figure.disputed) == (8, False)


def test_status_when_claimants_differ_on_the_same_victims_then_it_is_disputed() -> None:
    ours, theirs = claims_of("10 people (A); 10 people (B)")
    ours, theirs = replace(ours, status=VictimStatus.CIVILIAN), replace(theirs, status=VictimStatus.ARMED_GROUP_MEMBER)
    assert envelope([ours, theirs]).status_disputed
    assert not envelope([ours, replace(theirs, voice="A")]).status_disputed
    assert not envelope([ours, replace(theirs, status=VictimStatus.UNKNOWN)]).status_disputed
    assert not envelope([ours, replace(theirs, description="others")]).status_disputed
    assert not envelope([ours, replace(theirs, standing=Standing.RETRACTED)]).status_disputed


def test_status_when_claimants_differ_on_all_victims_then_it_is_disputed_and_the_figure_stands() -> None:
    ours, theirs = claims_of("10 (A); 10 (B)")
    ours, theirs = replace(ours, status=VictimStatus.CIVILIAN), replace(theirs, status=VictimStatus.ARMED_FORCES)
    figure = envelope([ours, theirs])
    assert (figure.best, figure.disputed, figure.status_disputed) == (10, False, True)


def test_status_when_two_claimants_state_one_each_then_the_groups_may_be_the_same_people() -> None:
    assert envelope(claims_of("11 fighters (A); 5 civilians (B)")).low == 11
    assert envelope(claims_of("11 fighters (A); 5 civilians (A)")).low == 16


def test_groups_when_described_alike_but_for_case_and_space_then_they_are_the_same() -> None:
    ours, theirs = claims_of("16 members (A); 16 members (B)")
    assert envelope([ours, replace(theirs, description="  Members ")]).best == 16


def test_groups_when_of_different_actors_then_they_may_overlap_as_one_may_be_part_of_the_other() -> None:
    ours, theirs = claims_of("16 people (A); 5 people (A)")
    figure = envelope([replace(ours, actor="forces"), replace(theirs, actor="brigade")])
    assert (figure.low, figure.best, figure.highest_stated) == (16, None, 16)


def test_a_part_when_its_whole_is_retracted_then_it_is_only_a_lower_bound() -> None:
    whole, part = claims_of("7 civilians; 3 children of 1")
    figure = envelope([replace(whole, standing=Standing.RETRACTED), part])
    assert (figure.low, figure.best, figure.highest_stated) == (3, None, 3)


def test_parts_when_they_go_in_a_circle_then_the_rule_still_ends() -> None:
    one, other = claims_of("7 civilians of 2; 3 children of 1")
    assert envelope([one, other]).highest_stated == 7


# What holds for any claims

VOICES = ("A", "B", "source:article")
numbers = st.integers(0, 60)


@st.composite
def counts(draw: st.DrawFn) -> dict[str, Any]:
    qualifier = draw(st.sampled_from(Qualifier))
    if qualifier in WITHOUT_NUMBER:
        return {"qualifier": qualifier, "value": None, "low": None, "high": None}
    if qualifier is Qualifier.RANGE:
        low, middle, high = sorted(draw(st.tuples(numbers, numbers, numbers)))
        return {"qualifier": qualifier, "value": draw(st.sampled_from([None, middle])), "low": low, "high": high}
    if qualifier is Qualifier.DISORDERED:
        low, value, high = draw(st.tuples(numbers, numbers, numbers).filter(lambda n: not n[0] <= n[1] <= n[2]))
        return {"qualifier": qualifier, "value": value, "low": low, "high": high}
    value = draw(st.integers(1, 60) if qualifier is Qualifier.FEWER_THAN else numbers)
    return {"qualifier": qualifier, "value": value, **asdict(bounds_of(qualifier, value))}


@st.composite
def claims(draw: st.DrawFn, scope: VictimScope | None = None, number: str = "", voice: str | None = None) -> Claim:
    asked = scope or draw(st.sampled_from(VictimScope))
    return Claim(
        id=f"claim-{number}",
        voice=voice or draw(st.sampled_from(VOICES)),
        scope=asked,
        description=draw(st.sampled_from(["people", "members"])),
        status=draw(st.sampled_from(VictimStatus)),
        sex=draw(st.sampled_from(Sex)),
        age_group=draw(st.sampled_from(AgeGroup)),
        actor=draw(st.sampled_from([None, "forces"])),
        standing=draw(st.sampled_from([Standing.IN_FORCE] * 3 + [Standing.SUPERSEDED, Standing.RETRACTED])),
        **draw(counts()),
    )


@st.composite
def some_claims(draw: st.DrawFn, scope: VictimScope | None = None, voice: str | None = None) -> list[Claim]:
    """Up to six claims; a group's claim may be about a part of an earlier one's group."""
    made: list[Claim] = []
    for number in range(draw(st.integers(0, 6))):
        claim = draw(claims(scope, str(number), voice))
        groups = [earlier.id for earlier in made if earlier.scope is VictimScope.GROUP]
        if claim.scope is VictimScope.GROUP and groups and draw(st.booleans()):
            claim = replace(claim, part_of_group=draw(st.sampled_from(groups)))
        made.append(claim)
    return made


def in_force(made: Sequence[Claim]) -> list[Claim]:
    return [claim for claim in made if claim.standing is Standing.IN_FORCE and claim.states_a_number]


def stated_numbers(claim: Claim) -> set[int]:
    """Every number that a claim states or implies."""
    return {number for number in (claim.value, claim.low, claim.high) if number is not None}


@given(some_claims(), st.randoms(use_true_random=False))
def test_claims_when_their_order_changes_then_nothing_does(made: list[Claim], random: Random) -> None:
    shuffled = list(made)
    random.shuffle(shuffled)
    assert envelope(shuffled) == envelope(made)


def test_claims_of_every_row_when_their_order_changes_then_nothing_does() -> None:
    for text, expected in [*rows(TABLE), *rows(FURTHER)]:
        assert {row_of(envelope(order)) for order in permutations(claims_of(text))} == {expected}


@given(some_claims(), claims(number="last"), st.sampled_from([Standing.SUPERSEDED, Standing.RETRACTED]))
def test_a_claim_that_is_not_in_force_when_added_then_it_changes_nothing(
    made: list[Claim], added: Claim, standing: Standing
) -> None:
    assert envelope([*made, replace(added, standing=standing)]) == envelope(made)


@given(some_claims())
def test_low_best_and_high_when_they_are_there_then_they_are_in_order(made: list[Claim]) -> None:
    assume(all(claim.qualifier is not Qualifier.DISORDERED for claim in made))
    figure = envelope(made)
    for smaller, larger in (
        (figure.low, figure.best),
        (figure.best, figure.high),
        (figure.low, figure.high),
        (figure.high, figure.highest_stated),
        (figure.low, figure.highest_stated),
    ):
        assert smaller is None or larger is None or smaller <= larger


@given(some_claims())
def test_best_when_there_is_one_then_it_was_offered_and_every_bound_of_a_total_allows_it(made: list[Claim]) -> None:
    figure = envelope(made)
    offered = {claim.value for claim in in_force(made) if claim.qualifier in OFFERING}
    if figure.best is None:
        return
    assert offered - {None}
    if figure.basis == "total":
        totals = [claim for claim in in_force(made) if claim.scope is VictimScope.ALL]
        assert figure.best in offered
        assert all(claim.allows(figure.best) for claim in totals)


@given(some_claims())
def test_best_when_nobody_offers_a_number_then_it_is_null(made: list[Claim]) -> None:
    bounding = [claim for claim in made if claim.offered is None]
    assert envelope(bounding).best is None


@given(some_claims())
def test_highest_stated_when_numbers_are_offered_then_none_is_above_it(made: list[Claim]) -> None:
    figure = envelope(made)
    offered = [claim.offered for claim in in_force(made) if claim.offered is not None]
    lows = [claim.low for claim in in_force(made) if claim.low is not None]
    assert all(figure.highest_stated is not None and number <= figure.highest_stated for number in offered + lows)


@given(some_claims(), claims(number="last"))
@example(claims_of("11 fighters (A); 5 civilians (A)"), replace(claims_of("8 women (B)")[0], id="claim-last"))
@example(claims_of("11 fighters (A); 5 civilians (A)"), replace(claims_of("at least 3 (B)")[0], id="claim-last"))
def test_highest_stated_when_a_claim_is_added_then_it_is_never_lowered(made: list[Claim], added: Claim) -> None:
    before, after = envelope(made), envelope([*made, added])
    assert before.highest_stated is None or (after.highest_stated or 0) >= before.highest_stated


@given(some_claims(), claims(VictimScope.ALL, "first"), claims(number="last"))
def test_low_of_totals_when_a_claim_is_added_then_it_is_never_raised(
    made: list[Claim], total: Claim, added: Claim
) -> None:
    before, after = envelope([*made, total]), envelope([*made, total, added])
    assume(before.basis == "total" and before.low is not None)
    assert before.low is not None
    assert after.low is not None
    assert after.low <= before.low


@given(some_claims(), claims(VictimScope.ALL, "first"), claims(VictimScope.GROUP, "last"))
@example(claims_of("16 (A); 20 civilians (B)"), claims_of("16 (A)")[0], claims_of("5 civilians (C)")[0])
def test_a_groups_claim_when_added_to_totals_then_it_changes_none_but_by_contradiction(
    made: list[Claim], total: Claim, added: Claim
) -> None:
    made = [*made, replace(total, id="claim-first", standing=Standing.IN_FORCE)]
    added = replace(added, id="claim-last")
    before, after = envelope(made), envelope([*made, added])
    assume(before.basis == "total")
    assert (after.basis, after.low) == ("total", before.low)
    if (after.best, after.high) != (before.best, before.high):
        assert (after.best, after.high) == (None, None)
        assert added.low is not None
        assert before.high is not None
        assert added.low > before.high


@given(some_claims(VictimScope.ALL), numbers, st.integers(1, 9))
def test_a_groups_claim_when_it_exceeds_every_total_then_best_and_high_are_null_and_disputed(
    made: list[Claim], number: int, more: int
) -> None:
    (total,), (added,) = claims_of(f"{number} (A)"), claims_of(f"at least {60 + more} civilians (D)")
    made = [claim for claim in made if claim.high is not None and claim.qualifier is not Qualifier.DISORDERED]
    after = envelope([*made, replace(total, id="first"), replace(added, id="last")])
    assert (after.best, after.high, after.disputed) == (None, None, True)


@given(some_claims(voice="A"))
def test_one_claimant_when_all_claims_are_its_own_then_it_never_disputes_itself(made: list[Claim]) -> None:
    figure = envelope(made)
    assert (figure.disputed, figure.status_disputed) == (False, False)


@given(some_claims(), claims(VictimScope.ALL, "last"))
def test_high_when_one_total_states_none_then_it_is_null(made: list[Claim], total: Claim) -> None:
    total = replace(total, standing=Standing.IN_FORCE)
    assume(total.states_a_number and total.high is None)
    assert envelope([*made, total]).high is None


@given(some_claims(VictimScope.GROUP))
def test_high_when_only_groups_are_counted_then_it_is_null(made: list[Claim]) -> None:
    assert envelope(made).high is None


@given(some_claims(VictimScope.ALL))
def test_a_figure_of_totals_when_derived_then_every_number_in_it_was_stated(made: list[Claim]) -> None:
    figure = envelope(made)
    stated = set[int]().union(*(stated_numbers(claim) for claim in in_force(made)))
    assert {figure.low, figure.best, figure.high, figure.highest_stated} - {None} <= stated


@given(some_claims())
def test_a_figure_when_derived_then_every_number_in_it_was_stated_or_is_a_sum_of_stated_ones(made: list[Claim]) -> None:
    figure = envelope(made)
    sums = {0} if not in_force(made) else set[int]()
    reachable = {0}
    for claim in in_force(made):
        reachable |= {sum_ + number for sum_ in reachable for number in stated_numbers(claim)}
        sums |= reachable
    assert {figure.low, figure.best, figure.high, figure.highest_stated} - {None} <= sums


@given(some_claims())
def test_a_figure_when_it_has_any_number_then_it_has_a_basis_and_a_highest(made: list[Claim]) -> None:
    figure = envelope(made)
    assert (figure.basis is None) == (figure.claims == 0) == (figure.highest_stated is None)
    assert figure.claims == len(in_force(made))
