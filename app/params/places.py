"""Where on the Earth a client asks: boxes, and circles around a point. WGS84 degrees."""

import re
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from app.params.asking import wrong
from app.problems import Fault

# A quarter of the way around the Earth: half of it lies within.
MAX_RADIUS_KM = 10_000
_NUMBER = re.compile(r"[+-]?([0-9]{1,12}(\.[0-9]{0,20})?|\.[0-9]{1,20})", re.ASCII)


class Box(NamedTuple):
    """A box of meridians and parallels, its edges included; it crosses the antimeridian where `west` > `east`."""

    west: float
    south: float
    east: float
    north: float


class Point(NamedTuple):
    """A point, latitude first."""

    latitude: float
    longitude: float


def _numbers(text: str, names: str, number: int) -> list[float]:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != number:
        raise wrong(f"{text!r} is not {names}: {number} numbers with commas between them")
    return [number_of(part) for part in parts]


def number_of(text: str) -> float:
    """A plain decimal number. Raises the error of a validator."""
    if not _NUMBER.fullmatch(text):
        raise wrong(f"{text!r} is not a number such as 33.5 or -7")
    # Without a minus before zero, which would make two questions of one.
    return float(text) + 0.0


def _require_on_earth(latitudes: tuple[float, ...], longitudes: tuple[float, ...]) -> None:
    for latitude in latitudes:
        if not -90 <= latitude <= 90:
            raise wrong(f"{shortest(latitude)} is not a latitude: those go from -90 to 90")
    for longitude in longitudes:
        if not -180 <= longitude <= 180:
            raise wrong(f"{shortest(longitude)} is not a longitude: those go from -180 to 180")


def box_of(text: str) -> Box:
    """A box out of its four numbers. Raises the error of a validator."""
    west, south, east, north = _numbers(text, "minLon,minLat,maxLon,maxLat", 4)
    _require_on_earth((south, north), (west, east))
    if south > north:
        raise wrong(f"the box's minLat {shortest(south)} lies north of its maxLat {shortest(north)}")
    return Box(west, south, east, north)


def _corners(text: str) -> Box:
    """Two opposite corners, each latitude first, as UCDP's API takes them: `y0 x0,y1 x1`, in whatever order."""
    corners = [part.split() for part in text.split(",")]
    if [len(corner) for corner in corners] != [2, 2]:
        raise wrong(f"{text!r} is not y0 x0,y1 x1: the latitude and longitude of two corners, such as 33 42,37 45")
    (south, west), (north, east) = (tuple(map(number_of, corner)) for corner in corners)
    _require_on_earth((south, north), (west, east))
    return Box(min(west, east), min(south, north), max(west, east), max(south, north))


def _spelt_corners(box: Box) -> str:
    return f"{shortest(box.south)} {shortest(box.west)},{shortest(box.north)} {shortest(box.east)}"


def _point(text: str) -> Point:
    latitude, longitude = _numbers(text, "lat,lon", 2)
    _require_on_earth((latitude,), (longitude,))
    return Point(latitude, longitude)


def _radius(text: str) -> float:
    radius = number_of(text)
    if radius <= 0:
        raise wrong(f"{text!r} is not a distance: it has to be more than 0 km")
    if radius > MAX_RADIUS_KM:
        raise wrong(f"{text!r} is too far: the most is {MAX_RADIUS_KM} km, within which half of the Earth lies")
    return radius


def shortest(number: float) -> str:
    """A number as a question spells it."""
    return repr(number).removesuffix(".0")


def spelt(numbers: tuple[float, ...]) -> str:
    """Numbers as a question spells them."""
    return ",".join(shortest(number) for number in numbers)


def faults_of_near(near: Point | None, radius_km: float | None) -> list[Fault]:
    """A point without a distance, and a distance from nowhere."""
    if near is not None and radius_km is None:
        return [Fault("near", "needs radius_km, the distance in kilometres")]
    if radius_km is not None and near is None:
        return [Fault("radius_km", "has no effect without near")]
    return []


_OF_NUMBERS = r"[+-]?[0-9.]+"
BoxOfDegrees = Annotated[
    Box,
    BeforeValidator(box_of),
    PlainSerializer(spelt),
    WithJsonSchema({"type": "string", "pattern": rf"^{_OF_NUMBERS}(,{_OF_NUMBERS}){{3}}$"}),
]
BoxOfCorners = Annotated[
    Box,
    BeforeValidator(_corners),
    PlainSerializer(_spelt_corners),
    WithJsonSchema({"type": "string", "pattern": rf"^{_OF_NUMBERS} {_OF_NUMBERS},{_OF_NUMBERS} {_OF_NUMBERS}$"}),
]
PointInDegrees = Annotated[
    Point,
    BeforeValidator(_point),
    PlainSerializer(spelt),
    WithJsonSchema({"type": "string", "pattern": rf"^{_OF_NUMBERS},{_OF_NUMBERS}$"}),
]
Kilometres = Annotated[
    float,
    BeforeValidator(_radius),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": MAX_RADIUS_KM}),
]
