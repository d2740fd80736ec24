"""The pages that are made of the program are as it would make them now."""

import pytest

from tests.pages import DOCS, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_when_made_anew_then_it_is_the_same(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "`python -m tests.pages` writes the pages anew"
