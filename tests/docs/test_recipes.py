"""docs/recipes.md: every block is run with the tool that it is for, and prints what stands under it."""

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.browser.chromium import chromium, need_a_browser
from tests.docs.markdown import Block, blocks, read
from tests.docs.recipes import PAGE, RUN_BY, SERVED_AT, as_printed, recipes, run, sections, served, what_is_missing


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with served(tmp_path_factory.mktemp("recipes")) as number:
        yield number


@pytest.mark.parametrize("section", sections())
def test_a_recipe_when_run_then_it_prints_what_the_page_says(section: str, port: int, tmp_path: Path) -> None:
    for block, printed in sections()[section]:
        if reason := what_is_missing(block):
            if os.environ.get("CI") == "true":
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)
        assert run(block, port, tmp_path) == printed.text, f"{block}: `python -m tests.docs.recipes` writes it anew"


def test_the_recipes_when_listed_then_each_tool_has_some_and_each_says_what_it_prints() -> None:
    run_here = [block for block in blocks(PAGE) if block.language in RUN_BY]
    assert [str(block) for block, _ in recipes()] == [str(block) for block in run_here]
    assert {printed.language for _, printed in recipes()} == {"text"}
    assert all(printed.text for _, printed in recipes())
    assert {block.language for block in blocks(PAGE)} == {*RUN_BY, "text", "json"}
    wanted = {"curl", "pandas", "DuckDB", "R", "JavaScript", "QGIS and GDAL", "Spreadsheets", "Feeds", "Assistants"}
    assert wanted <= sections().keys()
    assert "(docs/recipes.md)" in read("README.md")


class EmptyPage(BaseHTTPRequestHandler):
    """A page of another origin than the API's."""

    def do_GET(self) -> None:  # the name is the library's
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>elsewhere</title>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), EmptyPage)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def the_script() -> tuple[Block, Block]:
    ((block, printed),) = [(block, printed) for block, printed in recipes() if block.language == "js"]
    return block, printed


def test_the_script_when_run_in_a_page_of_another_origin_then_it_prints_the_same(port: int, elsewhere: str) -> None:
    need_a_browser()
    block, printed = the_script()
    said: list[str] = []
    with chromium() as browser:
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.goto(elsewhere)
        script = block.text.replace(SERVED_AT, f"127.0.0.1:{port}") + "\nwindow.done = true;"
        page.add_script_tag(content=script, type="module")
        page.wait_for_function("window.done")
    # The browser itself tells the console of the answer that is no 2xx.
    ours = [line for line in said if not line.startswith("Failed to load resource")]
    assert as_printed("\n".join(ours), port) == printed.text
