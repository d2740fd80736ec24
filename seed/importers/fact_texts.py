"""Holds each row's own content against the rules of the domain: citations, countries, and the words of our titles.

Works on plain values like `references`. Whether a quote stands in its text is `seed.verify`'s question.
"""

import re
from collections.abc import Iterator, Sequence

from app.countries import all_countries, country_of
from app.vocabulary import SourceKind
from seed.importers.fact_rows import Found, Row, every_row, top_rows
from seed.importers.fact_shapes import model_at
from seed.importers.faults import did_you_mean
from seed.importers.yaml_lines import Document

# Sources without prose: their records have an id and no sentence to quote.
WITHOUT_PROSE = {SourceKind.DATASET.value, SourceKind.GAZETTEER.value}
# Words that judge. A title or a summary is ours, so they may stand in it as a quotation alone.
_JUDGING = re.compile(r"\b(terrorists?|prox(?:y|ies)|retaliatory)\b", re.IGNORECASE)
_QUOTATION = re.compile(r"\"[^\"]*\"|“[^”]*”|‘[^’]*’(?!\w)")
_CODE = re.compile(r"[A-Z]{2}")


def faults_of_texts(documents: Sequence[Document]) -> Iterator[Found]:
    """All that is wrong in single rows although every member has the right shape."""
    kinds = {row.text("id"): row.text("kind") for row in top_rows(documents, "sources")}
    for row in every_row(documents):
        match row.place.path:
            case (*_, "citations", int()):
                yield from _faults_of_citation(row, kinds.get(row.text("source")))
            case ("locations" | "actors", int()):
                yield from _faults_of_country(row)
            case ("events", int()):
                yield from _faults_of_own_words(row)


def _faults_of_citation(citation: Row, kind: str | None) -> Iterator[Found]:
    if citation.values.get("quote") is None and kind is not None and kind not in WITHOUT_PROSE:
        article = "an" if kind[0] in "aeiou" else "a"
        yield Found(citation.place, f"quote: {article} {kind} is cited with a quote; only records of a table have none")
    model = model_at(citation.place.path[:-2])
    fields = [name for name in model.model_fields if name != "citations"] if model else []
    for place, name in citation.texts("supports"):
        if fields and name not in fields:
            yield Found(place, f"supports: the row has no field {name!r}{did_you_mean(name, fields)}")


def _faults_of_country(row: Row) -> Iterator[Found]:
    code = row.text("country")
    if code is None or not _CODE.fullmatch(code):
        return
    try:
        country_of(code)
    except KeyError:
        near = did_you_mean(code, (country.iso2 for country in all_countries()))
        yield Found(row.place / "country", f"country: {code!r} is not a code of ISO 3166-1 alpha-2{near}")


def _faults_of_own_words(event: Row) -> Iterator[Found]:
    for member in ("title", "summary"):
        for word in _JUDGING.findall(_QUOTATION.sub("", event.text(member) or "")):
            yield Found(
                event.place / member,
                f"{member}: {word!r} judges; name place, act and date, or quote who says it",
            )
