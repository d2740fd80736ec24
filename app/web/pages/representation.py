"""HTML as one more format: lists, single things and statistics, from the same documents as every other."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from app.formats.answers import Shape, about_item, about_list
from app.formats.registry import Format
from app.schemas.answers import ItemLinks, ItemMeta, ListLinks, ListMeta
from app.schemas.stats import StatsMeta
from app.web.pages.addresses import Question
from app.web.pages.asked import chips, order, without_filters
from app.web.pages.downloads import downloads_of_item, downloads_of_list, same_as_json
from app.web.pages.forms import form_of
from app.web.pages.rendering import HEADERS, edition, render

# The first part of a path, and what its lists are called.
TITLES: Mapping[str, str] = {
    "events": "Events",
    "casualty-claims": "Casualty claims",
    "locations": "Places",
    "actors": "Actors",
    "sources": "Sources",
    "countries": "Countries",
    "stats": "Statistics",
    "releases": "Releases",
    "changes": "Changes",
    "codebook": "Codebook",
    "methodology": "Methodology",
}

_NOUNS: Mapping[str, tuple[str, str]] = {
    "events": ("event", "events"),
    "casualty-claims": ("claim", "claims"),
    "locations": ("place", "places"),
    "actors": ("actor", "actors"),
    "sources": ("source", "sources"),
    "countries": ("country", "countries"),
    "releases": ("release", "releases"),
    "changes": ("change", "changes"),
}
# Statistics have no pages. Of more rows than a reader scrolls through the page shows the first, and says so.
MOST_ROWS = 1000


def write_list(
    documents: Sequence[bytes], meta: ListMeta | StatsMeta, links: ListLinks | ItemLinks, shape: Shape
) -> bytes:
    """A page of a list, or statistics, as a page to read."""
    question, about = Question.read(links.self), about_list(meta, links)
    resource = _resource(question.path)
    is_paged = isinstance(meta, ListMeta)
    rows = [orjson.loads(document) for document in (documents if is_paged else documents[:MOST_ROWS])]
    if shape.fields:
        rows = [{name: row[name] for name in shape.fields if name in row} for row in rows]
    total = about.meta.get("total")
    return render(
        f"{resource}.html",
        question.path,
        **_around(question, about.meta, about.links, shape),
        title=TITLES[resource],
        noun=_NOUNS.get(resource, ("row", "rows")),
        rows=rows,
        left_off=len(documents) - len(rows),
        picked=list(shape.fields),
        chips=chips(question, about.meta["filters_applied"]),
        order=order(about.meta["sort"]) if is_paged else None,
        form=form_of(question),
        downloads=downloads_of_list(question, shape.table, meta.release, total)
        if is_paged
        else downloads_of_item(question, shape.table),
        first_page=question.without("cursor").link if "cursor" in question.parameters else None,
        without_filters=without_filters(question, about.meta["filters_applied"]).link,
    )


def write_item(document: bytes, meta: ItemMeta, links: ItemLinks, shape: Shape) -> bytes:
    """One thing as a page to read."""
    question, about = Question.read(links.self), about_item(meta, links)
    resource, *rest = question.path.strip("/").split("/")
    kind = resource if resource in ("codebook", "methodology") else f"{resource}-item"
    if len(rest) > 1:
        kind = f"{resource}-{rest[-1]}"
    return render(
        f"{kind}.html",
        question.path,
        **_around(question, about.meta, about.links, shape),
        section=TITLES[resource],
        section_link=f"/{resource}",
        row=orjson.loads(document),
        downloads=downloads_of_item(question, shape.table),
    )


def _around(question: Question, meta: Mapping[str, Any], links: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    same = same_as_json(question)
    return {
        "resource": _resource(question.path),
        "meta": meta,
        "links": links,
        "json_link": same,
        "curl": f"curl {shlex.quote(shape.root + same)}",
        "is_pinned": "release" in question.parameters or "cursor" in question.parameters,
    }


def _resource(path: str) -> str:
    return path.strip("/").partition("/")[0]


HTML = Format(
    "html",
    "text/html; charset=utf-8",
    write_list,
    write_item,
    serves=lambda _: True,
    headers=HEADERS,
    edition=edition(),
    names_root=True,
)
