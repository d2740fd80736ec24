"""The editors' schema is the models' own, and takes what the importer takes."""

import json
from datetime import date
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from seed.importers.facts import ARTICLE_FACTS
from seed.schema import SCHEMA_FILE, facts_schema, write_facts_schema

FILES = sorted(ARTICLE_FACTS.rglob("*.yaml"))


def as_an_editor_reads(value: Any) -> Any:
    """Editors know no dates: an unquoted one is text to them."""
    if isinstance(value, dict):
        return {key: as_an_editor_reads(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_an_editor_reads(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def test_the_committed_schema_is_the_generated_one(tmp_path: Any) -> None:
    write_facts_schema(tmp_path / "schema.json")

    assert SCHEMA_FILE.read_bytes() == (tmp_path / "schema.json").read_bytes(), "run `python -m seed schema`"
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == facts_schema()


def test_the_schema_is_a_right_one() -> None:
    Draft202012Validator.check_schema(facts_schema())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_facts_agree_with_the_schema_and_point_to_it(file: Any) -> None:
    text = file.read_text(encoding="utf-8")

    Draft202012Validator(facts_schema()).validate(as_an_editor_reads(yaml.safe_load(text)))

    opening = text.splitlines()[0]
    assert opening.startswith("# yaml-language-server: $schema=")
    assert (file.parent / opening.split("=", 1)[1]).resolve() == SCHEMA_FILE.resolve()


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": []},
        {
            "events": [
                {"id": "e", "title": "E", "date_precision": "dya", "citations": [{"source": "s", "locator": "p"}]}
            ]
        },
        {"events": [{"id": "e", "title": "E", "date_precision": "unknown", "citations": []}]},
        {"sources": [{"id": "s", "kind": "article", "title": 2020}]},
    ],
)
def test_the_schema_refuses_what_the_importer_refuses(wrong: Any) -> None:
    assert not Draft202012Validator(facts_schema()).is_valid(wrong)
