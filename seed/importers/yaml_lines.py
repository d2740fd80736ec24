"""Reads one YAML file into plain values that remember their lines, and finds every slip of writing in it.

Stricter than YAML: no aliases, no repeated members, no word that YAML silently turns into something else.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from seed.importers.faults import Steps

# The C parser is the same parser, ten times as fast; not every platform's wheel has it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 30  # facts are nested 8 deep; without a bound, brackets alone could exhaust the stack
LONGEST_NUMBER = 30  # digits
_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(slots=True)
class Document:
    """One file's values, the line of each by its path, and (line, path, reason) of what is wrong in the writing."""

    name: str
    value: Any = None
    lines: dict[Steps, int] = field(default_factory=dict)
    slips: list[tuple[int, Steps, str]] = field(default_factory=list)
    unread: bool = False  # the file is not YAML at all: nothing is known of what it holds

    def line_of(self, path: Steps) -> int:
        """The line of the value at `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_document(file: Path, name: str) -> Document:
    """The file's values. Never raises: what cannot be read is among the slips."""
    document = Document(name)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        document.slips.append((1, (), f"cannot be read: {error.strerror or error}"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        document.slips.append((line, (), "is not UTF-8 text"))
    else:
        _parse(text, document)
    document.unread = document.value is None and bool(document.slips)
    return document


def _parse(text: str, document: Document) -> None:
    try:
        document.slips += _slips_of_structure(text)
        if document.slips:
            return
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        document.slips.append((mark.line + 1 if mark else 1, (), f"is not YAML: {what}"))
        return
    except yaml.YAMLError as error:
        position = getattr(error, "position", 0)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
        document.slips.append((line, (), f"is not YAML: {' '.join(str(error).split())}"))
        return
    if root is not None:
        document.value = _value_of(root, (), document)


def _slips_of_structure(text: str) -> list[tuple[int, Steps, str]]:
    """What must be seen before the nodes are built: aliases, which can grow without end, and too deep nesting."""
    slips: list[tuple[int, Steps, str]] = []
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = _line_of(event)
        if isinstance(event, yaml.AliasEvent):
            slips.append((line, (), f"the alias *{event.anchor} is not allowed: write the value out"))
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                return [*slips, (line, (), f"is nested deeper than {DEEPEST} levels")]
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return slips


def _line_of(marked: yaml.Node | yaml.Event) -> int:
    return marked.start_mark.line + 1 if marked.start_mark else 1


def _value_of(node: yaml.Node, path: Steps, document: Document) -> Any:
    line = _line_of(node)
    document.lines.setdefault(path, line)
    if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
        return _members_of(node, path, document)
    if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
        return [_value_of(item, (*path, index), document) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode):
        value, fault = _scalar(node.tag.removeprefix(_TAG), node.value)
    else:
        value, fault = None, f"the tag {node.tag} is not allowed"
    if fault:
        document.slips.append((line, path, fault))
    return value


def _members_of(node: yaml.MappingNode, path: Steps, document: Document) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = _line_of(key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            document.slips.append((line, path, "the name of a member must be a word"))
            continue
        # The word as written, whatever YAML takes it for: `on` and `2020` are then refused as unknown members.
        key = key_node.value
        if key in members:
            first = document.lines[(*path, key)]
            document.slips.append((line, (*path, key), f"the member {key!r} stands twice, first in line {first}"))
            continue
        document.lines[(*path, key)] = line
        members[key] = _value_of(value_node, (*path, key), document)
    return members


def _scalar(tag: str, text: str) -> tuple[Any, str | None]:
    """The value that a scalar stands for, or None and why it is not taken."""
    match tag:
        case "null":
            return None, None
        case "str":
            return (None, "holds a control character") if _CONTROL.search(text) else (text, None)
        case "bool" if text not in ("true", "false"):
            return None, f"YAML reads {text} as true or false: put it in quotes, or write true or false"
        case "bool":
            return text == "true", None
        case "int" | "float":
            return _number(text)
        case "timestamp":
            return _date(text)
        case _:
            return None, f"the tag or sign {tag} is not allowed"


def _number(text: str) -> tuple[int | float | None, str | None]:
    """Plain decimals alone: YAML's octal, sexagesimal and infinite numbers are slips in a file of facts."""
    if len(text) <= LONGEST_NUMBER and _INTEGER.fullmatch(text):
        return int(text), None
    if len(text) <= LONGEST_NUMBER and _DECIMAL.fullmatch(text):
        return float(text), None
    return None, f"{text[:40]} is not a plain decimal number: write one, or put it in quotes"


def _date(text: str) -> tuple[date | None, str | None]:
    try:
        return date.fromisoformat(text), None
    except ValueError:
        return None, f"{text} is not a day of the calendar: write a date as 2024-02-28, without a time"
