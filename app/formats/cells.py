"""Texts for cells of a spreadsheet: lists in one cell, and what would run as a formula made harmless.

Both can be taken back without loss, as the API's guide says: `split_list` and `as_it_was` do so.
"""

import re
from collections.abc import Sequence
from typing import Any

SEPARATOR = " | "
# What spreadsheets read as the beginning of a formula, the wide forms of East Asian keyboards too.
_BEGINS_A_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]").match
SUSPECT = frozenset("=+-@\t\r\n＝＋－＠'")


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it; a text that looks so already too."""
    return f"'{text}" if text and text[0] in SUSPECT and _BEGINS_A_FORMULA(text) else text


def as_it_was(text: str) -> str:
    """The text that `harmless` was given."""
    return text[1:] if text.startswith("'") and _BEGINS_A_FORMULA(text) else text


def in_one_cell(values: Sequence[Any]) -> str:
    """A list between ` | `; a bar or backslash inside a value has a backslash before it."""
    texts = values if values and isinstance(values[0], str) else [str(value) for value in values]
    joined = SEPARATOR.join(texts)
    if "\\" not in joined and joined.count("|") == len(texts) - 1:
        return joined
    return SEPARATOR.join([text.replace("\\", "\\\\").replace("|", "\\|") for text in texts])


def split_list(text: str) -> list[str]:
    """The list that `in_one_cell` was given, as texts. An empty cell is a list of nothing."""
    if not text:
        return []
    values, value, place = [], "", 0
    while place < len(text):
        if text[place] == "\\":
            value += text[place + 1]
            place += 2
        elif text.startswith(SEPARATOR, place):
            values.append(value)
            value = ""
            place += len(SEPARATOR)
        else:
            value += text[place]
            place += 1
    return [*values, value]
