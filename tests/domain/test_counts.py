"""The table "A count keeps the words it was reported in": in Python, in the loader's facts, and in the database."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.counts import OFFERING, WITHOUT_NUMBER, Bounds, bounds_of, fault_of_count
from app.models.counts import BOUNDS_BY_QUALIFIER
from app.vocabulary import Qualifier
from seed.neutral_facts import ReportedCountFact

# The table, as docs/methodology.md prints it: printed | value | qualifier | low | high
TABLE = """
16                          | 16   | exact         | 16   | 16
at least 18                 | 18   | at_least      | 18   | null
over 85                     | 85   | more_than     | 86   | null
more than 150               | 150  | more_than     | 151  | null
up to 40                    | 40   | at_most       | null | 40
fewer than 10               | 10   | fewer_than    | null | 9
about 30                    | 30   | about         | null | null
nearly 30                   | 30   | about         | null | null
some 30                     | 30   | about         | null | null
between 10 and 15           | null | range         | 10   | 15
low 3, best 5, high 9       | 5    | range         | 3    | 9
low 8, best 8, high 5       | 8    | disordered    | 8    | 5
12 (coded by a person)      | 12   | coded         | null | null
dozens                      | null | vague         | null | null
several                     | null | vague         | null | null
scores                      | null | vague         | null | null
casualties unknown          | null | unknown       | null | null
no casualties were reported | null | none_reported | null | null
no one was killed           | 0    | exact         | 0    | 0
"""
PRINTED_BOUNDS = (Qualifier.RANGE, Qualifier.DISORDERED)

Row = tuple[str, int | None, Qualifier, int | None, int | None]


def number_in(cell: str) -> int | None:
    return None if cell == "null" else int(cell)


def rows() -> Iterator[Row]:
    for line in TABLE.strip().splitlines():
        printed, value, qualifier, low, high = (cell.strip() for cell in line.split("|"))
        yield printed, number_in(value), Qualifier(qualifier), number_in(low), number_in(high)


by_row = pytest.mark.parametrize(("printed", "value", "qualifier", "low", "high"), list(rows()))


@by_row
def test_a_row_of_the_table_when_checked_then_it_agrees_with_itself(
    printed: str, value: int | None, qualifier: Qualifier, low: int | None, high: int | None
) -> None:
    assert fault_of_count(qualifier, value, low, high) is None


@by_row
def test_a_row_of_the_table_when_its_bounds_are_derived_then_they_are_as_printed(
    printed: str, value: int | None, qualifier: Qualifier, low: int | None, high: int | None
) -> None:
    if qualifier in PRINTED_BOUNDS:
        with pytest.raises(ValueError, match="printed, not derived"):
            bounds_of(qualifier, value)
    else:
        assert bounds_of(qualifier, value) == Bounds(low, high)


@by_row
def test_a_row_of_the_table_when_written_as_a_fact_then_its_bounds_are_filled_in(
    printed: str, value: int | None, qualifier: Qualifier, low: int | None, high: int | None
) -> None:
    count: dict[str, object] = {"measure": "attacks", "wording": printed, "qualifier": qualifier.value}
    count |= {"reporting": "own_voice", "citations": [{"source": "a", "locator": "b"}], "value": value}
    if qualifier in PRINTED_BOUNDS:
        count |= {"low": low, "high": high}

    fact = ReportedCountFact.model_validate(count)

    assert (fact.wording, fact.value, fact.low, fact.high) == (printed, value, low, high)


@by_row
def test_a_row_of_the_table_when_another_qualifier_is_put_then_it_is_refused_unless_the_table_has_that_too(
    printed: str, value: int | None, qualifier: Qualifier, low: int | None, high: int | None
) -> None:
    allowed = {other for other in Qualifier if fault_of_count(other, value, low, high) is None}
    alike = [{Qualifier.ABOUT, Qualifier.CODED}, set(WITHOUT_NUMBER), {Qualifier.EXACT, Qualifier.RANGE}]
    assert allowed <= next((group for group in alike if qualifier in group), {qualifier})


def test_every_qualifier_when_looked_for_then_the_table_has_it() -> None:
    assert {qualifier for _, _, qualifier, _, _ in rows()} == set(Qualifier)


def test_offering_when_listed_then_no_bound_is_among_it() -> None:
    bounding = {Qualifier.AT_LEAST, Qualifier.MORE_THAN, Qualifier.AT_MOST, Qualifier.FEWER_THAN}
    assert OFFERING | bounding | WITHOUT_NUMBER == set(Qualifier)
    assert not OFFERING & (bounding | WITHOUT_NUMBER)


@pytest.mark.parametrize(
    ("qualifier", "value", "low", "high", "reason"),
    [
        (Qualifier.EXACT, None, None, None, "'exact' needs the number that was printed"),
        (Qualifier.EXACT, -1, -1, -1, "a count is never negative"),
        (Qualifier.EXACT, 16, 15, 16, "'exact' 16 has low 16 and high 16, not 15 and 16"),
        (Qualifier.MORE_THAN, 85, 85, None, "'more_than' 85 has low 86 and high None, not 85 and None"),
        (Qualifier.FEWER_THAN, 0, None, None, "fewer than 0 is not a count"),
        (Qualifier.VAGUE, 24, None, None, "'vague' has no number: all three are null"),
        (Qualifier.UNKNOWN, 0, None, None, "'unknown' has no number: all three are null"),
        (Qualifier.NONE_REPORTED, 0, 0, 0, "'none_reported' has no number: all three are null"),
        (Qualifier.CODED, 12, 12, None, "'coded' 12 has low None and high None, not 12 and None"),
        (Qualifier.RANGE, 12, 10, None, "'range' needs low and high"),
        (Qualifier.RANGE, None, 15, 10, "low is above high"),
        (Qualifier.RANGE, 16, 10, 15, "the value lies outside its range: use 'disordered'"),
        (Qualifier.DISORDERED, None, 8, 5, "'disordered' needs value, low and high as printed"),
        (Qualifier.DISORDERED, 5, 3, 9, "these bounds are in order: use 'range'"),
    ],
)
def test_a_count_that_contradicts_itself_when_checked_then_the_reason_is_told(
    qualifier: Qualifier, value: int | None, low: int | None, high: int | None, reason: str
) -> None:
    assert fault_of_count(qualifier, value, low, high) == reason


def test_a_word_when_a_number_is_written_for_it_then_the_fact_is_refused() -> None:
    with pytest.raises(ValidationError, match="'vague' has no number"):
        ReportedCountFact.model_validate(
            {
                "measure": "attacks",
                "wording": "dozens",
                "qualifier": "vague",
                "value": 24,
                "reporting": "own_voice",
                "citations": [{"source": "a", "locator": "b"}],
            }
        )


# What holds for any count

numbers = st.integers(0, 12) | st.integers(0, 2_147_483_646)


@given(st.sampled_from(Qualifier), numbers)
def test_bounds_when_derived_then_the_value_lies_within_or_one_beside(qualifier: Qualifier, value: int) -> None:
    if qualifier in PRINTED_BOUNDS:
        return
    bounds = bounds_of(qualifier, value)
    beside = {Qualifier.MORE_THAN: value + 1, Qualifier.FEWER_THAN: value - 1}.get(qualifier, value)
    assert {bounds.low, bounds.high} <= {beside, None}


@given(st.sampled_from(Qualifier), numbers.filter(bool))
def test_bounds_when_derived_then_the_count_that_has_them_is_right(qualifier: Qualifier, number: int) -> None:
    if qualifier in PRINTED_BOUNDS:
        return
    value = None if qualifier in WITHOUT_NUMBER else number
    bounds = bounds_of(qualifier, value)
    assert fault_of_count(qualifier, value, bounds.low, bounds.high) is None


@given(st.sampled_from(Qualifier), *[st.none() | st.integers(-2, 6)] * 3)
def test_a_count_when_it_is_accepted_then_its_bounds_are_in_order_or_it_says_that_they_are_not(
    qualifier: Qualifier, value: int | None, low: int | None, high: int | None
) -> None:
    if fault_of_count(qualifier, value, low, high) is not None:
        return
    in_order = all(
        smaller is None or larger is None or smaller <= larger
        for smaller, larger in ((low, value), (value, high), (low, high))
    )
    strict = qualifier in (Qualifier.MORE_THAN, Qualifier.FEWER_THAN)
    assert in_order != (qualifier is Qualifier.DISORDERED or strict)
    assert all(number is None or number >= 0 for number in (value, low, high))


def test_the_databases_constraints_when_held_against_the_rules_then_they_accept_the_same_counts() -> None:
    small: list[int | None] = [None, -1, 0, 1, 2, 3]
    counts = [(value, low, high) for value in small for low in small for high in small]
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE count (value INTEGER, low INTEGER, high INTEGER)")
        database.executemany("INSERT INTO count VALUES (?, ?, ?)", counts)
        for qualifier, condition in BOUNDS_BY_QUALIFIER.items():
            accepted = set(database.execute(f"SELECT value, low, high FROM count WHERE {condition}"))  # noqa: S608
            unknown = database.execute(f"SELECT * FROM count WHERE ({condition}) IS NULL").fetchall()  # noqa: S608
            assert accepted == {count for count in counts if fault_of_count(qualifier, *count) is None}, qualifier
            assert unknown == [], "a CHECK that is NULL passes"
    database.close()
    assert BOUNDS_BY_QUALIFIER.keys() == set(Qualifier)
