"""A Chromium that talks to the server under test and to nothing else; and why there is none, where there is none."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, sync_playwright

from app.web.demo.serving import is_built

NO_BROWSER = "there is no Chromium on this machine"
ROOT = Path(__file__).parents[2]
AXE = ROOT / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"
OFFLINE = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
)


def program() -> str | None:
    """The browser's own program, as Debian or a vendor installs it."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def what_is_missing() -> str | None:
    """In a sentence, what of the parts that these tests need is not on this machine."""
    if program() is None:
        return NO_BROWSER
    if not is_built() or not AXE.is_file():
        return "the page has not been built: make page"
    return None


def need_all_parts() -> None:
    """Skip with the reason, or fail where nothing may be skipped."""
    if missing := what_is_missing():
        _go_without(missing)


def need_a_browser() -> str:
    """The browser's program, for what needs no page of ours; skips or fails where there is none, as above."""
    found = program()
    if found is None:
        _go_without(NO_BROWSER)
    return found


def _go_without(missing: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=list(OFFLINE))
        yield browser
        browser.close()
