"""Where an event was, as the published side keeps it: one term for all its places together. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from app.geography import vector_of
from app.vocabulary import LocationPrecision

RANKS = {precision.value: rank for rank, precision in enumerate(LocationPrecision)}
# A term's value that is longer than this is told by its digest.
LONGEST_VALUE = 60

# Latitude, longitude, x, y, z, precision, country.
Spot = tuple[float | None, float | None, float | None, float | None, float | None, int | None, str | None]

# Latitude, longitude, precision, country.
Placed = tuple[float | None, float | None, int | None, str | None]


class Whereabouts(NamedTuple):
    """`value` names them among the terms; `precision` is the finest rank of any place, None without places."""

    value: str
    precision: int | None
    spots: Sequence[Spot]


def whereabouts_of(document: Mapping[str, Any]) -> Whereabouts:
    """The whereabouts of an event's document.

    Where all places are placed equally exactly, which is the event's own precision, the spots leave it out: else every
    precision would make other whereabouts of one point.
    """
    places = document["locations"]
    if len(places) == 1:  # as a dataset's events have
        (place,) = places
        country = place["country"]["iso2"] if place["country"] else None
        told_once = frozenset(((place["latitude"], place["longitude"], None, country),))
        return _whereabouts_at(told_once, RANKS[place["precision"]])
    ranks = [RANKS[place["precision"]] for place in places]
    alike = len(set(ranks)) < 2
    told = {
        (
            place["latitude"],
            place["longitude"],
            None if alike else rank,
            place["country"]["iso2"] if place["country"] else None,
        )
        for place, rank in zip(places, ranks, strict=True)
    }
    return _whereabouts_at(frozenset(told), min(ranks, default=None))


@lru_cache(maxsize=8_000)
def _whereabouts_at(told: frozenset[Placed], precision: int | None) -> Whereabouts:
    ordered = sorted(told, key=repr)
    value = repr(ordered) if ordered else ""
    if len(value) > LONGEST_VALUE:
        value = hashlib.sha256(value.encode()).hexdigest()[:40]
    return Whereabouts(value, precision, [_spot(*each) for each in ordered])


def _spot(latitude: float | None, longitude: float | None, rank: int | None, country: str | None) -> Spot:
    vector = (None, None, None) if latitude is None or longitude is None else vector_of(latitude, longitude)
    return (latitude, longitude, *vector, rank, country)
