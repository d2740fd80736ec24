"""Each value of each closed list has a meaning, and nothing that is no value has one."""

import inspect
from enum import StrEnum

from app import vocabulary
from app.meanings import MEANINGS, meaning_of, summary_of

VOCABULARIES = [
    thing
    for _, thing in inspect.getmembers(vocabulary, inspect.isclass)
    if issubclass(thing, StrEnum) and thing is not StrEnum
]


def test_the_meanings_when_held_against_the_lists_then_no_value_is_without_one() -> None:
    assert set(MEANINGS) == set(VOCABULARIES)
    assert {each: list(meanings) for each, meanings in MEANINGS.items()} == {
        each: [word.value for word in each] for each in VOCABULARIES
    }


def test_a_meaning_when_read_then_it_is_a_clause_and_says_more_than_the_word() -> None:
    for each in VOCABULARIES:
        assert summary_of(each).endswith(".")
        for word in each:
            meaning = meaning_of(word)
            assert meaning == meaning.strip()
            assert len(meaning) > 3
            assert not meaning.endswith("."), meaning
