"""Columns that several resources have: countries, citations, links."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from app.schemas.columns.tables import Column, Kind, Part, as_json, distinct

_of_publication = itemgetter("title", "publisher", "published_on")


@lru_cache(maxsize=1000)
def _published(told: tuple[str | None, ...]) -> str:
    return ", ".join([part for part in told if part]) + ": "


def describe_citation(note: Mapping[str, Any]) -> str:
    """A citation in one line: title, publisher, date; locator; quote; address."""
    source, quote = note["source"], note["quote"]
    address = note["text_fragment_url"] or source["url"]
    said = _published(_of_publication(source)) + note["locator"]
    if quote:
        said += f': "{quote}"'
    return f"{said} <{address}>" if address else said


_of_source = itemgetter("id", "title", "url")


def _cited(document: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple([_of_source(note["source"]) for note in document["citations"]])


def _sources(document: Mapping[str, Any]) -> Sequence[Any]:
    by_id = {source: (title, url) for source, title, url in _cited(document)}
    told = by_id.values()
    return list(by_id), distinct([title for title, _ in told]), distinct([url for _, url in told])


def _notes(document: Mapping[str, Any]) -> Sequence[Any]:
    notes = document["citations"]
    return distinct([note["text_fragment_url"] for note in notes]), [describe_citation(note) for note in notes], notes


CITATIONS = (
    Part(
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
        ),
        _sources,
        _cited,
    ),
    Part(
        (
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
        _notes,
    ),
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
