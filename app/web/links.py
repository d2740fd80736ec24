"""Addresses: one spelling for each question, whatever way it was asked, so that equal answers are equal bytes."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request

# What picks the release and the page stands last.
_LAST = ("cursor", "release")
_PICKS = frozenset({"as_of", *_LAST})
_PLAIN = re.compile(r"[A-Za-z0-9_.~/:,-]*").fullmatch


def root_of(request: Request) -> str:
    """Where the API is reached, for absolute addresses: as the operator has set it, else as the client asked for it.

    What an answer makes of the latter depends on the `Host` header, by which no answer is remembered.
    """
    return str(request.app.state.public_url or request.base_url).rstrip("/")


def address(path: str, parameters: Mapping[str, Any]) -> str:
    """A path with a query, relative to the API's root."""
    pairs = [
        f"{name}={_quoted(_text(value))}"
        for name, values in sorted(parameters.items(), key=lambda parameter: (parameter[0] in _LAST, parameter[0]))
        for value in (values if isinstance(values, list) else [values])
    ]
    return f"{_quoted(path)}?{'&'.join(pairs)}" if pairs else _quoted(path)


def permalink(path: str, parameters: Mapping[str, Any], itself: str, release: int) -> str:
    """The same question to one release, for ever; `itself` is the question's own address."""
    return _moved(path, parameters, itself, {"release": release}, _PICKS - {"cursor"})


def next_page(path: str, parameters: Mapping[str, Any], itself: str, cursor: str) -> str:
    """The page after this one; the cursor keeps the release."""
    return _moved(path, parameters, itself, {"cursor": cursor}, _PICKS - {"release"})


def _moved(
    path: str, parameters: Mapping[str, Any], itself: str, pick: Mapping[str, Any], instead_of: frozenset[str]
) -> str:
    if parameters.keys().isdisjoint(_PICKS):
        # Mostly nothing was picked yet: what is picked now comes after all that the address says already.
        ((name, value),) = pick.items()
        return f"{itself}{'&' if '?' in itself else '?'}{name}={value}"
    kept = {name: value for name, value in parameters.items() if name not in instead_of}
    return address(path, {**kept, **pick})


def _quoted(text: str) -> str:
    """The text as it stands in an address; most need nothing."""
    return text if _PLAIN(text) else quote(text, safe="/:,")


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
