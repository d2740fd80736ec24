"""Columns that several resources have: countries, citations, links."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from app.schemas.columns.tables import Column, Kind, Part, as_json, distinct


@lru_cache(maxsize=1000)
def _published(title: str | None, publisher: str | None, published_on: str | None) -> str:
    return ", ".join([part for part in (title, publisher, published_on) if part])


def describe_citation(note: Mapping[str, Any]) -> str:
    """A citation in one line: title, publisher, date; locator; quote; address."""
    source = note["source"]
    said = f"{_published(source['title'], source['publisher'], source['published_on'])}: {note['locator']}"
    if note["quote"]:
        said += ': "' + note["quote"] + '"'
    address = note["text_fragment_url"] or source["url"]
    return f"{said} <{address}>" if address else said


def _citations(document: Mapping[str, Any]) -> Sequence[Any]:
    notes = document["citations"]
    by_id = {note["source"]["id"]: note["source"] for note in notes}
    sources = list(by_id.values())
    return (
        list(by_id),
        distinct([source["title"] for source in sources]),
        distinct([source["url"] for source in sources]),
        distinct([note["text_fragment_url"] for note in notes]),
        [describe_citation(note) for note in notes],
        notes,
    )


CITATIONS = Part(
    (
        Column("source_ids", Kind.TEXTS, "ids under /sources of all that is cited", "citations"),
        Column("source_titles", Kind.TEXTS, "titles of those sources", "citations"),
        Column(
            "source_urls",
            Kind.TEXTS,
            "addresses of those sources, as far as they are known",
            "citations",
            is_address=True,
        ),
        Column(
            "citation_urls",
            Kind.TEXTS,
            "addresses that open what was read at a quote, as far as they are known",
            "citations",
            is_address=True,
        ),
        Column("citations", Kind.TEXTS, "each citation in one line: source, locator, quote, address", "citations"),
        as_json("citations", "the citations whole, with the ids that other columns name them by"),
    ),
    _citations,
)

LINK_TO_ITSELF = Part(
    (Column("links_self", Kind.TEXT, "the document's own address, relative to the API's root", "links"),),
    lambda document: (document["links"]["self"],),
)


def country_columns(member: str, *, of: str) -> tuple[Column, ...]:
    """`country_iso2`, `country_iso3` and `country_name` of one country."""
    return (
        Column("country_iso2", Kind.TEXT, f"ISO 3166-1 alpha-2 code of {of}", member),
        Column("country_iso3", Kind.TEXT, f"ISO 3166-1 alpha-3 code of {of}", member),
        Column("country_name", Kind.TEXT, f"English name of {of}", member),
    )


def country_values(country: Mapping[str, Any] | None) -> Sequence[str | None]:
    """The values of `country_columns`."""
    return (None, None, None) if country is None else (country["iso2"], country["iso3"], country["name"])


def countries_columns(member: str, *, of: str) -> tuple[Column, ...]:
    """The same of several countries, each once."""
    return (
        Column("country_iso2", Kind.TEXTS, f"ISO 3166-1 alpha-2 codes of {of}", member),
        Column("country_iso3", Kind.TEXTS, f"ISO 3166-1 alpha-3 codes of {of}", member),
        Column("country_names", Kind.TEXTS, f"English names of {of}", member),
    )


def countries_values(countries: Sequence[Mapping[str, Any]]) -> Sequence[list[str]]:
    """The values of `countries_columns`."""
    return (
        distinct([country["iso2"] for country in countries]),
        distinct([country["iso3"] for country in countries]),
        distinct([country["name"] for country in countries]),
    )
