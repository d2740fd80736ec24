"""Finds the article's text, which is not part of the repository, for the tests that hold facts against it."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def article_text() -> bytes:
    """The bytes of the article as it was read; skips the test where it is not at hand."""
    shared = Path(os.environ["SHARED_DIR"]) if "SHARED_DIR" in os.environ else ROOT.parent / "shared"
    file = shared / "article.txt"
    if not file.is_file():
        pytest.skip("the article's text is not here; SHARED_DIR names the folder that holds article.txt")
    return file.read_bytes()
