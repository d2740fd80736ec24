"""A wheel of the project carries the built page, and nothing of what it was built from."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app.web.demo.built import MANIFEST, STATIC

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files of a wheel."""
    if not (STATIC / MANIFEST).is_file():
        if os.environ.get("CI") == "true":
            pytest.fail("the page has not been built: make page", pytrace=False)
        pytest.skip("the page has not been built: make page")
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(target)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = target.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_when_made_carries_the_page_whole(names: set[str]) -> None:
    built = {f"app/web/demo/static/{file.name}" for file in STATIC.iterdir()}

    assert built <= names
    assert {name for name in names if name.startswith("app/web/demo/static/")} == built


def test_wheel_when_made_carries_what_the_readable_pages_need(names: set[str]) -> None:
    assert {"app/web/pages/static/tokens.css", "app/web/pages/templates/base.html", "app/countries.csv"} <= names


def test_wheel_when_made_holds_no_sources_of_the_page_and_no_tests(names: set[str]) -> None:
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"app", "seed", "migrations"}
    assert not [name for name in names if name.endswith(".ts") or "node_modules" in name]
