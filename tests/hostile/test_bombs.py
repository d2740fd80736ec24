"""Files that are small and hold no end of bytes, and links that are none: refused, in little memory."""

import gzip
import http.server
import threading
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from seed.importers.facts import ARTICLE_FACTS, FactsRefused, read_facts
from seed.importers.fetching import as_local_file
from seed.importers.tables import LONGEST_LINE, FileRefused, open_table
from tests.api.serving import change_text, copy_of_facts

NEEDED = ("id", "best")
MOST = 400_000
ROW = b"1,2\n"


def zipped(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("ged.csv", "w") as member:
        member.write(b"id,best\n")
        for _ in range(20):
            member.write(ROW * 50_000)


def gzipped(file: Path) -> None:
    with gzip.open(file, "wb") as packed:
        packed.write(b"id,best\n")
        for _ in range(20):
            packed.write(ROW * 50_000)


def plain(file: Path) -> None:
    file.write_bytes(b"id,best\n" + ROW * (MOST // 4 + 1))


@pytest.mark.parametrize("write", [zipped, gzipped, plain])
def test_a_bomb_when_it_is_read_then_it_is_refused_before_it_fills_the_memory(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    file = tmp_path / "bomb"
    write(file)
    tracemalloc.start()
    try:
        with pytest.raises(FileRefused, match="--most-bytes"), open_table(file, NEEDED, most_bytes=MOST) as table:
            assert sum(1 for _ in table.records()) > 0
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
    with open_table(file, NEEDED, most_bytes=20 * MOST) as table:
        assert next(iter(table.records())).number == 1


def test_a_line_without_end_when_it_is_read_then_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "line.csv.gz"
    with gzip.open(file, "wb") as packed:
        packed.write(b"id,best\n")
        for _ in range(LONGEST_LINE // 1_000_000 + 1):
            packed.write(b"1," * 500_000)
    with pytest.raises(FileRefused, match="a line of more than"), open_table(file, NEEDED) as table:
        list(table.records())


def test_an_address_without_end_when_it_is_fetched_then_it_is_refused() -> None:
    class Endless(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 2**20)
            except OSError:
                pass

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endless)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}/ged241.csv"
        with pytest.raises(FileRefused, match="--most-bytes"), as_local_file(address, MOST):
            pass
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=20)


BAD_LINKS = [
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x", "https://",
    "//evil.example", "https://a b", "java\\tscript:alert(1)", "file:///etc/passwd",
]  # fmt: skip


@pytest.mark.parametrize("link", BAD_LINKS)
def test_a_link_when_it_is_no_web_address_then_the_facts_are_refused(tmp_path: Path, link: str) -> None:
    facts = copy_of_facts(tmp_path)
    known = read_facts(ARTICLE_FACTS).sources[0]
    kept = next(line for line in (facts / "sources.yaml").read_text().splitlines() if line.strip().startswith("url:"))
    indent = kept[: len(kept) - len(kept.lstrip())]
    change_text(facts / "sources.yaml", kept, f'{indent}url: "{link}"')
    with pytest.raises(FactsRefused, match=r"url|address|pattern"):
        read_facts(facts)
    assert known.id
