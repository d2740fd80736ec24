"""What a resource is served in: the formats, and HTML for who reads it in a browser."""

from collections.abc import Mapping
from functools import cache

from app.formats.registry import Format, formats_of
from app.schemas.columns.tables import Table
from app.web.pages.representation import HTML


@cache
def representations_of(table: Table) -> Mapping[str, Format]:
    """All of them by name, in the order of preference where a client takes several alike: JSON first, HTML last."""
    return {**formats_of(table), HTML.name: HTML}
