"""An event in one row."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from app.schemas.columns.counts import CLAIMS, FIGURES, REPORTED_COUNTS
from app.schemas.columns.shared import CITATIONS, countries_columns, countries_values
from app.schemas.columns.tables import (
    Column,
    Kind,
    Part,
    Point,
    Table,
    as_json,
    copied,
    distinct,
    member_that_came_later,
    members_as_they_are,
    recurring,
)
from app.schemas.events import Conflict, DatasetCodes, EventDocument, EventLinks
from app.vocabulary import Attribution, LocationPrecision, Role

_EXACTNESS = {precision.value: rank for rank, precision in enumerate(LocationPrecision)}
_CODES = {
    "code_status": Kind.TEXT,
    "event_clarity": Kind.INTEGER,
    "where_prec": Kind.INTEGER,
    "date_prec": Kind.INTEGER,
    "number_of_sources": Kind.INTEGER,
    "country": Kind.TEXT,
    "country_id": Kind.INTEGER,
}
_NO_CODES = (None,) * len(_CODES)
_of_codes = itemgetter(*_CODES)
_of_country = itemgetter("iso2", "iso3", "name")
_of_place = itemgetter("id", "name", "admin1", "admin2", "latitude", "longitude", "precision")
_NOBODY: Sequence[list[str]] = ([], [])
_DENIED = Attribution.DENIED.value
# Those who deny it stand after all who had a part, whatever part they are said to have had.
_ROLES = (*(role.value for role in Role), _DENIED)


def _conflict(document: Mapping[str, Any]) -> Sequence[Any]:
    conflict = document["conflict"]
    return (None, None) if conflict is None else (conflict["id"], conflict["name"])


def _countries(document: Mapping[str, Any]) -> Sequence[Any]:
    return countries_values([place["country"] for place in document["locations"] if place["country"] is not None])


def _codes_of_countries(document: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple([place["country"] and _of_country(place["country"]) for place in document["locations"]])


def _places(document: Mapping[str, Any]) -> Sequence[Any]:
    places = document["locations"]
    if len(places) == 1:
        return _one_place(places)
    return (
        [place["id"] for place in places],
        [place["name"] for place in places],
        distinct([place["admin1"] for place in places]),
        distinct([place["admin2"] for place in places]),
        *_most_exact(places),
        places,
    )


def _one_place(places: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
    """The same of one place, as most events have it, in a fourth of the time."""
    place_id, name, admin1, admin2, latitude, longitude, precision = _of_place(places[0])
    return (
        [place_id],
        [name],
        [] if admin1 is None else [admin1],
        [] if admin2 is None else [admin2],
        latitude,
        longitude,
        precision,
        places,
    )


def _most_exact(places: Sequence[Mapping[str, Any]]) -> tuple[float | None, float | None, str | None]:
    """The point of the place that says most exactly where the event was, the first of equals, and how exactly."""
    with_a_point = [place for place in places if place["latitude"] is not None and place["longitude"] is not None]
    best = min(with_a_point or places, key=lambda place: _EXACTNESS[place["precision"]], default=None)
    return (None, None, None) if best is None else (best["latitude"], best["longitude"], best["precision"])


_COUNTRIES = Part(
    countries_columns("locations", of="the countries of the event's places"), _countries, _codes_of_countries
)
_PLACES = Part(
    (
        Column("location_ids", Kind.TEXTS, "ids under /locations of the event's places", "locations"),
        Column("location_names", Kind.TEXTS, "names of the event's places", "locations"),
        Column("admin1", Kind.TEXTS, "first-level administrative units of the event's places", "locations"),
        Column("admin2", Kind.TEXTS, "second-level administrative units of the event's places", "locations"),
        Column(
            "latitude", Kind.NUMBER, "of the most exact place with a point; null where none has one", "locations", "°"
        ),
        Column("longitude", Kind.NUMBER, "of the same place", "locations", "°"),
        Column("precision", Kind.TEXT, "how exactly that place says where the event was", "locations"),
        as_json("locations", "the event's places whole"),
    ),
    _places,
)


def _actors(document: Mapping[str, Any]) -> Sequence[Any]:
    actors = document["actors"]
    by_role: dict[str, dict[str, str]] = {}
    for actor in actors:
        role = _DENIED if actor["attribution"] == _DENIED else actor["role"]
        by_role.setdefault(role, {})[actor["id"]] = actor["name"]
    values: list[Any] = []
    for role in _ROLES:
        held = by_role.get(role)
        values += _NOBODY if held is None else ([*held], [*held.values()])
    values.append(actors)
    return values


def _columns_of_roles() -> tuple[Column, ...]:
    columns: list[Column] = []
    for role in _ROLES[:-1]:
        said = f"actors whose role is `{role}`, without those who only deny it"
        columns.append(Column(f"{role}_ids", Kind.TEXTS, f"ids under /actors of {said}", "actors"))
        columns.append(Column(f"{role}_names", Kind.TEXTS, f"names of {said}", "actors"))
    return tuple(columns)


_ACTORS = recurring(
    Part(
        (
            *_columns_of_roles(),
            Column("denied_ids", Kind.TEXTS, "ids under /actors of who denies a part in it; no involvement", "actors"),
            Column("denied_names", Kind.TEXTS, "names of who denies a part in it; no involvement", "actors"),
            as_json("actors", "the involvements whole: role, attribution, on whose word, wording"),
        ),
        _actors,
    )
)


def _dataset(document: Mapping[str, Any]) -> Sequence[Any]:
    codes = document["dataset"]
    return _NO_CODES if codes is None else _of_codes(codes)


def _external_ids(document: Mapping[str, Any]) -> Sequence[Any]:
    return ([f"{known['scheme']}:{known['value']}" for known in document["external_ids"]],)


def _links(document: Mapping[str, Any]) -> Sequence[Any]:
    return (document["links"]["self"], document["links"]["original"])


def _points(document: Mapping[str, Any]) -> list[Point]:
    places = document["locations"]
    known = [place for place in places if place["latitude"] is not None and place["longitude"] is not None]
    return distinct([(place["longitude"], place["latitude"]) for place in known])


EVENTS = Table(
    "events",
    tuple(EventDocument.model_fields),
    (
        members_as_they_are(
            copied(EventDocument, "id", description="id under /events"),
            copied(EventDocument, "title"),
            copied(EventDocument, "summary"),
        ),
        recurring(
            members_as_they_are(
                copied(EventDocument, "is_aggregate", Kind.BOOLEAN),
                copied(EventDocument, "part_of"),
                copied(EventDocument, "parts", Kind.TEXTS),
                copied(EventDocument, "in_response_to"),
                copied(EventDocument, "event_type"),
                copied(EventDocument, "sub_event_type"),
                copied(EventDocument, "type_of_violence"),
            )
        ),
        recurring(
            Part(
                (
                    copied(
                        Conflict, "id", name="conflict_id", member="conflict", description="a dataset's grouping: id"
                    ),
                    copied(
                        Conflict,
                        "name",
                        name="conflict_name",
                        member="conflict",
                        description="a dataset's grouping: name",
                    ),
                ),
                _conflict,
            )
        ),
        members_as_they_are(
            copied(EventDocument, "date_start", Kind.DATE),
            copied(EventDocument, "date_end", Kind.DATE),
            copied(EventDocument, "date_precision", description="how exactly the dates are known"),
            copied(EventDocument, "date_wording"),
        ),
        _COUNTRIES,
        _PLACES,
        _ACTORS,
        REPORTED_COUNTS,
        FIGURES,
        *CLAIMS,
        *CITATIONS,
        recurring(
            Part(
                tuple(
                    copied(
                        DatasetCodes,
                        name,
                        kind,
                        name=f"dataset_{name}",
                        member="dataset",
                        description=f"the dataset's own {name}, as its codebook defines it",
                    )
                    for name, kind in _CODES.items()
                ),
                _dataset,
            )
        ),
        Part(
            (Column("external_ids", Kind.TEXTS, "the event's ids elsewhere, as `scheme:value`", "external_ids"),),
            _external_ids,
        ),
        recurring(
            members_as_they_are(
                copied(EventDocument, "review_status", Kind.TEXTS, description="what a reviewer should look at")
            )
        ),
        Part(
            (
                copied(EventLinks, "self", name="links_self", member="links", description="the event's own address"),
                copied(EventLinks, "original", name="links_original", member="links"),
            ),
            _links,
        ),
        member_that_came_later(Column("cite_as", Kind.TEXT, "how to cite the event", "cite_as")),
    ),
    find_points=_points,
)
