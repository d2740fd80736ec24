"""Where a point lies, in SQL: of events' places and of locations. A form shapes the condition, values are bound."""

from collections.abc import Hashable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_

from app.geography import latitudes_within, squared_chord, vector_of
from app.params.places import Box, Point

Expression = ColumnElement[bool]


def form_of_place(bbox: Box | None, near: Point | None) -> tuple[Hashable, ...]:
    """What shapes the condition: which sort of box, and whether there is a circle."""
    box = None if bbox is None else "crossing" if bbox.west > bbox.east else "plain"
    return box, near is not None


def values_of_place(bbox: Box | None, near: Point | None, radius_km: float | None) -> dict[str, Any]:
    """What the condition's parameters are bound to."""
    values: dict[str, Any] = {}
    if bbox is not None:
        values |= bbox._asdict()
    if near is not None and radius_km is not None:
        lowest, highest = latitudes_within(near.latitude, radius_km)
        values |= {"near_south": lowest, "near_north": highest, "squared_chord": squared_chord(radius_km)}
        values |= {f"near_{axis}": number for axis, number in vector_of(*near)._asdict().items()}
    return values


def lies_there(row: Any, box: Hashable, circle: Hashable) -> Iterator[Expression]:
    """The conditions for a row with a point; both the box and the circle, where both are asked for."""
    if box is not None:
        yield row.latitude.between(bindparam("south"), bindparam("north"))
        yield _between_meridians(row, box)
    if circle:
        # What a range of the index finds, before it is measured.
        yield row.latitude.between(bindparam("near_south"), bindparam("near_north"))
        x, y, z = row.x - bindparam("near_x"), row.y - bindparam("near_y"), row.z - bindparam("near_z")
        yield x * x + y * y + z * z <= bindparam("squared_chord")


def _between_meridians(row: Any, box: Hashable) -> Expression:
    """The poles lie on every meridian, and the antimeridian has two names."""
    west: ColumnElement[float] = bindparam("west")
    east: ColumnElement[float] = bindparam("east")
    inside: Expression = (
        or_(row.longitude >= west, row.longitude <= east)
        if box == "crossing"
        else and_(row.longitude >= west, row.longitude <= east)
    )
    at_a_pole = or_(row.latitude == 90, row.latitude == -90)
    on_the_antimeridian = and_(or_(row.longitude == 180, row.longitude == -180), or_(west == -180, east == 180))
    return or_(inside, at_a_pole, on_the_antimeridian)
