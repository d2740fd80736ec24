"""Measures the first view of the page in a real Chromium, of the article's facts or of a server that runs already.

python -m tests.first_view [http://127.0.0.1:8000/]

Medians of some visits with an empty cache: when the largest part was painted, when every view was filled, how much it
jumped, and what came over the wire. Quiet machines only: the times are those of a clock.
"""

import sys
from contextlib import ExitStack
from statistics import median

from playwright.sync_api import Browser

from tests.api.running import running_with_the_article
from tests.browser.chromium import chromium, what_is_missing

VISITS = 7
WATCH = """
window.seen = {largest: 0, jumps: 0};
new PerformanceObserver(list => { seen.largest = list.getEntries().at(-1).startTime; })
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => { for (const entry of list.getEntries()) seen.jumps += entry.value; })
  .observe({type: 'layout-shift', buffered: true});
"""
WEIGH = "performance.getEntriesByType('resource').reduce((sum, entry) => sum + entry.transferSize, 0)"


def main(arguments: list[str]) -> int:
    """Print the medians; 1 where there is no browser or no page."""
    if missing := what_is_missing():
        print(f"Nothing was measured: {missing}.", file=sys.stderr)
        return 1
    with ExitStack() as stack:
        address = arguments[0] if arguments else f"http://127.0.0.1:{stack.enter_context(running_with_the_article())}/"
        browser = stack.enter_context(chromium())
        visits = [_visit(browser, address) for _ in range(VISITS)]
    for name, unit in (
        ("largest", "ms until the largest part was painted"),
        ("filled", "ms until every view was filled"),
    ):
        print(f"{median(visit[name] for visit in visits):8.0f} {unit}")
    print(f"{max(visit['jumps'] for visit in visits):8.3f} layout shift, the worst visit")
    print(f"{visits[0]['bytes'] / 1000:8.0f} kB over the wire")
    return 0


def _visit(browser: Browser, address: str) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(address, wait_until="commit")
    page.locator("body:not(:has([aria-busy='true']))").wait_for()
    filled = page.evaluate("performance.now()")
    page.wait_for_load_state("networkidle")
    seen = {**page.evaluate("seen"), "filled": filled, "bytes": page.evaluate(WEIGH)}
    context.close()
    return seen


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
