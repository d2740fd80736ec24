"""What is installed to serve: under which licences, listed by hash; and an image that its linter finds nothing in."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
# Ask for no more than to be named.
PERMISSIVE = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "PSF-2.0", "Unlicense", "Zlib",
}  # fmt: skip
# Ask for more, which is met: NOTICE says how.
NAMED = {"LGPL-3.0-only", "MPL-2.0"}
# What packages say that do not say it in SPDX's words.
SAID_OTHERWISE = {
    "MIT License": "MIT",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


def locked() -> dict[str, Requirement]:
    """What requirements/run.txt holds, by name."""
    lines = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[A-Za-z0-9]", line)]
    return {each.name: each for each in found}


def licences_of(name: str) -> set[str]:
    """The SPDX names in what a package says of its licence; "AND" and "OR" alike, so each has to be allowed."""
    said = metadata(name)
    named = [said[field] for field in ("License-Expression", "License") if field in said]
    expression = str(next(iter(named), ""))
    if not expression or len(expression) > 60:
        classified = [line.split("::")[-1].strip() for line in said.get_all("Classifier") or () if "License ::" in line]
        expression = " AND ".join(SAID_OTHERWISE.get(each, each) for each in classified)
    expression = SAID_OTHERWISE.get(expression, expression)
    return {word for word in re.split(r"[()\s]+", expression) if word not in ("", "AND", "OR", "WITH")}


def test_licences_when_what_is_served_with_is_read_then_each_is_allowed_and_what_asks_for_more_is_named() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    unknown, unnamed = {}, []
    for name, requirement in locked().items():
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        try:
            licences = licences_of(name)
        except PackageNotFoundError:
            unknown[name] = "is not installed"
            continue
        if not licences or not licences <= PERMISSIVE | NAMED:
            unknown[name] = f"{licences}"
        if licences & NAMED and not re.search(rf"\b{re.escape(name)}\b", notice):
            unnamed.append(name)
    assert unknown == {}
    assert unnamed == []


def test_notice_when_read_then_every_package_that_it_names_is_locked() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    named = re.findall(r"(?m)^  ([a-z-]+)(?: and ([a-z-]+))?, [A-Z]", notice)
    assert {name for pair in named for name in pair if name} >= {"psycopg", "psycopg-binary", "certifi"}
    assert {name for pair in named for name in pair if name} <= locked().keys()


def sbom(file: Path) -> bytes:
    """As `make sbom` writes it."""
    recipe = re.search(r"(?m)^sbom:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert recipe is not None
    command = recipe[1].replace("\\\n", " ").strip().replace("$(VENV_PYTHON)", sys.executable)
    command = command.lstrip("@").replace("--output-file sbom.json", f"--output-file {file}")
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S602
    assert done.returncode == 0, done.stderr
    return file.read_bytes()


def test_the_list_of_parts_when_made_twice_then_it_is_the_same_and_has_each_part_of_the_lock_by_its_hashes(
    tmp_path: Path,
) -> None:
    first, second = sbom(tmp_path / "one.json"), sbom(tmp_path / "two.json")
    assert first == second
    listed = json.loads(first)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert (listed["bomFormat"], listed["metadata"]["component"]["version"]) == ("CycloneDX", version)
    parts = {part["name"]: part for part in listed["components"]}
    assert {name: f"=={part['version']}" for name, part in parts.items()} == {
        name: str(requirement.specifier) for name, requirement in locked().items()
    }
    assert [name for name, part in parts.items() if not part["externalReferences"][0]["hashes"]] == []


def test_the_image_when_linted_then_nothing_is_found() -> None:
    hadolint = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if hadolint is None:
        pytest.skip("there is no hadolint on this machine")
    done = subprocess.run([hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


def test_actions_when_used_then_each_is_pinned_by_its_hash() -> None:
    for file in (ROOT / ".github" / "workflows").glob("*.yml"):
        jobs = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]
        used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
        assert [name for name in used if not re.search(r"@[0-9a-f]{40}$", name)] == []


@pytest.mark.parametrize("file", ["docker-compose.yml", "Dockerfile"])
def test_secrets_when_the_files_of_a_deployment_are_read_then_there_is_none_but_the_demonstrations(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    given = re.findall(
        r"(?m)PASSWORD:? *[=:]? *(\S+)", "\n".join(line for line in text.splitlines() if line[:1] != "#")
    )
    assert [value for value in given if not re.fullmatch(r"\$\{\w+_PASSWORD:-demo-\w+\}", value)] == []
