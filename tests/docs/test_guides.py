"""The guides: facts that they show are loaded, tables that they print are those of the code's own tests."""

from pathlib import Path

import pytest
import yaml

from app.params.claims import ClaimQuery
from app.params.events import EventQuery
from app.problems import PROBLEM_TYPES
from seed.importers.facts import FactsRefused, read_facts
from tests.docs.markdown import ROOT, all_blocks, blocks, in_backticks, pages, table_after
from tests.domain import test_counts, test_envelope

FACTS_PAGE = ROOT / "docs" / "facts.md"


def example_facts() -> str:
    """The example of docs/facts.md, whose blocks together make one file."""
    return "".join(block.text for block in blocks(FACTS_PAGE) if block.language == "yaml")


def test_the_example_of_facts_when_read_by_the_importer_then_it_is_taken_whole(tmp_path: Path) -> None:
    (tmp_path / "example.yaml").write_text(example_facts(), encoding="utf-8")

    facts = read_facts(tmp_path)

    (event,) = facts.events
    (claim,) = event.casualty_claims
    assert (claim.wording, claim.value, claim.low, claim.high) == ("at least 4", 4, 4, None)
    assert {source.id for source in facts.sources} == {"example-daily-2020-05-01", "example-gazetteer"}
    assert len(facts.locations) == 1
    assert len(facts.actors) == 2


def test_the_example_of_facts_when_a_citation_is_taken_out_then_it_is_refused(tmp_path: Path) -> None:
    facts = yaml.safe_load(example_facts())
    del facts["events"][0]["casualty_claims"][0]["citations"]
    (tmp_path / "example.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")

    with pytest.raises(FactsRefused, match="a row without a citation"):
        read_facts(tmp_path)


def test_every_yaml_block_when_parsed_then_it_is_yaml() -> None:
    assert all(isinstance(yaml.safe_load(block.text), dict) for block in all_blocks("yaml"))


def rows_of(page_table: list[list[str]]) -> list[str]:
    return [" | ".join(cell.strip("`") for cell in row) for row in page_table]


def test_the_table_of_counts_when_held_against_its_test_then_it_is_the_same() -> None:
    printed = rows_of(table_after("docs/methodology.md", "## A count keeps its words"))
    tested = [" | ".join(cell.strip() for cell in line.split("|")) for line in test_counts.TABLE.strip().splitlines()]
    assert printed == tested


def test_the_table_of_the_rule_when_held_against_its_test_then_it_is_the_same() -> None:
    printed = rows_of(table_after("docs/methodology.md", "### The table"))
    tested = [f"{claims} | {expected}" for claims, expected in test_envelope.rows(test_envelope.TABLE)]
    assert printed == tested


def test_the_filters_of_the_guide_when_held_against_the_parameters_then_none_is_missing() -> None:
    listed = {name for row in table_after("docs/api.md", "## Filters") for name in in_backticks(row[0])}
    shared = {name for row in table_after("docs/api.md", "## Every list") for name in in_backticks(row[0])}
    assert listed | shared == EventQuery.model_fields.keys() | ClaimQuery.model_fields.keys()
    assert not listed & shared


def test_the_errors_of_the_guide_when_held_against_the_problems_then_they_are_the_same() -> None:
    listed = [(row[0].strip("`"), int(row[1])) for row in table_after("docs/api.md", "## Errors")]
    assert listed == [(problem.slug, problem.status) for problem in PROBLEM_TYPES.values()]


def test_the_pages_when_read_then_they_stand_alone() -> None:
    assert [page.name for page in pages() if "../shared" in page.read_text(encoding="utf-8")] == []
