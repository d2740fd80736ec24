"""Points and distances on the Earth as a sphere. Pure."""

import math
from typing import NamedTuple

# The mean radius that the International Union of Geodesy and Geophysics gives, in kilometres.
EARTH_RADIUS_KM = 6371.0088


class Vector(NamedTuple):
    """A point of the unit sphere: neither poles nor the antimeridian are special to it."""

    x: float
    y: float
    z: float


def vector_of(latitude: float, longitude: float) -> Vector:
    """The vector of a point in WGS84 degrees."""
    north, east = math.radians(latitude), math.radians(longitude)
    return Vector(math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north))


def squared_chord(distance_km: float) -> float:
    """The squared straight line between two unit vectors that lie so far apart along a great circle."""
    return (2 * math.sin(distance_km / EARTH_RADIUS_KM / 2)) ** 2


def latitudes_within(latitude: float, distance_km: float) -> tuple[float, float]:
    """The southernmost and northernmost latitude so far from a parallel, with room for what rounding takes."""
    degrees = math.degrees(distance_km / EARTH_RADIUS_KM) + 1e-6
    return latitude - degrees, latitude + degrees
