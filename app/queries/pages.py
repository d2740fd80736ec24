"""One page of a list, and the keyset by which the next one is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_

from app.params.cursors import Cursor, read_cursor
from app.params.paging import Paged


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


def fetch_page(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    asked: Paged,
    row_id: ColumnElement[str],
    key: ColumnElement[int] | None = None,
) -> tuple[Sequence[Row[*tuple[Any, ...]]], tuple[int | None, str] | None]:
    """The rows of the page that was asked for, and the sort key and id of the last one where more rows follow.

    `query` selects `row_id` as `id`; a sort without a `key` is by the id alone.
    """
    further = after(read_cursor(asked), key, row_id)
    if further is not None:
        query = query.where(further)
    if key is not None:
        query = query.add_columns(key.label("sort_key")).order_by(key)
    rows = connection.execute(query.order_by(row_id).limit(asked.limit + 1)).all()
    shown = rows[: asked.limit]
    if len(rows) <= asked.limit:
        return shown, None
    last = shown[-1]._mapping
    return shown, (None if key is None else last["sort_key"], last["id"])


def holds_in(table: Any, release: int) -> ColumnElement[bool]:
    """The condition for documents that hold in a release."""
    return and_(table.valid_from <= release, table.valid_until > release)
