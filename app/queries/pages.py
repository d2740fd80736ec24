"""One page of a list, and the keyset by which the next one is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_

from app.params.cursors import Cursor


@dataclass(frozen=True, slots=True)
class Page:
    """The documents of one page, as JSON text, in order."""

    documents: Sequence[bytes]
    total: int | None
    last: tuple[int | None, str] | None
    """The sort key and id of the last row, where more rows follow."""
    warnings: tuple[str, ...] = ()


def after(
    cursor: Cursor | None, key: ColumnElement[int] | None, row_id: ColumnElement[str]
) -> ColumnElement[bool] | None:
    """The condition for rows that come after a cursor; the key is never null and the id ends every order."""
    if cursor is None:
        return None
    if key is None or cursor.key is None:
        return row_id > cursor.id
    return or_(key > cursor.key, and_(key == cursor.key, row_id > cursor.id))


def keyed(key: ColumnElement[int] | None) -> list[ColumnElement[Any]]:
    """The columns that a query over a sort needs last, so that `last_of` can read them."""
    return [] if key is None else [key.label("sort_key")]


def last_of(shown: Sequence[Row[*tuple[Any, ...]]], *, has_more: bool, has_key: bool) -> tuple[int | None, str] | None:
    """The sort key and id of a page's last row, where more rows follow it."""
    if not has_more:
        return None
    row = shown[-1]._mapping
    return (row["sort_key"] if has_key else None, row["id"])


def holds_in(table: Any, release: int) -> ColumnElement[bool]:
    """The condition for documents that hold in a release."""
    return and_(table.valid_from <= release, table.valid_until > release)
