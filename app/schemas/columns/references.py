"""Locations, actors, sources and countries, each in one row."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.schemas.columns.shared import CITATIONS, LINK_TO_ITSELF, country_columns, country_values
from app.schemas.columns.tables import (
    Column,
    Kind,
    Part,
    Point,
    Table,
    as_json,
    copied,
    member_that_came_later,
    members_as_they_are,
)
from app.schemas.references import ActorDocument, CountryDocument, LocationDocument, RestsOn, SourceDocument


def _country(document: Mapping[str, Any]) -> Sequence[Any]:
    return country_values(document["country"])


def _cite_as(what: str) -> Part:
    return member_that_came_later(Column("cite_as", Kind.TEXT, f"how to cite the {what}", "cite_as"))


def _point(document: Mapping[str, Any]) -> list[Point]:
    latitude, longitude = document["latitude"], document["longitude"]
    return [] if latitude is None or longitude is None else [(longitude, latitude)]


LOCATIONS = Table(
    "locations",
    tuple(LocationDocument.model_fields),
    (
        members_as_they_are(
            copied(LocationDocument, "id", description="id under /locations"),
            copied(LocationDocument, "name", description="the place's name"),
            copied(LocationDocument, "names", Kind.TEXTS),
            copied(LocationDocument, "kind", description="what sort of place it is"),
            copied(LocationDocument, "admin1", description="first-level administrative unit"),
            copied(LocationDocument, "admin2", description="second-level administrative unit"),
        ),
        Part(country_columns("country", of="the place's country"), _country),
        members_as_they_are(
            copied(LocationDocument, "latitude", Kind.NUMBER, unit="°"),
            copied(LocationDocument, "longitude", Kind.NUMBER, unit="°"),
            copied(LocationDocument, "within"),
        ),
        *CITATIONS,
        LINK_TO_ITSELF,
        _cite_as("place"),
    ),
    find_points=_point,
)


def _relationships(document: Mapping[str, Any]) -> Sequence[Any]:
    relationships = document["relationships"]
    return ([f"{known['kind']} {known['actor']['name']}" for known in relationships], relationships)


ACTORS = Table(
    "actors",
    tuple(ActorDocument.model_fields),
    (
        members_as_they_are(
            copied(ActorDocument, "id", description="id under /actors"),
            copied(ActorDocument, "name", description="the actor's name"),
            copied(ActorDocument, "names", Kind.TEXTS),
            copied(ActorDocument, "kind", description="what sort of actor it is"),
        ),
        Part(country_columns("country", of="the state that it is or belongs to"), _country),
        members_as_they_are(copied(ActorDocument, "description", description="who that is")),
        Part(
            (
                Column("relationships", Kind.TEXTS, "this actor's relationships: kind, and to whom", "relationships"),
                as_json("relationships", "those relationships whole"),
            ),
            _relationships,
        ),
        *CITATIONS,
        LINK_TO_ITSELF,
        _cite_as("actor"),
    ),
)


def _authors(document: Mapping[str, Any]) -> Sequence[Any]:
    authors = document["authors"]
    return ([author["name"] for author in authors], authors)


def _rests_on_it(document: Mapping[str, Any]) -> Sequence[Any]:
    counts = document["rests_on_it"]
    return [counts[name] for name in RestsOn.model_fields]


SOURCES = Table(
    "sources",
    tuple(SourceDocument.model_fields),
    (
        members_as_they_are(
            copied(SourceDocument, "id", description="id under /sources"),
            copied(SourceDocument, "kind", description="what sort of publication it is"),
            copied(SourceDocument, "title", description="its title"),
        ),
        Part(
            (
                Column("author_names", Kind.TEXTS, "who wrote it", "authors"),
                as_json("authors", "who wrote it, with affiliations"),
            ),
            _authors,
        ),
        members_as_they_are(
            copied(SourceDocument, "publisher", description="who published it"),
            copied(SourceDocument, "published_on", Kind.DATE, description="day of publication, as it says itself"),
            copied(SourceDocument, "url", is_address=True),
            copied(SourceDocument, "archive_url", description="address of an archive's copy", is_address=True),
            copied(SourceDocument, "retrieved_from", is_address=True),
            copied(SourceDocument, "retrieved_on", Kind.DATE, description="day on which it was read"),
            copied(SourceDocument, "licence", description="the licence that it is under"),
            copied(SourceDocument, "language"),
            copied(SourceDocument, "republication_of"),
            copied(SourceDocument, "family"),
            copied(SourceDocument, "notes", description="what is to be known of it"),
            copied(SourceDocument, "text_sha256"),
        ),
        Part(
            tuple(
                copied(
                    RestsOn,
                    name,
                    Kind.INTEGER,
                    name=f"rests_on_it_{name}",
                    member="rests_on_it",
                    description=f"how many {name.replace('_', ' ')} of this release cite it",
                    unit="rows",
                )
                for name in RestsOn.model_fields
            ),
            _rests_on_it,
        ),
        LINK_TO_ITSELF,
        _cite_as("source"),
    ),
)

COUNTRIES = Table(
    "countries",
    tuple(CountryDocument.model_fields),
    (
        members_as_they_are(
            copied(CountryDocument, "iso2"),
            copied(CountryDocument, "iso3"),
            copied(CountryDocument, "iso_numeric"),
            copied(CountryDocument, "gw", Kind.INTEGERS),
            copied(CountryDocument, "name", description="the country's short English name"),
            copied(CountryDocument, "names", Kind.TEXTS),
            copied(CountryDocument, "events", Kind.INTEGER, unit="events"),
            copied(CountryDocument, "casualty_claims", Kind.INTEGER, unit="claims"),
            copied(CountryDocument, "first_date", Kind.DATE),
            copied(CountryDocument, "last_date", Kind.DATE),
        ),
        *CITATIONS,
        LINK_TO_ITSELF,
        _cite_as("country's row"),
    ),
)
