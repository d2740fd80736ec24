"""BibTeX, CSL-JSON and RIS, read back by pybtex, citeproc-py and rispy."""

import re
from typing import Any

import orjson
import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pybtex.database import BibliographyData, parse_string

from app.formats.bibliography import (
    READ_ELSEWHERE,
    Answered,
    Reference,
    on_one_line,
    references_of_events,
    references_of_sources,
)
from app.formats.bibliography_bibtex import as_bibtex
from app.formats.bibliography_csl import as_csl_json
from app.formats.bibliography_ris import as_ris
from app.vocabulary import SourceKind

ARTICLE: dict[str, Any] = {
    "id": "conversation-2024-02-03-us-raids",
    "kind": "article",
    "title": "US raids in Iraq and Syria: 100% of R&D_costs",
    "authors": [
        {"name": "Sara Harmouch", "affiliation": "American University"},
        {"name": "Nakissa Jahanbani", "affiliation": None},
    ],
    "publisher": "The Conversation",
    "published_on": "2024-02-03",
    "url": None,
    "archive_url": None,
    "retrieved_from": "https://copy.example/raids_{a}/",
    "retrieved_on": None,
    "licence": None,
    "language": "en",
    "republication_of": None,
    "family": None,
    "notes": None,
    "text_sha256": None,
}
DATASET = ARTICLE | {
    "id": "ged-24.1",
    "kind": "dataset",
    "title": "GED, version 24.1",
    "authors": [],
    "publisher": "UCDP",
    "published_on": None,
    "url": "https://doi.org/10.1234/ged.24_1",
    "retrieved_from": None,
    "retrieved_on": "2026-11-22",
    "licence": "CC BY 4.0",
    "notes": "Cite it.",
}
STATEMENT = DATASET | {"id": "centcom-1", "kind": "statement", "title": "Strikes", "url": None, "publisher": None}
EVENT: dict[str, Any] = {
    "id": "strikes",
    "title": "Strikes in Iraq",
    "citations": [
        {"id": "c1", "source": {name: ARTICLE[name] for name in ("id", "title", "publisher", "published_on", "url")}},
        {"id": "c2", "source": {name: ARTICLE[name] for name in ("id", "title", "publisher", "published_on", "url")}},
        {"id": "c3", "source": {name: DATASET[name] for name in ("id", "title", "publisher", "published_on", "url")}},
    ],
    "links": {"self": "/events/strikes"},
    "cite_as": "Sara Harmouch. US raids. In: Conflict Events API, release 1, /events/strikes?release=1",
}
ANSWERED = Answered(release=3, published_on="2024-02-05", base="https://data.example.org")

# The part of CSL-JSON 1.0.2's schema that is written here: names of types, variables, and how names and days are told.
CSL_DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}},
        }
    },
    "required": ["date-parts"],
    "additionalProperties": False,
}
CSL_NAME = {
    "type": "object",
    "properties": {"literal": {"type": "string", "minLength": 1}},
    "required": ["literal"],
    "additionalProperties": False,
}
CSL_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["id", "type"],
        "additionalProperties": False,
        "properties": {
            "type": {"enum": ["article", "article-newspaper", "dataset", "document", "report", "webpage"]},
            "author": {"type": "array", "items": CSL_NAME},
            "issued": CSL_DATE,
            "accessed": CSL_DATE,
            **{
                name: {"type": "string", "minLength": 1}
                for name in (
                    "id", "title", "container-title", "publisher", "version", "DOI", "URL", "language", "annote"
                )
            },
        },
    },
}  # fmt: skip


def bibtex_of(references: list[Reference]) -> BibliographyData:
    return parse_string(as_bibtex(references), "bibtex")


def fields_of(data: BibliographyData, key: str) -> dict[str, str]:
    return {name.lower(): value for name, value in data.entries[key].fields.items()}


def unescaped(text: str) -> str:
    """What TeX would print of our escapes."""
    names = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}"}
    names |= {"textasciitilde": "~", "textasciicircum": "^"}
    return re.sub(r"\\(text\w+)\{\}|\\([$&#_%])", lambda match: names.get(match[1] or "", match[2] or ""), text)


def items_of(references: list[Reference]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = orjson.loads(as_csl_json(references))
    Draft202012Validator(CSL_SCHEMA).validate(items)
    return items


def test_an_article_when_written_as_bibtex_then_a_reader_finds_what_is_known_and_no_more() -> None:
    data = bibtex_of(references_of_sources([ARTICLE]))
    entry = data.entries[ARTICLE["id"]]
    assert entry.type == "article"
    assert {name: unescaped(value) for name, value in fields_of(data, ARTICLE["id"]).items()} == {
        "title": "{US raids in Iraq and Syria: 100% of R&D_costs}",
        "affiliation": "Sara Harmouch: American University",
        "journal": "{The Conversation}",
        "year": "2024",
        "date": "2024-02-03",
        "language": "en",
        "annote": READ_ELSEWHERE,
        "url": "https://copy.example/raids_%7Ba%7D/",
    }
    assert [str(person) for person in entry.persons["author"]] == ["{Sara Harmouch}", "{Nakissa Jahanbani}"]


def test_a_dataset_when_written_as_bibtex_then_its_doi_licence_and_day_of_reading_are_there() -> None:
    data = bibtex_of(references_of_sources([DATASET, STATEMENT]))
    assert data.entries["ged-24.1"].type == "misc"
    assert fields_of(data, "ged-24.1") | {"language": "en"} == {
        "title": "{GED, version 24.1}",
        "publisher": "{UCDP}",
        "type": "Data set",
        "language": "en",
        "copyright": "CC BY 4.0",
        "annote": "Cite it.",
        "doi": "10.1234/ged.24_1",
        "url": "https://doi.org/10.1234/ged.24_1",
        "urldate": "2026-11-22",
    }
    # A report needs who issued it; where that is not known it is none.
    assert data.entries["centcom-1"].type == "misc"


def test_sources_when_written_as_csl_json_then_types_and_days_are_as_the_schema_says() -> None:
    article, dataset, statement, page = items_of(
        references_of_sources([ARTICLE, DATASET, STATEMENT, ARTICLE | {"id": "page", "publisher": None}])
    )
    assert article == {
        "id": ARTICLE["id"],
        "type": "article-newspaper",
        "title": ARTICLE["title"],
        "author": [{"literal": "Sara Harmouch"}, {"literal": "Nakissa Jahanbani"}],
        "container-title": "The Conversation",
        "issued": {"date-parts": [[2024, 2, 3]]},
        "URL": "https://copy.example/raids_{a}/",
        "language": "en",
        "annote": READ_ELSEWHERE,
    }
    assert (dataset["type"], dataset["DOI"], dataset["accessed"]) == (
        "dataset",
        "10.1234/ged.24_1",
        {"date-parts": [[2026, 11, 22]]},
    )
    assert "issued" not in dataset
    assert (statement["type"], page["type"]) == ("report", "webpage")


# Its schemas and its parser are older than the warnings of today's lxml.
@pytest.mark.filterwarnings("ignore")
def test_csl_json_when_given_to_a_processor_then_it_makes_a_bibliography_of_it() -> None:
    references = references_of_events([EVENT], {ARTICLE["id"]: ARTICLE, DATASET["id"]: DATASET}, ANSWERED)
    items = items_of(references)
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    bibliography.sort()
    printed = " ".join(str(each) for each in bibliography.bibliography())
    assert "Sara Harmouch and Nakissa Jahanbani" in printed
    assert "The Conversation" in printed
    assert "Strikes in Iraq" in printed


def test_sources_when_written_as_ris_then_a_reader_finds_what_is_known() -> None:
    text = as_ris(references_of_sources([ARTICLE, DATASET]))
    assert text.replace("\r\n", "").count("\n") == text.replace("\r\n", "").count("\r") == 0
    article, dataset = rispy.loads(text.replace("\r\n", "\n"))
    assert (article["type_of_reference"], dataset["type_of_reference"]) == ("NEWS", "DATA")
    assert article["id"] == ARTICLE["id"]
    assert article["title"] == ARTICLE["title"]
    assert article["authors"] == ["Sara Harmouch", "Nakissa Jahanbani"]
    assert article["author_address"] == "American University"
    assert article["secondary_title"] == "The Conversation"
    assert (article["year"], article["date"]) == ("2024", "2024/02/03")
    assert "access_date" not in article
    assert (dataset["doi"], dataset["access_date"], dataset["publisher"]) == ("10.1234/ged.24_1", "2026/11/22", "UCDP")
    assert not {"year", "date", "authors"} & dataset.keys()


def test_an_event_when_written_then_its_own_record_comes_first_and_each_source_once() -> None:
    references = references_of_events([EVENT, EVENT], {ARTICLE["id"]: ARTICLE}, ANSWERED)
    assert [reference.key for reference in references] == ["event-strikes", ARTICLE["id"], "ged-24.1"]
    event, article, footnote = references
    assert event == Reference(
        key="event-strikes",
        kind=SourceKind.DATASET,
        title="Strikes in Iraq",
        publisher="Conflict Events API",
        issued="2024-02-05",
        version="release 3",
        url="https://data.example.org/events/strikes?release=3",
        notes=(EVENT["cite_as"],),
    )
    assert [name for name, _ in article.authors] == ["Sara Harmouch", "Nakissa Jahanbani"]
    assert (footnote.kind, footnote.doi) == (None, "10.1234/ged.24_1")
    assert [item["type"] for item in items_of(references)] == ["dataset", "article-newspaper", "document"]


def test_an_event_when_the_public_address_is_not_known_then_no_address_is_made_up() -> None:
    old = {name: value for name, value in EVENT.items() if name != "cite_as"}
    (event, *_) = references_of_events([old], {}, Answered(3, "2024-02-05"))
    assert event.url is None
    assert event.notes == ("Conflict Events API, release 3, /events/strikes?release=3",)


def test_no_references_when_written_then_each_format_says_so_in_its_way() -> None:
    assert (as_bibtex([]), as_csl_json([]), as_ris([])) == ("", b"[]", "")


texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(on_one_line)


@given(title=texts, name=texts, publisher=texts)
def test_any_text_when_written_then_every_reader_has_it_again(title: str, name: str, publisher: str) -> None:
    source = ARTICLE | {"title": title, "authors": [{"name": name, "affiliation": name}], "publisher": publisher}
    references = references_of_sources([source])

    fields = fields_of(bibtex_of(references), source["id"])
    assert unescaped(fields["title"][1:-1]) == on_one_line(title)
    assert unescaped(fields["journal"][1:-1]) == on_one_line(publisher)
    assert unescaped(fields["affiliation"]) == f"{on_one_line(name)}: {on_one_line(name)}"

    (item,) = items_of(references)
    assert (item["title"], item["author"]) == (on_one_line(title), [{"literal": on_one_line(name)}])

    (entry,) = rispy.loads(as_ris(references).replace("\r\n", "\n"))
    assert (entry["title"], entry["authors"]) == (on_one_line(title), [on_one_line(name)])
