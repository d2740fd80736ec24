"""How things are cited: what is not known stays out, and nothing is guessed."""

from datetime import date

import pytest

from app.citing import cite_answer, cite_row, cite_source, cite_sources


@pytest.mark.parametrize(
    ("authors", "publisher", "published_on", "cited"),
    [
        (
            ["Sara Harmouch", "Nakissa Jahanbani"],
            "The Conversation",
            date(2024, 2, 3),
            "Sara Harmouch and Nakissa Jahanbani. Raids. The Conversation, 2024-02-03",
        ),
        ([], "GeoNames", None, "Raids. GeoNames"),
        ([], None, date(2024, 2, 3), "Raids. 2024-02-03"),
        ([], None, None, "Raids"),
        (["A"], None, None, "A. Raids"),
        (["A", "B", "C"], "P", None, "A, B and C. Raids. P"),
        (["A", "B", "C", "D"], "P", None, "A et al. Raids. P"),
    ],
)
def test_a_source_when_cited_then_what_is_not_known_stays_out(
    authors: list[str], publisher: str | None, published_on: date | None, cited: str
) -> None:
    assert cite_source("Raids", authors, publisher, published_on) == cited


def test_a_title_when_it_ends_by_itself_then_no_full_stop_is_put_after_it() -> None:
    assert cite_source("Who was struck?", (), "P") == "Who was struck? P"
    assert cite_source("A report.", (), "Press Inc.") == "A report. Press Inc"


def test_sources_when_there_are_many_then_the_first_stand_for_them_and_each_once() -> None:
    assert cite_sources(["A. X", "A. X", "B. Y"]) == "A. X; B. Y"
    assert cite_sources(["A", "B", "C", "D"]) == "A; B; C and others"


def test_a_row_when_cited_then_its_release_stands_in_words_and_in_the_address() -> None:
    cited = cite_row("UCDP GED, version 24.1, event 7", "/events/ucdp-7", 3)
    assert cited == "UCDP GED, version 24.1, event 7. In: Conflict Events API, release 3, /events/ucdp-7?release=3"
    assert cite_answer(3, date(2024, 2, 5), "/events?release=3") == (
        "Conflict Events API, release 3 of 2024-02-05, /events?release=3"
    )
