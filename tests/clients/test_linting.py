"""Redocly's linter finds nothing in the API's descriptions of itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import write_json
from tests.clients.node import run


def linted(folder: Path, file: str) -> tuple[int, str]:
    done = run(folder, "npx", "redocly", "lint", file, "--config", "redocly.yaml", "--format", "stylish")
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("file", ["openapi.json", "ogc.json"])
def test_the_description_when_linted_then_there_is_nothing_to_say(node_folder: Path, file: str) -> None:
    code, said = linted(node_folder, file)
    assert code == 0, said
    assert "valid" in said
    assert "warning" not in said


def test_the_linter_when_something_is_amiss_then_it_fails(node_folder: Path) -> None:
    document: dict[str, Any] = json.loads((node_folder / "openapi.json").read_text(encoding="utf-8"))
    del document["paths"]["/events/{id}"]["get"]["responses"]["404"]
    document["paths"]["/events/{id}"]["get"]["parameters"][0]["name"] = "number"
    write_json(node_folder / "amiss.json", document)
    code, said = linted(node_folder, "amiss.json")
    assert code == 1
    assert "path-parameters-defined" in said
