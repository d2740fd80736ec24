"""What was asked, as a reader reads it: each filter in words, with the address of the question without it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.web.pages.addresses import Question
from app.web.pages.words import country_name, day, number, plain


@dataclass(frozen=True, slots=True)
class Chip:
    """A value of a filter in words, and the question without it; None where it has to be asked with one."""

    words: str
    without: str | None


_WORDS: Mapping[str, str] = {
    "date_from": "from {} on",
    "date_to": "until {}",
    "killed_min": "at least {} killed",
    "killed_max": "at most {} killed",
    "q": "with the words “{}”",
    "near": "near {}",
    "radius_km": "within {} km",
    "since": "since release {}",
    "until": "until release {}",
    "part_of": "part of {}",
    "source": "source: {}",
    "bbox": "in the box {}",
}
# Without which nothing is answered.
_NEEDED = frozenset({"since"})
_SORTS: Mapping[str, str] = {
    "date": "oldest first",
    "-date": "newest first",
    "killed": "fewest killed first, unknown last",
    "-killed": "most killed first, unknown last",
    "id": "by id",
    "number": "oldest first",
    "-number": "newest first",
    "release": "by release",
}


def chips(question: Question, filters: Mapping[str, Any]) -> list[Chip]:
    """The filters that were applied, a chip a value."""
    return list(_chips(question, filters))


def _chips(question: Question, filters: Mapping[str, Any]) -> Iterator[Chip]:
    for name, values in filters.items():
        is_a_list = isinstance(values, list) and name not in ("bbox", "near")
        for value in values if is_a_list else [values]:
            spelt = str(value) if is_a_list else None
            without = None if name in _NEEDED else question.without(name, spelt).link
            yield Chip(_in_words(name, value), without)


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return plain(name) if value else f"not {plain(name)}"
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    if name == "country":
        shown = country_name(shown)
    elif name in ("date_from", "date_to"):
        shown = day(shown)
    elif isinstance(value, int):
        shown = number(value)
    return _WORDS[name].format(shown) if name in _WORDS else f"{plain(name)}: {plain(shown)}"


def without_filters(question: Question, filters: Mapping[str, Any]) -> Question:
    """The question from its first page on with nothing but what it cannot do without."""
    dropped = {"cursor", *filters} - _NEEDED
    return Question(question.path, tuple(pair for pair in question.pairs if pair[0] not in dropped))


def order(sort: str) -> str:
    """The order of the rows, in words."""
    return _SORTS.get(sort, f"by {plain(sort)}")
