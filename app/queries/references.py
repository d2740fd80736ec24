"""Locations, actors, sources and countries."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.folding import asked_words
from app.models import ReferenceDocument, ReferenceSource
from app.params.references import ActorQuery, CountryQuery, LocationQuery, ReferenceQuery, SourceQuery
from app.problems import invalid_parameters
from app.queries.bodies import unpack_all
from app.queries.known import unknown_values
from app.queries.pages import Page, fetch_page, holds_in
from app.queries.places import form_of_place, lies_there, values_of_place
from app.queries.releases import AnsweringRelease

Row = ReferenceDocument


def list_locations(connection: Connection, release: AnsweringRelease, asked: LocationQuery) -> Page:
    """One page of locations. Raises Problem 400 for names that do not exist."""
    kinds, countries = _any_of(Row.kind, asked.kind), _any_of(Row.country, asked.country)
    there = lies_there(Row, *form_of_place(asked.bbox, asked.near))
    wanted = [
        *kinds,
        *countries,
        *_any_of(Row.admin1, asked.admin1),
        *_citing(asked.source),
        *_named(asked.q),
        *there,
    ]
    values = values_of_place(asked.bbox, asked.near, asked.radius_km)
    return _list(connection, release, asked, "location", wanted, values)


def list_actors(connection: Connection, release: AnsweringRelease, asked: ActorQuery) -> Page:
    """One page of actors."""
    wanted = [
        *_any_of(Row.kind, asked.kind),
        *_any_of(Row.country, asked.country),
        *_citing(asked.source),
        *_named(asked.q),
    ]
    return _list(connection, release, asked, "actor", wanted)


def list_sources(connection: Connection, release: AnsweringRelease, asked: SourceQuery) -> Page:
    """One page of sources. Raises Problem 400 for ids that do not exist."""
    wanted = _any_of(Row.kind, asked.kind)
    if asked.source:
        wanted.append(or_(Row.id.in_(asked.source), Row.family.in_(asked.source)))
    return _list(connection, release, asked, "source", wanted)


def list_countries(connection: Connection, release: AnsweringRelease, asked: CountryQuery) -> Page:
    """One page of countries that places lie in."""
    return _list(connection, release, asked, "country", _any_of(Row.country, asked.country))


def _any_of(column: InstrumentedAttribute[Any], values: Sequence[str]) -> list[ColumnElement[bool]]:
    return [column.in_(values)] if values else []


def _citing(sources: Sequence[str]) -> list[ColumnElement[bool]]:
    """Documents that cite any of the sources, or any source of the families."""
    if not sources:
        return []
    cited = ReferenceSource
    releases = select(Row.id).where(Row.resource == "source", Row.family.in_(sources))
    any_of_them = or_(cited.source.in_(sources), cited.source.in_(releases))
    return [Row.number.in_(select(cited.document).where(any_of_them))]


def _named(question: str | None) -> Iterator[ColumnElement[bool]]:
    """Names that have all of the words, which stand between spaces."""
    for word in asked_words(question or ""):
        ends = "" if word.is_prefix else " "
        yield or_(*(Row.words.contains(f" {spelling}{ends}", autoescape=True) for spelling in word.spellings))


def _list(
    connection: Connection,
    release: AnsweringRelease,
    asked: ReferenceQuery,
    resource: str,
    wanted: Sequence[ColumnElement[bool]],
    values: Mapping[str, Any] | None = None,
) -> Page:
    faults = unknown_values(connection, asked)
    if faults:
        raise invalid_parameters(faults)
    matching = [Row.resource == resource, holds_in(Row, release.number), *wanted]
    query = select(Row.id, Row.dictionary, Row.body).where(*matching).params(values or {})
    shown, last = fetch_page(connection, query, asked, Row.id.expression)
    total = connection.scalar(select(func.count()).where(*matching).params(values or {})) if asked.total else None
    bodies = unpack_all(connection, ((row.dictionary, row.body) for row in shown))
    return Page(bodies, total, last)
