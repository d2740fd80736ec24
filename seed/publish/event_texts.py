"""The words that an event is found by, and the marks beside them (`app.models.event_text`). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from app.folding import words_of
from app.models.event_text import country_mark, family_mark, last_month_mark, month_mark, month_of, year_mark
from app.vocabulary import Attribution

_DENIED = Attribution.DENIED.value


# Title, summary, names and marks: what the words of an event are made of.
Said = tuple[str, str | None, tuple[str, ...], tuple[str, ...]]


def said_by(document: Mapping[str, Any], family: int) -> Said:
    """What an event's document is found by; `family` is the number of its source family's term.

    Title, summary, the names of places and of actors, and nothing else: no name of a person is in any of them. An
    actor that only denies having to do with the event is left out, as it is left out of roles.
    """
    start, end = document["date_start"], document["date_end"]
    last = end or start
    marks = [
        family_mark(family),
        year_mark(start.year if start else None),
        month_mark(month_of(start) if start else None),
        last_month_mark(month_of(last) if last else None),
    ]
    marks += [country_mark(place["country"]["iso2"]) for place in document["locations"] if place["country"]]
    return document["title"], document["summary"], tuple(_names(document)), tuple(marks)


def text_of(said: Said) -> str:
    """The words and marks of an event, as they are stored."""
    title, summary, names, marks = said
    words = words_of(title).union(marks, *map(_words, names))
    if summary:
        words |= words_of(summary)
    return " ".join(sorted(words))


def text_as_published(published: bytes, family: int) -> str:
    """The same of a document that is published already, from its JSON."""
    document = orjson.loads(published)
    days = {name: date.fromisoformat(document[name]) if document[name] else None for name in ("date_start", "date_end")}
    return text_of(said_by({**document, **days}, family))


def _names(document: Mapping[str, Any]) -> Iterator[str]:
    for place in document["locations"]:
        yield place["name"]
    for actor in document["actors"]:
        if actor["attribution"] != _DENIED:
            yield actor["name"]


@lru_cache(maxsize=8_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(words_of(text))


def words_of_names(names: Iterable[str]) -> str:
    """The words of a reference's names, with a space around each."""
    words = sorted({word for name in names for word in words_of(name)})
    return f" {' '.join(words)} " if words else ""
