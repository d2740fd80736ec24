"""Quotes are held against the text that their source's hash names; what was not checked is never called right."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.importers.facts import read_facts
from seed.verify import CitedRow, cited_rows, text_hashes, verify_citations
from tests.seed.article_text import article_text

TEXT = "The first line.\n\nThe second  line, with a\tgap – and Kata’ib.\n".encode()
SOURCES = {"paper": hashlib.sha256(TEXT).hexdigest(), "other": "0" * 64, "atlas": None}


def row(quote: str | None, source: str = "paper") -> CitedRow:
    return CitedRow("events strike", source, "paragraph 2", quote)


def test_a_quote_that_stands_in_the_text_is_found_with_white_space_folded_on_both_sides() -> None:
    rows = [row("The second line, with a gap"), row("first\n  line. The second"), row("Kata’ib")]

    report = verify_citations(rows, SOURCES, TEXT)

    assert (report.found, report.missing, report.exit_code) == (tuple(rows), (), 0)
    assert list(report.lines()) == ["3 of 3 quotes found in the text."]


@pytest.mark.parametrize("quote", ["the first line", "Kata'ib", "The third line", "line The", " \n"])
def test_a_quote_that_is_not_there_to_the_letter_fails_and_names_its_row(quote: str) -> None:
    report = verify_citations([row("The first line."), row(quote)], SOURCES, TEXT)

    assert (report.missing, report.exit_code) == ((row(quote),), 1)
    assert list(report.lines()) == [
        f"ERROR: events strike: not in the text of paper, paragraph 2: {quote!r}",
        "1 of 2 quotes found in the text.",
    ]


def test_a_text_that_no_source_names_is_an_error_and_checks_nothing() -> None:
    report = verify_citations([row("The first line.")], SOURCES, TEXT + b" ")

    assert (report.found, report.not_checked, report.exit_code) == ((), (row("The first line."),), 1)
    assert next(report.lines()).startswith("ERROR: No source names this text: its SHA-256 is ")


def test_citations_of_other_sources_are_not_checked() -> None:
    rows = [row("The first line."), row("The first line.", "other"), row(None, "atlas")]

    report = verify_citations(rows, SOURCES, TEXT)

    assert (report.found, report.not_checked, report.without_quote) == ((rows[0],), (rows[1],), (rows[2],))
    assert "1 quotes not checked, no text of: other." in list(report.lines())
    assert report.exit_code == 0


def test_without_a_text_nothing_is_right_and_nothing_is_wrong() -> None:
    report = verify_citations([row("The first line."), row(None, "atlas")], SOURCES, None)

    assert (report.found, report.missing, report.exit_code) == ((), (), 3)
    words = "\n".join(report.lines())
    assert "not checked" in words
    assert "found" not in words


def test_a_citation_of_a_source_that_is_not_there_fails_even_without_a_text() -> None:
    report = verify_citations([row("The first line.", "papper")], SOURCES, None)

    assert report.exit_code == 1
    assert list(report.lines()) == ["ERROR: events strike: there is no source 'papper'."]


def test_a_text_that_is_not_utf_8_is_an_error() -> None:
    text = "Kata’ib".encode("cp1252")

    report = verify_citations([row("Kata")], {"paper": hashlib.sha256(text).hexdigest()}, text)

    assert (report.text_fault, report.exit_code) == ("The text of paper is not UTF-8.", 1)


@given(
    rows=st.lists(
        st.tuples(
            st.just("row"),
            st.sampled_from(["paper", "other", "atlas", "none"]),
            st.just("p. 1"),
            st.none() | st.sampled_from(["The first line.", "nowhere"]),
        )
    ),
    text=st.sampled_from([None, TEXT, b"another"]),
)
def test_every_citation_has_one_fate(rows: list[tuple[str, str, str, str | None]], text: bytes | None) -> None:
    report = verify_citations(rows, SOURCES, text)

    fates = (report.found, report.missing, report.not_checked, report.without_quote, report.without_source)
    assert sorted(map(repr, sum(fates, ()))) == sorted(repr(CitedRow(*one)) for one in rows)
    assert (report.found == ()) or text == TEXT


def test_cited_rows_name_the_row_down_to_the_innermost_list(tmp_path: Path) -> None:
    cited = "citations: [{source: s, locator: p. 1, quote: q}]"
    (tmp_path / "a.yaml").write_text(
        f"sources: [{{id: s, kind: article, title: S, text_sha256: {'a' * 64}}}]\n"
        f"actors: [{{id: a, name: A, kind: state, {cited}, relationships: [\n"
        f"  {{kind: backed_by, actor: b, wording: by, {cited}}}]}}, {{id: b, name: B, kind: state, {cited}}}]\n",
        encoding="utf-8",
    )
    facts = read_facts(tmp_path)

    assert {cited.row for cited in cited_rows(facts)} == {"actors a", "actors a .relationships[0]", "actors b"}
    assert text_hashes(facts) == {"s": "a" * 64}


def test_every_quote_of_the_article_stands_in_its_text() -> None:
    facts = read_facts()

    report = verify_citations(cited_rows(facts), text_hashes(facts), article_text())

    assert next(report.lines()) == f"{len(report.found)} of {len(report.found)} quotes found in the text."
    assert report.exit_code == 0
    assert not report.not_checked
    assert {row.source for row in report.without_quote} <= {s.id for s in facts.sources if s.kind == "gazetteer"}


def test_a_quote_of_the_article_that_was_changed_by_one_word_is_missed() -> None:
    facts = read_facts()
    changed = [row._replace(quote=row.quote.replace("18", "19")) for row in cited_rows(facts) if row.quote]

    report = verify_citations(changed, text_hashes(facts), article_text())

    assert {row.row for row in report.missing} == {
        "events 2024-02-02-us-strikes-syria .reported_counts[1]",
        "events 2024-02-02-us-strikes-syria .casualty_claims[0]",
    }
