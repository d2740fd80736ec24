"""All formats by name. To add one: a module beside this, a line here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.formats.json_text import item_as_json, list_as_json
from app.schemas.answers import ItemLinks, ItemMeta, ListLinks, ListMeta
from app.schemas.stats import StatsMeta


@dataclass(frozen=True, slots=True)
class Format:
    """A representation: its name in `format=`, its media type, and how it is written."""

    name: str
    media_type: str
    write_list: Callable[[Sequence[bytes], ListMeta | StatsMeta, ListLinks | ItemLinks, Sequence[str]], bytes]
    write_item: Callable[[bytes, ItemMeta, ItemLinks], bytes]


JSON = Format("json", "application/json", list_as_json, item_as_json)

FORMATS: Mapping[str, Format] = {format_.name: format_ for format_ in (JSON,)}
