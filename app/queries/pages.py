"""One page of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_

from app.params.cursors import read_cursor
from app.params.paging import Paged


@dataclass(frozen=True, slots=True)
class Page:
    """The documents of one page, as JSON text, in order."""

    documents: Sequence[bytes]
    total: int | None
    last: tuple[int | None, str] | None
    """The sort key and id of the last row, where more rows follow."""
    warnings: tuple[str, ...] = ()


def fetch_page(
    connection: Connection, query: Select[*tuple[Any, ...]], asked: Paged, row_id: ColumnElement[str]
) -> tuple[Sequence[Row[*tuple[Any, ...]]], tuple[int | None, str] | None]:
    """The rows of the page that was asked for, by `row_id`, and the last one's id where more rows follow.

    `query` selects `row_id` as `id`.
    """
    after = read_cursor(asked)
    if after is not None:
        query = query.where(row_id > after.id)
    rows = connection.execute(query.order_by(row_id).limit(asked.limit + 1)).all()
    shown = rows[: asked.limit]
    return shown, (None, shown[-1]._mapping["id"]) if len(rows) > asked.limit else None


def holds_in(table: Any, release: int) -> ColumnElement[bool]:
    """The condition for documents that hold in a release."""
    return and_(table.valid_from <= release, table.valid_until > release)
