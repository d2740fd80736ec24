"""The JSON schema by which editors check and complete the facts' YAML files. Generated; never edited by hand."""

import json
from pathlib import Path
from typing import Any

from seed.importers.facts import ARTICLE_FACTS
from seed.neutral_facts import FactsFile

SCHEMA_FILE = ARTICLE_FACTS / "facts.schema.json"


def facts_schema() -> dict[str, Any]:
    """The schema of one facts file, from the models that validate it (JSON Schema 2020-12)."""
    schema = FactsFile.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Generated from seed/neutral_facts.py by `python -m seed schema`.",
        **schema,
    }


def write_facts_schema(path: Path = SCHEMA_FILE) -> None:
    """Write the schema where the YAML files look for it."""
    path.write_text(json.dumps(facts_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
