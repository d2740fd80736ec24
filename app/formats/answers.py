"""What is written: rows with their columns, and what is said about them, alike in every format."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from app.schemas.answers import ItemLinks, ItemMeta, ListLinks, ListMeta, envelope_text
from app.schemas.columns.tables import Picked, Table
from app.schemas.stats import StatsMeta


@dataclass(frozen=True, slots=True)
class Shape:
    """Of what resource the rows are, and what `fields` picked of them; no fields are all."""

    table: Table
    fields: Sequence[str] = ()
    root: str = ""
    """Where the API is reached, for formats that say so."""

    def pick(self) -> Picked:
        return self.table.pick(self.fields)


@dataclass(frozen=True, slots=True)
class About:
    """What is said about an answer: its `meta` and `links`, as JSON has them."""

    meta: Mapping[str, Any]
    links: Mapping[str, Any]
    is_item: bool = False


Batches = Iterable[Sequence[bytes]]
"""Documents as JSON text, some hundred at a time, so that none but a batch is held."""


def about_list(meta: ListMeta | StatsMeta, links: ListLinks | ItemLinks) -> About:
    """What is said about a list, in JSON's own types."""
    return About(orjson.loads(envelope_text(meta)), orjson.loads(envelope_text(links)))


def about_item(meta: ItemMeta, links: ItemLinks) -> About:
    """What is said about one thing, in JSON's own types."""
    return About(orjson.loads(envelope_text(meta)), orjson.loads(envelope_text(links)), is_item=True)
