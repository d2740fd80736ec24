"""Servers with the article's facts, with made-up ones beside them, and with many invented rows; and pages on them."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from bench.ged_rows import rows
from seed.importers.ucdp import CANDIDATE_COLUMNS
from tests.api.made_up import CITED, add_made_up_events
from tests.api.running import running
from tests.api.serving import change_text, command, copy_of_facts, migrate_database, publish_facts
from tests.browser.chromium import chromium, need_all_parts
from tests.conftest import DatabaseFactory

MANY = 3000
ARABIC = "هجوم على قاعدة في الأنبار"
_ARABIC_EVENT = f"""
events:
  - id: made-up-arabic
    title: "{ARABIC}"
    date_start: 2024-03-06
    date_end: 2024-03-06
    date_precision: day
    citations:
      - {{source: {CITED[0]["source"]}, locator: "{CITED[0]["locator"]}", quote: "{CITED[0]["quote"]}"}}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each module: while it runs, so does an event loop, and tests of others could start none."""
    need_all_parts()
    with chromium() as running_browser:
        yield running_browser


@pytest.fixture(scope="session")
def facts_server(make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The root of a server: release 1 is the article's, 2 has made-up events beside it, 3 changes one of these."""
    need_all_parts()
    database, facts = make_database("sqlite"), copy_of_facts(tmp_path_factory.mktemp("facts"))
    migrate_database(database)
    publish_facts(database, facts)
    add_made_up_events(facts)
    (facts / "events" / "made-up-arabic.yaml").write_text(_ARABIC_EVENT, encoding="utf-8")
    publish_facts(database, facts)
    change_text(facts / "events" / "made-up.yaml", "Made-up event of day 2", "Made-up event of day 2, revised")
    publish_facts(database, facts)
    with running(database) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture(scope="session")
def many_server(make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The root of a server with the article's facts and thousands of invented rows of another source family."""
    need_all_parts()
    database, file = make_database("sqlite"), tmp_path_factory.mktemp("many") / "rows.csv"
    _write_rows(file)
    migrate_database(database)
    publish_facts(database)
    command(database, "ucdp", str(file), "--release", "24.1")
    with running(database) as port:
        yield f"http://127.0.0.1:{port}/"


def _write_rows(file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, CANDIDATE_COLUMNS)
        writer.writeheader()
        writer.writerows(rows(MANY))


@dataclass
class Watch:
    """What a page did that it should not have done; a test that expects some of it takes it out."""

    root: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def on_request(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((self.root, "data:")):
            self.complaints.append(f"asked elsewhere: {request.url}")


@dataclass(slots=True)
class Visit:
    """A page of the dashboard, with what a test does again and again."""

    page: Page
    watch: Watch

    def open(self, address: str = "") -> "Visit":
        self.page.goto(f"{self.watch.root}{address}")
        return self.settle()

    def settle(self) -> "Visit":
        """Wait until every view shows what was asked for."""
        # By a selector: the page's policy lets nobody make code of a text.
        self.page.locator("body:not(:has([aria-busy='true']))").wait_for()
        self.page.wait_for_load_state("networkidle")
        return self

    @property
    def query(self) -> str:
        """What stands after the root in the address bar."""
        return self.page.url.removeprefix(self.watch.root)

    def titles(self) -> list[str]:
        return self.page.locator("#table tbody th a").all_inner_texts()

    def text(self, selector: str) -> str:
        return self.page.locator(selector).first.inner_text()

    def fill(self, name: str, text: str) -> "Visit":
        """Type into a filter's field and press Enter."""
        field_ = self.page.locator(f"#filters [name={name}]")
        field_.fill(text)
        field_.press("Enter")
        return self.settle()


Visiting = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visiting]:
    """Opens a page on a server; at the end nothing may have gone wrong that the test did not take out."""
    contexts, watches = [], []

    def begin(root: str, **options: object) -> Visit:
        settings = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        page, watch = context.new_page(), Watch(root)
        page.set_default_timeout(20_000)
        page.on("console", watch.on_console)
        page.on("pageerror", lambda error: watch.complaints.append(str(error)))
        page.on("request", watch.on_request)
        contexts.append(context)
        watches.append(watch)
        return Visit(page, watch)

    yield begin
    for context in contexts:
        context.close()
    assert [complaint for watch in watches for complaint in watch.complaints] == []
