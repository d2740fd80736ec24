"""Reads the pages as a browser does, and as a validator: every fault of the text is one of the test."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
_PREFIX = "{http://www.w3.org/1999/xhtml}"
_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
_APART = frozenset(
    f"{_PREFIX}{name}" for name in ("td", "th", "dt", "dd", "li", "p", "h1", "h2", "h3", "br", "summary")
)
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")


@dataclass(frozen=True)
class Page:
    """A page, parsed strictly."""

    source: str

    @cached_property
    def root(self) -> Element:
        parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True)
        root: Element = parser.parse(self.source)
        return root

    def all(self, name: str) -> list[Element]:
        """The elements of a name, in the order of the page."""
        return list(self.root.iter(f"{_PREFIX}{name}"))

    def of_class(self, name: str) -> list[Element]:
        return [each for each in self.root.iter() if name in each.get("class", "").split()]

    @property
    def text(self) -> str:
        return text_of(self.root)

    @property
    def links(self) -> list[str]:
        return [link for each in self.all("a") if (link := each.get("href")) is not None]


def text_of(element: Element) -> str:
    """Its text with single spaces, and one between what stands apart on the page."""
    return " ".join("".join(_parts(element)).split())


def _parts(element: Element) -> Iterator[str]:
    apart = " " if element.tag in _APART else ""
    yield f"{apart}{element.text or ''}"
    for child in element:
        yield from _parts(child)
        yield child.tail or ""
    yield apart


def entries(page: Page) -> list[Element]:
    """Its articles: one an entry, or the thing itself."""
    return page.all("article")


def numbers_in(text: str) -> set[str]:
    """Every number of a text, without commas between thousands."""
    return set(_NUMBER.findall(_BETWEEN_THOUSANDS.sub("", text)))


def numbers_of(document: Any) -> Iterator[str]:
    """Every number of a JSON document, in digits."""
    if isinstance(document, dict):
        for member in document.values():
            yield from numbers_of(member)
    elif isinstance(document, list):
        for each in document:
            yield from numbers_of(each)
    elif isinstance(document, int | float) and not isinstance(document, bool):
        yield str(document)


def faults_of(page: Page) -> list[str]:
    """What a validator, a screen reader or a keyboard would stumble over, beside what the parser refuses."""
    return [*_ids(page), *_headings(page), *_named(page), *_styled(page), *_empty(page)]


def _ids(page: Page) -> Iterator[str]:
    ids = [each.get("id", "") for each in page.root.iter() if each.get("id")]
    yield from (f"the id {each} stands {ids.count(each)} times" for each in set(ids) if ids.count(each) > 1)
    for each in page.root.iter():
        for attribute in ("for", "aria-labelledby", "aria-describedby"):
            if (name := each.get(attribute)) and name not in ids:
                yield f"{attribute}={name} leads nowhere"
        link = each.get("href", "")
        if link.startswith("#") and link[1:] not in ids:
            yield f"the link {link} leads nowhere"


def _headings(page: Page) -> Iterator[str]:
    levels = [int(each.tag[-1]) for each in page.root.iter() if re.fullmatch(rf"{_PREFIX}h[1-6]", str(each.tag))]
    if levels.count(1) != 1 or levels[:1] != [1]:
        yield f"there are {levels.count(1)} headings of the first level"
    yield from (f"h{below} follows h{above}" for above, below in pairwise(levels) if below > above + 1)


def _named(page: Page) -> Iterator[str]:
    labelled = {each.get("for") for each in page.all("label")}
    for name in ("input", "select"):
        for each in page.all(name):
            if each.get("type") != "hidden" and each.get("id") not in labelled:
                yield f"{name} {each.get('name')} has no label"
    for each in page.all("th"):
        if each.get("scope") not in ("row", "col"):
            yield f"the head {text_of(each)} has no scope"
    for each in page.all("a"):
        if not (text_of(each) or each.get("aria-label")):
            yield f"the link to {each.get('href')} has no text"
        if re.match("https?:", each.get("href", "")) and each.get("rel") != "noopener noreferrer":
            yield f"the link to {each.get('href')} says where its reader comes from"


def _styled(page: Page) -> Iterator[str]:
    """What the pages' own policy would keep from having an effect."""
    for each in page.root.iter():
        if each.tag in (f"{_PREFIX}script", f"{_PREFIX}style", f"{_PREFIX}iframe", f"{_SVG}script"):
            yield f"there is a {each.tag}"
        yield from (f"{each.tag} has {name}" for name in each.attrib if name == "style" or name.startswith("on"))


def _empty(page: Page) -> Iterator[str]:
    for name in ("ul", "ol", "dl", "table", "tbody", "h1", "h2", "h3", "dt", "summary"):
        yield from (f"there is an empty {name}" for each in page.all(name) if not text_of(each))
