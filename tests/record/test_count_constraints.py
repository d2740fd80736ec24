"""What the database accepts as a count: exactly what the rule in `app.counts` accepts."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from app.counts import fault_of_count
from app.models import (
    Base,
    ReportedCount,
)
from app.vocabulary import Qualifier
from tests.record.factories import COUNTS, accepts

Change = dict[str, Any]


NUMBERS = st.none() | st.integers(-2, 40)


@pytest.mark.parametrize("model", COUNTS)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(qualifier=st.sampled_from(Qualifier), value=NUMBERS, low=NUMBERS, high=NUMBERS, near=st.booleans())
def test_count_when_it_agrees_with_itself_and_only_then_is_accepted(
    connection: Connection,
    model: type[Base],
    qualifier: Qualifier,
    value: int | None,
    low: int | None,
    high: int | None,
    near: bool,
) -> None:
    if near and value is not None:  # three free numbers hardly ever agree
        low, high = (value if low is not None else None), (value if high is not None else None)

    accepted = accepts(connection, model, qualifier=qualifier, value=value, low=low, high=high)

    assert accepted == (fault_of_count(qualifier, value, low, high) is None)


@pytest.mark.parametrize("qualifier", Qualifier)
def test_count_when_one_of_all_small_numbers_is_accepted_exactly_where_the_rule_does(
    connection: Connection, qualifier: Qualifier
) -> None:
    """Every combination of null, -1, 0, 1 and 2, so that no boundary is left to chance."""
    some = (None, -1, 0, 1, 2)
    combinations = [(value, low, high) for value in some for low in some for high in some]

    differing = [
        numbers
        for numbers in combinations
        if accepts(
            connection, ReportedCount, qualifier=qualifier, **dict(zip(("value", "low", "high"), numbers, strict=True))
        )
        != (fault_of_count(qualifier, *numbers) is None)
    ]

    assert differing == []
