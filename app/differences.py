"""What differs between two documents of one thing, field by field. Pure: knows JSON values and nothing else.

A footnote's name is its place in its document, so rows are held to what their footnotes say; how many other rows rest
on a thing is no part of it, nor how it is cited, which names a release, nor the order of the rows inside it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import orjson

Document = Mapping[str, Any]
Differences = dict[str, dict[str, Any]]

NOT_COMPARED = frozenset({"id", "links", "rests_on_it", "cite_as"})
_CITATIONS = "citations"


def differences(old: Document, new: Document) -> Differences:
    """Old and new value of each field that differs, by its dotted path: `casualties.killed.best`.

    A row inside a list is named by its id in brackets, as ids hold dots: `casualty_claims[x.killed].high`. A row that
    one side lacks is null there and whole on the other; plain lists are values.
    """
    old_names, new_names = _names_of_footnotes(old.get(_CITATIONS, ()), new.get(_CITATIONS, ()))
    found: Differences = {}
    _compare("", _with_footnotes(old, old_names), _with_footnotes(new, new_names), found)
    return found


def digest_of(document: Document) -> int:
    """64 bits, signed, of what a document says: the same for two documents that have no differences."""
    notes = {note["id"]: _text(_content(note)) for note in document.get(_CITATIONS, ())}
    content = orjson.dumps(_settled(_with_footnotes(document, notes)), option=orjson.OPT_SORT_KEYS)
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)


def _names_of_footnotes(old: Sequence[Document], new: Sequence[Document]) -> tuple[dict[str, str], dict[str, str]]:
    """A name for each footnote, by its id: the same on both sides where it is the same footnote.

    That is one that says the same; or else the same place in the same source; or else the same words at the same place
    of another release of the source.
    """
    of_old, of_new = _by_content(old), _by_content(new)
    names_old: dict[str, str] = {}
    names_new: dict[str, str] = {}
    taken: Counter[str] = Counter()
    ways: tuple[Callable[[Document], Any], ...] = (
        lambda note: _text(_content(note)),
        lambda note: (note["source"]["id"], note["locator"]),
        lambda note: (note["locator"], note["quote"]),
    )
    for way in ways:
        waiting: dict[Any, list[str]] = {}
        for content, note in of_old.items():
            if content not in names_old:
                waiting.setdefault(way(note), []).append(content)
        for content, note in of_new.items():
            if content not in names_new and (partners := waiting.get(way(note))):
                names_new[content] = names_old[partners.pop(0)] = _name(note, taken)
    for notes, names in ((of_old, names_old), (of_new, names_new)):
        for content, note in notes.items():
            if content not in names:
                names[content] = _name(note, taken)
    return (
        {note["id"]: names_old[_text(_content(note))] for note in old},
        {note["id"]: names_new[_text(_content(note))] for note in new},
    )


def _by_content(notes: Iterable[Document]) -> dict[str, Document]:
    """Footnotes by what they say, each once, in an order that does not depend on their places."""
    by_content = {_text(_content(note)): note for note in notes}
    return {content: by_content[content] for content in sorted(by_content)}


def _name(note: Document, taken: Counter[str]) -> str:
    name = f"{note['source']['id']}, {note['locator']}"
    taken[name] += 1
    return name if taken[name] == 1 else f"{name} #{taken[name]}"


def _content(note: Document) -> Document:
    return {name: value for name, value in note.items() if name != "id"}


def _with_footnotes(document: Document, names: Mapping[str, str]) -> dict[str, Any]:
    """The document with its footnotes by name, and rows that name them so."""
    compared = {
        name: _naming(value, names) for name, value in document.items() if name not in {*NOT_COMPARED, _CITATIONS}
    }
    return {**compared, _CITATIONS: {names[note["id"]]: _content(note) for note in document.get(_CITATIONS, ())}}


def _naming(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: sorted({names[note] for note in inner}) if name == _CITATIONS else _naming(inner, names)
            for name, inner in value.items()
        }
    return [_naming(part, names) for part in value] if isinstance(value, list) else value


def _compare(path: str, old: Any, new: Any, found: Differences) -> None:
    if isinstance(old, dict | None) and isinstance(new, dict | None) and (old is not None or new is not None):
        before, after = old or {}, new or {}
        for name in dict.fromkeys((*after, *before)):
            inner = f"{path}[{name}]" if path == _CITATIONS else f"{path}.{name}" if path else name
            if path == _CITATIONS and (name not in before or name not in after):
                found[inner] = {"old": before.get(name), "new": after.get(name)}
            else:
                _compare(inner, before.get(name), after.get(name), found)
    elif _has_rows(old) or _has_rows(new):
        _compare_rows(path, old or [], new or [], found)
    # A member that a later version of the program adds is absent from older documents, which says nothing either.
    elif old != new and not (old in (None, []) and new in (None, [])):
        found[path] = {"old": old, "new": new}


def _has_rows(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(row, dict) for row in value)


def _compare_rows(path: str, old: Sequence[Any], new: Sequence[Any], found: Differences) -> None:
    key = _KEYS.get(path)
    if key is None:
        if old != new:
            found[path] = {"old": list(old), "new": list(new)}
        return
    once = not any(number > 1 for rows in (old, new) for number in Counter(key(row)[0] for row in rows).values())
    before, after = (_by_key(rows, lambda row: key(row)[0 if once else 1]) for rows in (old, new))
    for name in dict.fromkeys((*after, *before)):
        if name in before and name in after:
            _compare(f"{path}[{name}]", before[name], after[name], found)
        else:
            found[f"{path}[{name}]"] = {"old": before.get(name), "new": after.get(name)}


def _by_key(rows: Sequence[Any], key: Callable[[Any], str]) -> dict[str, Any]:
    """Rows by their key; of those that share one, the further ones are numbered, in an order of their own."""
    by_key: dict[str, Any] = {}
    met: Counter[str] = Counter()
    for row in sorted(rows, key=_text):
        name = key(row)
        met[name] += 1
        by_key[name if met[name] == 1 else f"{name} #{met[name]}"] = row
    return by_key


# What names a row among those of its list, and what does where that is not enough.
_KEYS: Mapping[str, Callable[[Any], tuple[str, str]]] = {
    "locations": lambda row: (row["id"], f"{row['id']}, {row['precision']}"),
    "actors": lambda row: (row["id"], f"{row['id']}, {row['role']}, {row['attribution']}"),
    "casualty_claims": lambda row: (row["id"], row["id"]),
    "reported_counts": lambda row: (row["measure"], f"{row['measure']}, {_claimant(row)}"),
    "relationships": lambda row: (
        f"{row['kind']} {row['actor']['id']}",
        f"{row['kind']} {row['actor']['id']}, {row['since']}",
    ),
    "external_ids": lambda row: (row["scheme"], f"{row['scheme']}, {row['value']}"),
}


def _claimant(row: Document) -> str:
    return str(row["claimant"]["id"]) if row["claimant"] else "nobody"


def _settled(value: Any) -> Any:
    """A value without its nulls and empty lists, rows in an order of their own: equal where nothing differs."""
    if isinstance(value, dict):
        settled = {name: _settled(inner) for name, inner in value.items()}
        return {name: inner for name, inner in settled.items() if inner not in (None, [], {})}
    if _has_rows(value):
        return sorted((_settled(row) for row in value), key=_text)
    return value


def _text(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
