"""Addresses: one spelling for each question, whatever way it was asked, so that equal answers are equal bytes."""

from typing import Any
from urllib.parse import quote, urlencode

from app.params.asking import Asked


def canonical_parameters(asked: Asked) -> dict[str, Any]:
    """What was asked, as it was understood, without what is the default anyway."""
    fields = type(asked).model_fields
    return {
        name: value
        for name, value in asked.asked_for().items()
        if getattr(asked, name) != fields[name].get_default(call_default_factory=True)
    }


def address(path: str, parameters: dict[str, Any]) -> str:
    """A path with a query, relative to the API's root."""
    pairs = [
        (name, _text(value))
        for name, values in parameters.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    query = urlencode(pairs, safe="/:,", quote_via=quote)
    return f"{quote(path)}?{query}" if query else quote(path)


def permalink(path: str, parameters: dict[str, Any], release: int) -> str:
    """The same question to one release, for ever."""
    unpinned = {name: value for name, value in parameters.items() if name not in ("release", "as_of")}
    return address(path, {**unpinned, "release": release})


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
