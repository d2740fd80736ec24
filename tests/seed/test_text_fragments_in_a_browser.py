"""Text fragments in a real browser, where there is one: the page opens at the quote."""

import html
import re
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from seed.publish.footnotes import LONGEST_WHOLE, text_fragment_url
from tests.browser.chromium import need_a_browser

SHORT = 'Sources said: "at least 18", well-known & disputed, 100% of them — in Deir ez-Zor'
LONG = (
    "It began with these particular words and went on, clause after clause, for a very long time indeed, so that nobody"
    " would want the whole of it in an address, until it ended with these unusual closing words"
)
# What lies between is higher than a window; the title then says which paragraph is to be seen.
PAGE = f"""<!doctype html><meta charset="utf-8"><title>-</title><style>p {{ margin: 300px 0 }}</style>
<p>{"Some other words stand here. " * 60}</p><p id="short">{html.escape(SHORT)}</p>
<p>{"Some other words stand here. " * 60}</p><p id="long">{LONG}</p><p>{"And after it. " * 60}</p>
<script>
const seen = id => {{ const at = document.getElementById(id).getBoundingClientRect();
                      return at.top >= 0 && at.bottom <= innerHeight }}
setTimeout(() => {{ document.title = ["short", "long"].filter(seen).join() || "neither" }}, 1500)
</script>"""


class Page(BaseHTTPRequestHandler):
    """Answers every request with the page."""

    def do_GET(self) -> None:  # the name is the library's
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("excerpt", "seen"), [(None, "neither"), (SHORT, "short"), (LONG, "long"), ("It is nowhere here", "neither")]
)
def test_a_link_to_a_quote_when_opened_in_a_browser_then_the_quote_is_to_be_seen(
    address: str, excerpt: str | None, seen: str
) -> None:
    browser = need_a_browser()
    assert len(SHORT) <= LONGEST_WHOLE < len(LONG)
    offline = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")
    asked = [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", *offline]
    opened = subprocess.run(
        [*asked, "--virtual-time-budget=4000", "--dump-dom", text_fragment_url(address, excerpt) or address],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert re.findall(r"<title>(.*?)</title>", opened.stdout) == [seen]
