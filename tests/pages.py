"""Writes the pages of the documentation that are made of the program: `python -m tests.pages` writes them all anew."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import orjson

from app.main import create_app
from app.methodology import read_text
from app.schemas.codebook import CodebookDocument
from app.settings import Settings
from app.web.routers.self_description import codebook_of

DOCS = Path(__file__).parent.parent / "docs"


def codebook_page() -> str:
    """The codebook as a page: what `/codebook` answers, without the parameters, which docs/api.md tells."""
    # Nothing is asked of the database.
    app = create_app(Settings(database_url="sqlite:///none.sqlite3"))
    book = CodebookDocument.model_validate(orjson.loads(codebook_of(app)))
    parts = [
        "# Codebook",
        "What every field, value and column means, and where the columns of datasets go. `/codebook` serves the same, "
        "with every parameter, as JSON and as CSV. This page is made of it: `python -m tests.pages` writes it anew.",
        "## Fields",
        "`[]` stands for each of a list. Members are always present; null is unknown, or not there.",
    ]
    for resource in dict.fromkeys(field.resource for field in book.fields):
        rows = (
            (
                f"`{field.path}`",
                f"{field.type}{' or null' if field.nullable else ''}",
                f"[{field.code_list}](#{field.code_list.lower()})" if field.code_list else field.unit or "",
                field.meaning,
            )
            for field in book.fields
            if field.resource == resource
        )
        parts += [f"### {resource}", _table(("field", "type", "list or unit", "meaning"), rows)]
    parts.append("## Lists")
    for listed in book.code_lists:
        codes = ((f"`{code.code}`", code.meaning) for code in listed.codes)
        parts += [f"### {listed.name}", listed.meaning, _table(("value", "meaning"), codes)]
    parts += ["## Columns of the flat formats", "New columns are added at the end alone."]
    for resource in dict.fromkeys(column.resource for column in book.columns):
        columns = (
            (f"`{column.name}`", column.type, column.unit or "", column.meaning)
            for column in book.columns
            if column.resource == resource
        )
        parts += [f"### Columns of {resource}", _table(("column", "type", "unit", "meaning"), columns)]
    parts.append("## Columns of datasets")
    for dataset in dict.fromkeys(mapping.dataset for mapping in book.mappings):
        mappings = (
            (f"`{each.column}`", each.meaning, ", ".join(f"`{path}`" for path in each.becomes), each.how)
            for each in book.mappings
            if each.dataset == dataset
        )
        parts += [f"### {dataset}", _table(("column", "meaning", "becomes", "how"), mappings)]
    return "\n\n".join(parts) + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


PAGES: Mapping[str, Callable[[], str]] = {"codebook.md": codebook_page, "methodology.md": read_text}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
