"""What a client may ask of events as features of OGC API – Features, and the same question as /events takes it."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, create_model

from app.params.asking import one_of, wrong
from app.params.events import DATE_MODES, OVERLAP_OR_UNDATED, EventQuery
from app.params.paging import DEFAULT_LIMIT, MAX_LIMIT, Paged, Pinned
from app.params.places import Box, box_of, number_of, shortest, spelt
from app.problems import Fault
from app.schemas.columns.tables import NO_COLUMNS, Table

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
# A full-date or a date-time of RFC 3339, section 5.6; and a full-date with a T after it, as GDAL 3.6 writes days.
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[Tt](\d{2}:\d{2}):(\d{2})(?:\.\d+)?([Zz]|[+-]\d{2}:\d{2})|T)?", re.ASCII)
_OPEN = ("", "..")


class Span(NamedTuple):
    """Days in UTC, both included; None where an end is open."""

    first: date | None
    last: date | None


def _day_of(text: str) -> date:
    match = _INSTANT.fullmatch(text)
    try:
        if match:
            day, minute, second, offset = match.groups()
            if minute is None:
                return date.fromisoformat(day)
            # A leap second, which RFC 3339 has and the library has not, is of the same day.
            whole = f"{day}T{minute}:{'59' if second == '60' else second}{offset.upper()}"
            return datetime.fromisoformat(whole).astimezone(UTC).date()
    except (ValueError, OverflowError):
        pass
    raise wrong(f"{text!r} is not an instant such as 2024-02-02T00:00:00Z, or a day such as 2024-02-02")


def span_of(text: str) -> Span:
    """The days of a `datetime`. Raises the error of a validator."""
    parts = text.split("/")
    if len(parts) > 2:
        raise wrong(f"{text!r} is neither an instant nor an interval of two with a / between them")
    if len(parts) == 1:
        day = _day_of(text)
        return Span(day, day)
    first, last = (None if part in _OPEN else _day_of(part) for part in parts)
    if first is last is None:
        raise wrong(f"{text!r} is open at both ends: leave datetime out")
    if first and last and first > last:
        raise wrong(f"{text!r} ends before it begins")
    return Span(first, last)


def _as_interval(span: Span) -> str:
    if span.first == span.last:
        return f"{span.first}T00:00:00Z"
    first = f"{span.first}T00:00:00Z" if span.first else ".."
    return f"{first}/{f'{span.last}T23:59:59Z' if span.last else '..'}"


def _box(text: str) -> Box:
    """A box of four numbers; of six, two of which are heights, which no event has."""
    parts = text.split(",")
    if len(parts) not in (4, 6):
        raise wrong(
            f"{text!r} is not minLon,minLat,maxLon,maxLat: 4 numbers with commas between them, or 6 with heights"
        )
    if len(parts) == 6:
        lowest, highest = (number_of(parts[place].strip()) for place in (2, 5))
        if lowest > highest:
            raise wrong(f"the box's minHeight {shortest(lowest)} lies above its maxHeight {shortest(highest)}")
        parts = [*parts[:2], *parts[3:5]]
    return box_of(",".join(parts))


def _limit(text: str) -> int:
    """At most a page: the standard forbids to refuse more than that."""
    digits = text.lstrip("0")
    if not (text.isascii() and text.isdigit()) or not digits:
        raise wrong(f"{text!r} is not a whole number of 1 or more")
    return MAX_LIMIT if len(digits) > 9 else min(int(digits), MAX_LIMIT)


def _fault_of_format(asked: Pinned) -> list[Fault]:
    return [] if asked.format is None else [Fault("format", "has no effect: features are GeoJSON alone")]


class EventsAsFeatures(EventQuery):
    """A question for events as the standard wants it answered: a box is about those that have a geometry alone."""

    @property
    def finds_pointless(self) -> bool:
        return self.near is None


class FeaturesAsked(EventQuery):
    """What /ogc/collections/events/items takes, but for `bbox-crs`."""

    table: ClassVar[Table] = NO_COLUMNS
    presentation: ClassVar[frozenset[str]] = Paged.presentation

    limit: Annotated[
        int,
        BeforeValidator(_limit),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}),
    ] = Field(default=DEFAULT_LIMIT, description=f"features on a page; more than {MAX_LIMIT} are taken as {MAX_LIMIT}")
    bbox: (
        Annotated[
            Box,
            BeforeValidator(_box),
            PlainSerializer(spelt),
            WithJsonSchema(
                {
                    "type": "array",
                    "items": {"type": "number"},
                    "minItems": 4,
                    "maxItems": 6,
                    "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
                }
            ),
        ]
        | None
    ) = Field(
        default=None,
        description="`minLon,minLat,maxLon,maxLat`, edges included; or six numbers, with minHeight and maxHeight,"
        " whose heights make no difference; minLon > maxLon crosses the antimeridian. An event without a point, whose"
        " geometry is null, matches every box, as the standard wants it",
    )
    datetime: (
        Annotated[Span, BeforeValidator(span_of), PlainSerializer(_as_interval), WithJsonSchema({"type": "string"})]
        | None
    ) = Field(
        default=None,
        description="an instant or an interval of RFC 3339, `..` or nothing for an open end:"
        " `2024-02-02T00:00:00Z`, `2024-01-28/2024-02-02`, `2024-02-01/..`. Events are dated by days, to which it is"
        " widened, in UTC; an event matches where its own days meet it, and one without dates always",
    )
    date_mode: Annotated[str, one_of((*DATE_MODES, OVERLAP_OR_UNDATED))] = Field(
        default=OVERLAP_OR_UNDATED,
        description="`overlap_or_undated`: as `overlap`, and an event without dates matches every datetime, as the"
        " standard wants it; the others are those of /events",
    )

    def faults_between(self) -> list[Fault]:
        faults = [*self.as_events().faults_between(), *_fault_of_format(self)]
        if self.datetime is not None:
            at_once = [name for name in ("date_from", "date_to") if getattr(self, name) is not None]
            faults += [Fault(name, "goes against datetime: give one of the two") for name in at_once]
        return faults

    def as_events(self) -> EventQuery:
        """The same question as /events takes it: its cursors are those of that walk."""
        given: dict[str, Any] = {
            name: getattr(self, name) for name in self.model_fields_set & EventQuery.model_fields.keys()
        }
        if self.datetime is not None:
            bounds = {"date_from": self.datetime.first, "date_to": self.datetime.last}
            given |= {name: day for name, day in bounds.items() if day is not None}
        given.pop("date_mode", None)
        if given.keys() & {"date_from", "date_to"} or self.date_mode != OVERLAP_OR_UNDATED:
            given["date_mode"] = self.date_mode
        return EventsAsFeatures.model_construct().model_copy(update=given)


# A name that no attribute can have.
FeaturesQuery = create_model(
    "FeaturesQuery",
    __base__=FeaturesAsked,
    __doc__="What /ogc/collections/events/items takes.",
    **{
        "bbox-crs": (
            Annotated[str, one_of((CRS84,))],
            Field(default=CRS84, description="in what the bbox is given: WGS84, longitude first"),
        )
    },  # type: ignore[call-overload]
)


class FeatureItem(Pinned):
    """What /ogc/collections/events/items/{id} takes."""

    def faults_between(self) -> list[Fault]:
        return [*super().faults_between(), *_fault_of_format(self)]
