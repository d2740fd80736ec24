"""Takes Markdown pages apart: fenced blocks, tables, links. Knows no more of Markdown than this project's pages use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, and the line of the page on which it begins."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """All pages of the project."""
    return sorted([*ROOT.glob("*.md"), *ROOT.joinpath("docs").rglob("*.md")])


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    name = page.relative_to(ROOT).as_posix()
    fence = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    content = page.read_text(encoding="utf-8")
    for match in fence.finditer(content):
        yield Block(name, content.count("\n", 0, match.start()) + 1, match[1], match[2])


def all_blocks(*languages: str) -> list[Block]:
    return [block for page in pages() for block in blocks(page) if block.language in languages]


def table_after(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    section = read(page).split(f"\n{heading}\n", 1)[1]
    lines = section[section.index("\n|") + 1 :].split("\n")
    rows: list[list[str]] = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))])
    return rows[2:]


def in_backticks(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def without_blocks(page: Path) -> str:
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
