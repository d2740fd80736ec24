"""Spellings of one name meet, and those of two do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.folding import LONGEST_WORD, asked_words, words_of


def meets(question: str, text: str) -> bool:
    """Whether a text is found by a question, as an index would find it."""
    there = words_of(text)
    return all(
        any(
            word == spelling or (asked.is_prefix and word.startswith(spelling))
            for spelling in asked.spellings
            for word in there
        )
        for asked in asked_words(question)
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("U.S. airstrikes in Syria, 2 February 2024", "u s airstrikes in syria 2 february 2024"),
        ("Kata’ib", "kataib"),
        ("Kata'ib Hezbollah's", "kataib hezbollah"),
        ("Deir ez-Zor", "deir zor ezzor"),
        ("deir ez zor", "deir zor ezzor"),
        ("Al-Mayadeen", "mayadeen almayadeen"),
        ("Ain al-Asad", "ain asad alasad"),
        ("an-Nasiriyah", "nasiriyah annasiriyah"),
        ("an attack at Tower 22", "an attack at tower 22"),
        ("al", "al"),
        ("Łódź, Ørsted, Straße, Đà Nẵng", "lodz orsted strasse da nang"),
        ("ﬁve ＴＯＷＮＳ", "five towns"),
        ("İzmir ISPARTA", "izmir isparta"),
        ("أَبُو كَمَال", "ابو كمال"),
        ("آل بو كمـــال", "ال بو كمال"),
        ("الميادين", "ميادين"),
        ("حزب الله", "حزب الله"),
        ("state_based–one-sided", "state based one sided"),
        ("... – *", ""),
        ("x" * 100, "x" * LONGEST_WORD),
    ],
)
def test_a_text_has_these_words(text: str, words: str) -> None:
    assert words_of(text) == set(words.split())


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("deir ezzor", "Deir ez-Zor", True),
        ("Deir ez-Zor", "Deir Ezzor", True),
        ("deir ez zor", "Deir ez-Zor", True),
        ("deir zor", "Deir ez-Zor", True),
        ("mayadeen", "Al-Mayadeen", True),
        ("el mayadeen", "Al-Mayadeen", True),
        ("mayadin", "Al-Mayadeen", False),
        ("kataib", "Kata‘ib", True),
        ("دير الزور", "دَيْرُ الزَّوْر", True),
        ("rest", "An arrest", False),
        ("arr*", "An arrest", True),
        ("ez-zo*", "Deir Ezzor", True),
        ("zor*", "Deir Ezzor", False),
        ("arrest*", "arrest", True),
        ("strike missing", "A strike", False),
    ],
)
def test_a_question_finds_a_text_or_not(question: str, text: str, found: bool) -> None:
    assert meets(question, text) is found


@given(text=st.text(max_size=60))
def test_every_text_is_found_by_its_own_letters_whatever_their_case(text: str) -> None:
    assert meets(text.replace("*", " "), text)
    assert words_of(text) == words_of(text.casefold()) or not text.isascii()


@given(text=st.text(max_size=60))
def test_words_are_of_letters_and_digits_alone(text: str) -> None:
    """So none of them can be read as anything else by a database's own language of questions."""
    for word in words_of(text):
        assert word
        assert len(word) <= LONGEST_WORD
        assert all(letter.isalnum() for letter in word)
        assert words_of(word) >= {word} or not word.isascii()
