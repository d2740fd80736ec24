"""The methodology's Markdown as HTML: paragraphs, lists, tables, code blocks; emphasis, code and nothing else.

Every text is escaped first. What is not known here stays as it is written.
"""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

_CELLS = re.compile(r"(?<!\\)\|")
_ITEM = re.compile(r"(?:[-*]|(\d+)\.) ")
_INLINE = (
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])"), r"<em>\1</em>"),
)


def inline(text: str) -> Markup:
    """A text with its code and emphasis. Nothing inside code is read."""
    code, *emphasis = _INLINE
    parts = code[0].split(str(escape(text.replace("\\|", "|"))))
    for position in range(0, len(parts), 2):
        for pattern, replacement in emphasis:
            parts[position] = pattern.sub(replacement, parts[position])
    for position in range(1, len(parts), 2):
        parts[position] = f"<code>{parts[position]}</code>"
    return Markup("".join(parts))  # noqa: S704  # escaped above


def prose(markdown: str) -> Markup:
    """A section's text."""
    return Markup("\n").join(_block(block) for block in _blocks(markdown))


def _blocks(markdown: str) -> Iterator[list[str]]:
    block: list[str] = []
    is_code = False
    for line in [*markdown.splitlines(), ""]:
        if line.startswith("```"):
            is_code = not is_code
        if line.strip() or is_code:
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _block(lines: list[str]) -> Markup:
    if lines[0].startswith("```"):
        return Markup("<pre><code>{}</code></pre>").format("\n".join(lines[1:-1]))
    if lines[0].startswith("|") and len(lines) > 1:
        return _table(lines)
    if _ITEM.match(lines[0]):
        return _items(lines)
    return Markup("<p>{}</p>").format(inline(" ".join(line.strip() for line in lines)))


def _items(lines: list[str]) -> Markup:
    items: list[str] = []
    for line in lines:
        begun = _ITEM.match(line)
        if begun:
            items.append(line[begun.end() :])
        else:
            items[-1] += f" {line.strip()}"
    first = _ITEM.match(lines[0])
    kind = Markup("ol") if first and first[1] else Markup("ul")
    listed = Markup("").join(Markup("<li>{}</li>").format(inline(item)) for item in items)
    return Markup("<{0}>{1}</{0}>").format(kind, listed)


def _table(lines: list[str]) -> Markup:
    head, _, *rows = (_cells(line) for line in lines)
    top = Markup("").join(Markup('<th scope="col">{}</th>').format(inline(cell)) for cell in head)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(inline(cell)) for cell in row))
        for row in rows
    )
    table = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(top, body)
    return Markup('<div class="wide" role="group" tabindex="0" aria-label="table">{}</div>').format(table)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _CELLS.split(line.strip().strip("|"))]
