"""A live server with something withdrawn, its description, and what Node.js needs to make clients of it."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.api.facts import ASSAULT
from tests.api.running import running
from tests.api.serving import Api, copy_of_facts, migrate_database, publish_facts, serving
from tests.api.test_releases import change_facts
from tests.clients.node import FOLDER, PROGRAMS, run
from tests.conftest import DatabaseFactory


def is_missing(reason: str) -> None:
    """Skips for this reason, and fails where the machine is to have everything."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@dataclass(frozen=True, slots=True)
class Live:
    """A server over two releases, in the second of which an event was withdrawn."""

    address: str
    api: Api
    withdrawn: str = ASSAULT


@pytest.fixture(scope="session")
def live(make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """No test changes it."""
    database = make_database("sqlite")
    migrate_database(database)
    publish_facts(database)
    facts = copy_of_facts(tmp_path_factory.mktemp("clients"))
    change_facts(facts)
    publish_facts(database, facts)
    with serving(database) as api, running(database) as port:
        yield Live(f"http://127.0.0.1:{port}", api)


@pytest.fixture(scope="session")
def node_folder(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which all of package-lock.json is installed, with this folder's files and the descriptions beside."""
    if not (PROGRAMS / "node").exists():
        is_missing("there is no Node.js in this environment: `make test` installs it")
    folder = tmp_path_factory.mktemp("node")
    for file in (*FOLDER.glob("*.json"), *FOLDER.glob("*.ts"), *FOLDER.glob("*.yaml")):
        shutil.copy(file, folder)
    installed = run(folder, "npm", "ci", "--ignore-scripts", "--prefer-offline", seconds=300)
    if installed.returncode:
        is_missing(f"npm cannot install what package-lock.json names: {installed.stderr[-400:]}")
    for name, address in (("openapi", "/openapi.json"), ("ogc", "/ogc/api")):
        write_json(folder / f"{name}.json", live.api.client.get(address).json())
    return folder


def write_json(file: Path, document: Any) -> None:
    file.write_text(json.dumps(document, indent=1), encoding="utf-8")
