"""Runs docs/recipes.md: each block in its own language, in one folder, against a server that is asked in its place.

`python -m tests.docs.recipes` writes what the blocks print into the page anew.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from tests.api.running import running
from tests.api.serving import migrate_database, publish_facts
from tests.api.test_live_server import request
from tests.docs.markdown import ROOT, Block, blocks
from tests.postgres_cluster import Database

PAGE = ROOT / "docs" / "recipes.md"
# The page's own words for what differs from one machine to the next.
SERVED_AT, PUBLISHED_AT = "127.0.0.1:8000", "2024-02-05T10:00:00Z"
PROGRAMS = Path(sys.executable).parent
RUN_BY: Mapping[str, tuple[str, ...]] = {
    "sh": ("bash", "-eu"),
    "python": (sys.executable,),
    "r": ("Rscript", "--vanilla"),
    "js": (str(PROGRAMS / "node"),),
}
_ENDING = {"js": "mjs"}
# A program that a block needs beside the one that runs it, and what Debian's package of it is called.
PACKAGES = {"curl": "curl", "ogr2ogr": "gdal-bin", "Rscript": "r-base-core r-cran-jsonlite r-cran-httr2"}


def recipes() -> list[tuple[Block, Block]]:
    """Each block that is run, and what it prints."""
    return [(block, printed) for block, printed in pairwise(blocks(PAGE)) if block.language in RUN_BY]


def sections() -> dict[str, list[tuple[Block, Block]]]:
    """The same by the heading that they stand under: a block may use what one before it under that made."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    found: dict[str, list[tuple[Block, Block]]] = {}
    for block, printed in recipes():
        heading = next(line for line in reversed(lines[: block.line]) if line.startswith("## "))
        found.setdefault(heading.removeprefix("## "), []).append((block, printed))
    return found


def what_is_missing(block: Block) -> str | None:
    """Why this block cannot be run here; None where it can."""
    program = RUN_BY[block.language][0]
    needed = {program, *re.findall(r"\b(curl|ogr2ogr|ogrinfo)\b", block.text)}
    for each in sorted(needed):
        if shutil.which(each) is None:
            package = PACKAGES.get(each)
            return f"there is no {each} here" + (f" (Debian, Ubuntu: apt-get install {package})" if package else "")
    return None


def run(block: Block, port: int, folder: Path) -> str:
    """What the block prints, with the page's address and moment in place of the real ones. Raises on a failure."""
    file = folder / f"recipe-{block.line}.{_ENDING.get(block.language, block.language)}"
    file.write_text(block.text.replace(SERVED_AT, f"127.0.0.1:{port}"), encoding="utf-8")
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [*RUN_BY[block.language], str(file)],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONWARNINGS": "error", "LC_ALL": "C.UTF-8", "OAPIF_PAGE_SIZE": "3"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode or done.stderr:
        raise AssertionError(f"{block} ends with {done.returncode}: {done.stdout}{done.stderr}")
    return as_printed(done.stdout, port)


def as_printed(text: str, port: int) -> str:
    """With the page's own words for what differs."""
    published_at = json.loads(request(port, "GET", "/releases/1")[2])["data"]["published_at"]
    text = text.replace(f"127.0.0.1:{port}", SERVED_AT).replace(published_at, PUBLISHED_AT)
    text = text.replace(f" of {published_at[:10]}", f" of {PUBLISHED_AT[:10]}")
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """The port of a server over the project's own facts."""
    url = f"sqlite:///{folder / 'recipes.sqlite3'}"
    database = Database("sqlite", write_url=url, read_url=url)
    migrate_database(database)
    publish_facts(database)
    with running(database) as port:
        yield port


def main() -> None:
    """Write what every block prints."""
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as port:
        printed = iter([run(block, port, Path(name)) for block, _ in recipes()])
    text = PAGE.read_text(encoding="utf-8")
    written = re.sub(r"^```text\n.*?^```$", lambda _: f"```text\n{next(printed)}```", text, flags=re.M | re.S)
    PAGE.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
