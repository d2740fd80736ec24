"""Addresses: one spelling for each question, whatever way it was asked, so that equal answers are equal bytes."""

import re
from typing import Any
from urllib.parse import quote

LAST = ("cursor", "release")
_PLAIN = re.compile(r"[A-Za-z0-9_.~/:,-]*").fullmatch


def address(path: str, parameters: dict[str, Any]) -> str:
    """A path with a query, relative to the API's root; what picks the page and the release stands last."""
    pairs = [
        f"{name}={_quoted(_text(value))}"
        for name, values in sorted(parameters.items(), key=lambda parameter: (parameter[0] in LAST, parameter[0]))
        for value in (values if isinstance(values, list) else [values])
    ]
    return f"{_quoted(path)}?{'&'.join(pairs)}" if pairs else _quoted(path)


def _quoted(text: str) -> str:
    """The text as it stands in an address; most need nothing."""
    return text if _PLAIN(text) else quote(text, safe="/:,")


def permalink(path: str, parameters: dict[str, Any], release: int) -> str:
    """The same question to one release, for ever."""
    unpinned = {name: value for name, value in parameters.items() if name not in ("release", "as_of")}
    return address(path, {**unpinned, "release": release})


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
