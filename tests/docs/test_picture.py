"""The README's picture of the page: there, linked, told in words, and small."""

import re
import struct

from tests.docs.markdown import read
from tests.pictures import MOST_BYTES, PICTURE, WIDTH


def test_picture_when_the_readme_is_read_is_linked_and_told_in_words() -> None:
    pictures = dict(reversed(found) for found in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", read("README.md")))

    assert len(pictures["docs/dashboard.png"]) > 100


def test_picture_when_loaded_is_a_png_of_one_screen_within_its_budget() -> None:
    content = PICTURE.read_bytes()

    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert (width, height > width / 2) == (WIDTH, True)
    assert len(content) < MOST_BYTES
