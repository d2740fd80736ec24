"""Takes the README's picture of the page anew, of the article's facts in a real Chromium.

python -m tests.pictures        writes docs/dashboard.png
"""

import sys
from pathlib import Path

from tests.api.facts import SYRIA_STRIKES
from tests.api.running import running_with_the_article
from tests.browser.chromium import chromium, what_is_missing

PICTURE = Path(__file__).parent.parent / "docs" / "dashboard.png"
MOST_BYTES = 300_000
WIDTH, HEIGHT = 1280, 900


def main() -> int:
    """Write the picture; 1 where the parts for it are missing or it is too large."""
    if missing := what_is_missing():
        print(f"No picture was taken: {missing}.", file=sys.stderr)
        return 1
    with running_with_the_article() as port:
        take(f"http://127.0.0.1:{port}/?event={SYRIA_STRIKES}")
    print(f"{PICTURE.name}: {PICTURE.stat().st_size / 1000:.0f} kB")
    return int(PICTURE.stat().st_size > MOST_BYTES)


def take(address: str) -> None:
    """The page at an address, in the light scheme, scrolled to the map, with the panel of an event open."""
    with chromium() as browser:
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", reduced_motion="reduce", locale="en-GB"
        )
        page.goto(address)
        page.locator("body:not(:has([aria-busy='true']))").wait_for()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURE, animations="disabled")


if __name__ == "__main__":
    raise SystemExit(main())
