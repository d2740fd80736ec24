"""The locks hold what pyproject.toml asks for, every artefact by its hash, and name no address and no machine."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
LOCKS = ("run", "dev", "node", "postgres")


def _locked(lock: str) -> dict[str, Version]:
    """The pinned version by name; raises ValueError for an entry without a hash."""
    joined = (ROOT / "requirements" / f"{lock}.txt").read_text().replace("\\\n", " ")
    entries = [line for line in joined.splitlines() if line and not line.startswith("#")]
    pinned: dict[str, Version] = {}
    for entry in entries:
        declared, *hashes = re.split(r"\s+--hash=", entry.strip())
        if not hashes or not all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes):
            raise ValueError(f"no hash: {entry[:80]}")
        requirement = Requirement(declared)
        pinned[canonicalize_name(requirement.name)] = Version(str(requirement.specifier).removeprefix("=="))
    return pinned


def _asked(lock: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run: list[str] = project["project"]["dependencies"]
    run = run + project["project"]["optional-dependencies"]["mcp"]
    groups: dict[str, list[str]] = project["dependency-groups"]
    asked = {"run": run, "dev": run + groups["dev"], "node": groups["node"], "postgres": groups["postgres"]}
    return [Requirement(line) for line in asked[lock]]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_when_pyproject_asks_for_a_package_pins_a_version_that_satisfies_it(lock: str) -> None:
    locked = _locked(lock)
    unmet = [
        str(requirement)
        for requirement in _asked(lock)
        if (version := locked.get(canonicalize_name(requirement.name))) is None
        or not requirement.specifier.contains(version, prereleases=True)
    ]

    assert unmet == [], "the lock is older than pyproject.toml: run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_when_read_by_a_stranger_names_no_address_and_no_machine(lock: str) -> None:
    content = (ROOT / "requirements" / f"{lock}.txt").read_text()

    assert "://" not in content
    assert not re.search(r"(?m)^\s*(--(?!hash)|-[a-z]\b|/|\.)", content)


def test_lock_of_the_clients_when_read_holds_every_package_by_its_hash_and_no_address() -> None:
    folder = ROOT / "tests" / "clients"
    asked = json.loads((folder / "package.json").read_text())["dependencies"]
    content = (folder / "package-lock.json").read_text()
    packages = json.loads(content)["packages"]

    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert all(package["integrity"].startswith("sha512-") for name, package in packages.items() if name)
    assert "://" not in content
    assert "resolved" not in content, "`python -m tests.clients.lock` writes it without"


def test_dev_lock_when_installed_is_the_run_lock_and_more() -> None:
    run, dev = _locked("run"), _locked("dev")

    assert {name: dev.get(name) for name in run} == run


def test_postgres_lock_when_installed_changes_nothing_of_the_dev_lock() -> None:
    dev = _locked("dev")

    assert {name: dev.get(name, version) for name, version in _locked("postgres").items()} == _locked("postgres")
