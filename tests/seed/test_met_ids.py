"""The ids that an import has met, against a plain set of them."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from seed.met_ids import MetIds

IDS = st.one_of(
    st.integers(0, 200_000).map(lambda number: f"ucdp-{number}"),
    st.sampled_from(["", "1", "01", "ucdp-", "ucdp-0", "ucdp-01", "ucdp-1", "ucdp-٣", "x1y", "SYR1", "IRQ1", "a-1.2"]),
    st.integers(10**8, 10**11).map(lambda number: f"acled-{number}"),
)


@given(st.lists(IDS), st.lists(IDS))
def test_ids_when_met_are_known_as_in_a_set(some: list[str], others: list[str]) -> None:
    ids, met = MetIds(), set()
    for each in some:
        assert ids.add(each) is (each not in met)
        met.add(each)

    assert [each in ids for each in (*some, *others)] == [each in met for each in (*some, *others)]


def test_ids_when_a_million_are_met_take_little_room() -> None:
    ids = MetIds()
    for number in range(1, 1_000_001):
        ids.add(f"ucdp-{number}")

    assert "ucdp-1000000" in ids
    assert "ucdp-1000001" not in ids
    assert sum(map(sys.getsizeof, ids._pages.values())) < 200_000
