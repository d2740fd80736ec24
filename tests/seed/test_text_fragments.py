"""Text fragments: what a browser that goes by the draft on text directives reads out of a footnote's address."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.neutral_facts import SourceFact
from seed.publish.footnotes import LONGEST_WHOLE, quoted, text_fragment_url

PAGE = "https://news.example/a"


def directives(url: str) -> list[str]:
    """The parts of the text directive, as a browser takes it apart: at the commas first, decoded afterwards."""
    _, found, directive = url.partition(":~:text=")
    assert found
    assert "&" not in directive
    assert "-" not in directive
    return [unquote(part) for part in directive.split(",")]


@pytest.mark.parametrize(
    ("excerpt", "fragment"),
    [
        ("over 85 targets", "over%2085%20targets"),
        ("well-known & disputed, they say", "well%2Dknown%20%26%20disputed%2C%20they%20say"),
        ("100% sure #1?", "100%25%20sure%20%231%3F"),
        ("Kata’ib “K”", "Kata%E2%80%99ib%20%E2%80%9CK%E2%80%9D"),
        ("folded\n  lines", "folded%20lines"),
    ],
)
def test_a_short_quote_when_linked_then_it_stands_whole_and_encoded(excerpt: str, fragment: str) -> None:
    assert text_fragment_url(PAGE, excerpt) == f"{PAGE}#:~:text={fragment}"


def test_a_long_quote_when_linked_then_its_first_and_last_words_name_it() -> None:
    excerpt = "It began so, with six words " + "and went on " * 20 + "until it was over - at last."
    assert directives(str(text_fragment_url(PAGE, excerpt))) == [
        "It began so, with six words",
        "it was over - at last.",
    ]


def test_a_long_quote_of_few_words_when_linked_then_its_ends_do_not_overlap() -> None:
    excerpt = " ".join(["x" * 60] * 5)
    assert directives(str(text_fragment_url(PAGE, excerpt))) == [excerpt]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_any_quote_when_linked_then_a_browser_reads_its_words_again(excerpt: str) -> None:
    url = text_fragment_url(PAGE, excerpt)
    words = excerpt.split()
    if not words:
        assert url is None
        return
    parts = directives(str(url))
    assert " ".join(words).startswith(parts[0])
    assert " ".join(words).endswith(parts[-1])
    assert len(parts) == 2 or parts == [" ".join(words)]
    assert len(parts) == 1 or len(" ".join(words)) > LONGEST_WHOLE


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        (PAGE, f"{PAGE}#:~:text=x"),
        (f"{PAGE}?page=2", f"{PAGE}?page=2#:~:text=x"),
        (f"{PAGE}#part-two", f"{PAGE}#part-two:~:text=x"),
        (f"{PAGE}#:~:text=old", f"{PAGE}#:~:text=x"),
        (None, None),
    ],
)
def test_an_address_when_it_has_a_fragment_of_its_own_then_that_is_kept(address: str | None, linked: str) -> None:
    assert text_fragment_url(address, "x") == linked


def test_a_quote_when_its_text_was_read_elsewhere_then_the_link_opens_the_page_that_was_read() -> None:
    here, original = "https://copy.example/b", "https://original.example/a"
    source = SourceFact(id="s", kind="article", title="T", url=original)
    assert quoted(source).read_at == original
    assert quoted(source.model_copy(update={"retrieved_from": here})).read_at == here
    assert quoted(source.model_copy(update={"url": None})).read_at is None
