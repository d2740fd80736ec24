"""A client that openapi-typescript makes, checked by TypeScript and run by Node.js against a live server."""

import json
from pathlib import Path

import pytest

from tests.clients.conftest import Live
from tests.clients.found import is_what_the_api_says
from tests.clients.node import run


@pytest.fixture(scope="module")
def generated(node_folder: Path) -> Path:
    """The folder with the client's types in it."""
    made = run(node_folder, "npx", "openapi-typescript", "openapi.json", "-o", "api.ts")
    assert made.returncode == 0, made.stderr
    assert "warn" not in (made.stdout + made.stderr).replace("npm warn Unknown user config", "").lower()
    return node_folder


def test_the_types_when_a_program_is_checked_by_them_then_they_fit_and_refuse_what_is_wrong(generated: Path) -> None:
    # walk.ts has lines that must not fit: TypeScript says so where one of them does.
    checked = run(generated, "npx", "tsc", "--project", ".")
    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_client_when_it_walks_then_it_lists_pages_and_reads_problems(live: Live, generated: Path) -> None:
    walked = run(generated, "node", "walk.ts", live.address, live.withdrawn)
    assert walked.returncode == 0, walked.stderr
    found = json.loads(walked.stdout)
    is_what_the_api_says(live, found)
    wrong = found["wrong"]
    assert (wrong["type"], wrong["status"]) == ("/problems/invalid-parameters", 400)
    near = {fault["parameter"]: fault["did_you_mean"] for fault in wrong["errors"]}
    assert near == {"county": ["country"], "event_type": ["battles"]}
    assert found["csv"] == "id"
