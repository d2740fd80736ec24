"""Facts that are made without a check are like those that `model_construct` makes."""

import pytest
from pydantic import ValidationError

from seed.neutral_facts import CitationFact, InvolvementFact
from seed.unchecked import unchecked


def test_fact_is_like_one_that_was_constructed_when_it_is_made_unchecked() -> None:
    make = unchecked(CitationFact.model_construct)
    made, constructed = (maker(source="a", locator="b") for maker in (make, CitationFact.model_construct))
    assert (made, hash(made), repr(made)) == (constructed, hash(constructed), repr(constructed))
    assert made.model_dump_json() == constructed.model_dump_json()
    assert made.model_copy(update={"quote": "c"}) == make(source="a", locator="b", quote="c")
    with pytest.raises(ValidationError, match="frozen"):
        made.source = "d"  # type: ignore[misc]


def test_member_that_was_forgotten_is_found_when_the_fact_is_validated() -> None:
    made = unchecked(InvolvementFact.model_construct)(actor="a", citations=())  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="role"):
        InvolvementFact.model_validate(dict(made))
