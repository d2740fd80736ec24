"""Takes the README's picture of the page anew, of the article's facts in a real Chromium.

python -m tests.pictures        writes docs/dashboard.png
"""

import sys
import tempfile
from pathlib import Path

from tests.api.facts import SYRIA_STRIKES
from tests.api.running import running
from tests.api.serving import migrate_database, publish_facts
from tests.browser.chromium import chromium, what_is_missing
from tests.postgres_cluster import Database

PICTURE = Path(__file__).parent.parent / "docs" / "dashboard.png"
MOST_BYTES = 300_000
WIDTH, HEIGHT = 1280, 900


def main() -> int:
    """Write the picture; 1 where the parts for it are missing or it is too large."""
    if missing := what_is_missing():
        print(f"No picture was taken: {missing}.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/facts.sqlite3"
        database = Database("sqlite", write_url=url, read_url=url)
        migrate_database(database)
        publish_facts(database)
        with running(database) as port:
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
