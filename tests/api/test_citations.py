"""Every row of every answer has its receipt, and the receipt is where it says it is."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.serving import Api
from tests.seed.article_text import article_text

LISTS = ("/events", "/casualty-claims", "/locations", "/actors", "/countries")
ROWS_INSIDE = ("locations", "actors", "reported_counts", "casualty_claims", "relationships")


@pytest.fixture(scope="module")
def gazetteers(api: Api) -> set[str]:
    return set(api.ids("/sources?kind=gazetteer"))


def folded(text: str) -> str:
    return " ".join(text.split())


def rows_inside(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ROWS_INSIDE:
        rows = document.get(name)
        yield from rows if isinstance(rows, list) else ()  # a country counts its claims


@pytest.mark.parametrize("path", LISTS)
def test_every_quote_stands_in_the_article_or_the_source_is_a_gazetteer(
    api: Api, gazetteers: set[str], path: str
) -> None:
    text = folded(article_text().decode())
    for document in api.rows(path):
        for note in document["citations"]:
            if note["source"]["id"] in gazetteers:
                assert (note["quote"], note["text_fragment_url"]) == (None, None)
                assert note["locator"]
            else:
                assert folded(note["quote"]) in text, note
                assert note["text_fragment_url"].partition("#:~:text=")[2]


@pytest.mark.parametrize("path", LISTS)
def test_every_row_inside_names_footnotes_of_its_document(api: Api, path: str) -> None:
    for document in api.rows(path):
        names = [note["id"] for note in document["citations"]]
        assert names
        assert len(names) == len(set(names))
        for row in rows_inside(document):
            assert row["citations"], row
            assert set(row["citations"]) <= set(names), row
            assert len(row["citations"]) == len(set(row["citations"])), row


def test_every_event_and_actor_has_a_footnote_of_its_own(api: Api) -> None:
    for document in (*api.rows("/events"), *api.rows("/actors")):
        own = {note["id"] for note in document["citations"]}
        for row in rows_inside(document):
            own -= set(row["citations"])
        assert own, f"nothing but its rows is cited in {document['id']}"


def test_no_fact_of_an_event_rests_on_a_gazetteer_but_where_its_places_are(api: Api, gazetteers: set[str]) -> None:
    for event in api.rows("/events"):
        source_of = {note["id"]: note["source"]["id"] for note in event["citations"]}
        for row in rows_inside(event):
            sources = [source_of[name] for name in row["citations"]]
            # Each row is said by the article first.
            assert sources[0] not in gazetteers, row
            if row not in event["locations"]:
                assert not gazetteers & set(sources), row
        of_places = {name for place in event["locations"] for name in place["citations"]}
        assert {name for name, source in source_of.items() if source in gazetteers} <= of_places


def test_every_point_names_its_gazetteer(api: Api, gazetteers: set[str]) -> None:
    for place in api.rows("/locations"):
        backed = [note for note in place["citations"] if "latitude" in note["supports"]]
        assert bool(backed) == (place["latitude"] is not None), place["id"]
        assert {note["source"]["id"] for note in backed} <= gazetteers


def test_every_field_that_a_citation_backs_is_a_member_of_something_here(api: Api) -> None:
    # A place's footnotes come into an event as they are, and may back what the place alone says of itself.
    of_places = set(api.rows("/locations")[0])
    for path in ("/events", "/locations", "/actors"):
        for document in api.rows(path):
            known = of_places | set(document) | {member for row in rows_inside(document) for member in row}
            for note in document["citations"]:
                assert set(note["supports"]) <= known, (document["id"], note)


def test_every_cited_source_stands_at_its_own_address(api: Api) -> None:
    sources = {source["id"]: source for source in api.rows("/sources")}
    for path in LISTS:
        for document in api.rows(path):
            for note in document["citations"]:
                cited = note["source"]
                assert cited == {name: sources[cited["id"]][name] for name in cited}
