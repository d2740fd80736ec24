"""A client that openapi-python-client makes, run against a live server."""

import json
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import Live, write_json
from tests.clients.found import is_what_the_api_says
from tests.clients.node import FOLDER, run


@pytest.fixture(scope="module")
def generated(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the client as the package `events_client`, and the program that uses it."""
    folder = tmp_path_factory.mktemp("python")
    write_json(folder / "openapi.json", live.api.json("/openapi.json"))
    command = ("openapi-python-client", "generate", "--path", "openapi.json", "--meta", "none", "--fail-on-warning")
    made = run(folder, *command, "--output-path", "events_client")
    assert made.returncode == 0, made.stdout + made.stderr
    assert "warning" not in (made.stdout + made.stderr).lower()
    (folder / "walk.py").write_text((FOLDER / "walk_in_python.py").read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def test_the_client_when_it_walks_then_it_lists_pages_and_reads_problems(live: Live, generated: Path) -> None:
    walked = run(generated, sys.executable, "-W", "error", "walk.py", live.address, live.withdrawn)
    assert walked.returncode == 0, walked.stderr
    found = json.loads(walked.stdout)
    is_what_the_api_says(live, found)
    wrong = found["wrong"]
    assert (wrong["type"], wrong["status"]) == ("/problems/invalid-parameters", 400)
    near = {fault["parameter"]: fault["did_you_mean"] for fault in wrong["errors"]}
    assert near == {"country": ["Iraq"], "killed_max": []}
    assert found["bibtex"] == "@"


def test_the_models_when_made_then_they_have_names_that_a_person_can_guess(generated: Path) -> None:
    names = {file.stem for file in (generated / "events_client" / "models").glob("*.py")}
    assert {"event_document", "event_list", "casualty_figure", "casualty_claim_document", "problem_document"} <= names
    modules = {folder.name for folder in (generated / "events_client" / "api").iterdir() if folder.is_dir()}
    assert {"events", "casualty_claims", "stats", "locations", "actors", "sources", "countries", "releases"} <= modules
