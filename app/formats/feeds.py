"""Feeds: Atom (RFC 4287) and JSON Feed 1.1 of the same entries."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as Xml

import orjson

ATOM = "application/atom+xml"
JSON_FEED = "application/feed+json"
_NAMESPACE = "http://www.w3.org/2005/Atom"
# XML 1.0 has no way at all to say these.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Xml.register_namespace("", _NAMESPACE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One change; `id` is a URN that stays, `link` an absolute address."""

    id: str
    title: str
    text: str
    link: str
    updated: datetime
    tags: Sequence[str]


@dataclass(frozen=True, slots=True)
class Feed:
    """Entries, the newest first; addresses are absolute."""

    id: str
    title: str
    author: str
    link: str
    home: str
    updated: datetime
    entries: Sequence[Entry]


def write_atom(feed: Feed) -> bytes:
    """The feed as Atom."""
    root = Xml.Element(f"{{{_NAMESPACE}}}feed")
    _add_all(root, id=feed.id, title=feed.title, updated=feed.updated.isoformat())
    _add_all(_add(root, "author"), name=feed.author)
    _add(root, "link", rel="self", type=ATOM, href=feed.link)
    _add(root, "link", rel="alternate", href=feed.home)
    for each in feed.entries:
        entry = _add(root, "entry")
        _add_all(entry, id=each.id, title=each.title, updated=each.updated.isoformat())
        _add(entry, "link", rel="alternate", href=each.link)
        for tag in each.tags:
            _add(entry, "category", term=tag)
        _add(entry, "content", type="text").text = _sayable(each.text)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


def write_json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1."""
    items = [
        {
            "id": each.id,
            "url": each.link,
            "title": each.title,
            "content_text": each.text,
            "date_published": each.updated,
            "date_modified": each.updated,
            "tags": list(each.tags),
        }
        for each in feed.entries
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.link,
        "authors": [{"name": feed.author}],
        "items": items,
    }
    return orjson.dumps(document)


def _add(parent: Xml.Element, name: str, **attributes: str) -> Xml.Element:
    said = {attribute: _sayable(value) for attribute, value in attributes.items()}
    return Xml.SubElement(parent, f"{{{_NAMESPACE}}}{name}", said)


def _add_all(parent: Xml.Element, **texts: str) -> None:
    for name, text in texts.items():
        _add(parent, name).text = _sayable(text)


def _sayable(text: str) -> str:
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
