"""A page of GED's rows in the envelope of UCDP's API."""

from collections.abc import Iterable, Mapping

import orjson

from app.schemas.ucdp import ged_row


def write_ged_page(
    records: Iterable[Mapping[str, str]], total: int, pages: int, previous_page: str, next_page: str
) -> bytes:
    """The page as JSON; an address is empty where there is no such page."""
    return orjson.dumps(
        {
            "TotalCount": total,
            "TotalPages": pages,
            "PreviousPageUrl": previous_page,
            "NextPageUrl": next_page,
            "Result": [ged_row(record) for record in records],
        }
    )
