"""The methodology: its prose stands in `text.md` beside this, once, and is taken apart into sections here. Pure.

docs/methodology.md is the same text; a test holds the two to it.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from app.envelope import RULE, RULE_VERSION
from app.schemas.mappings import MAPPINGS
from app.schemas.methodology import MappingSummary, MethodologyDocument, MethodSection, MethodTable, RuleVersion

_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_ROW = re.compile(r"(?<!\\)\|")


@cache
def read_text() -> str:
    """The prose, in Markdown."""
    return files(__name__).joinpath("text.md").read_text(encoding="utf-8")


def make_methodology(version: str) -> MethodologyDocument:
    """The methodology of a version of the API."""
    # A link leads from one page of the project's documentation to another, and nowhere from here.
    title, *blocks = re.split(r"^(?=#{1,3} )", _LINK.sub(r"\1", read_text()), flags=re.MULTILINE)[1:]
    heading, _, summary = title.partition("\n")
    return MethodologyDocument(
        title=heading.removeprefix("# "),
        version=version,
        summary=" ".join(summary.split()),
        sections=list(_sections(blocks)),
        rules=[RuleVersion(name=RULE, version=RULE_VERSION, section=_id_of(f"The rule `{RULE}`"))],
        mappings=[
            MappingSummary(
                dataset=dataset,
                columns=len(columns),
                read=[each.column for each in columns if each.becomes],
                kept=[each.column for each in columns if not each.becomes],
            )
            for dataset, columns in MAPPINGS.items()
        ],
    )


def _sections(blocks: list[str]) -> Iterator[MethodSection]:
    whole: str | None = None
    for block in blocks:
        heading, _, text = block.partition("\n")
        marks, _, title = heading.partition(" ")
        is_part = len(marks) == 3
        section = MethodSection(
            id=_id_of(title),
            title=title,
            part_of=whole if is_part else None,
            markdown=text.strip(),
            tables=list(_tables(text)),
        )
        whole = whole if is_part else section.id
        yield section


def _id_of(title: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))


def _tables(text: str) -> Iterator[MethodTable]:
    for found in re.finditer(r"(?:^\|.*\n?)+", text, flags=re.MULTILINE):
        head, _, *rows = (_cells(line) for line in found[0].strip().splitlines())
        yield MethodTable(columns=head, rows=rows)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _ROW.split(line.strip().strip("|"))]
