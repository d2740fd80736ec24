"""Finds anew what parts are counted in stead of an event, in every release, after some parts have left them all."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from app.models import EventFigures
from seed.publish.figures import left_out_of

# An event's id and the ids of its parts, by the number of each of its documents.
Wholes = Mapping[int, tuple[str, Sequence[str]]]


def recount_wholes(connection: Connection, told: Wholes) -> set[int]:
    """Put right what is `left_out` of these events, which are all that can have parts; the families of those changed.

    A row that is right for some of its releases alone becomes several.
    """
    table, columns = EventFigures, EventFigures.__table__.c
    rows = connection.execute(select(*columns).where(table.document.in_(told))).all()
    turns = sorted({row.valid_from for row in rows} | {row.valid_until for row in rows})
    right = {release: _left_out_in(release, rows, told) for release in turns}
    families = set()
    for row in rows:
        within = [turn for turn in turns if row.valid_from <= turn < row.valid_until]
        pieces = list(_pieces(row, [(turn, right[turn][told[row.document][0]]) for turn in within]))
        if pieces != [row._asdict()]:
            families.add(row.family)
            same = (table.document == row.document, table.valid_from == row.valid_from)
            connection.execute(delete(table).where(*same))
            connection.execute(insert(table), pieces)
    return families


def _left_out_in(release: int, rows: Sequence[Row[Any]], told: Wholes) -> dict[str, int]:
    holding = [row for row in rows if row.valid_from <= release < row.valid_until]
    masks = {told[row.document][0]: row.figures for row in holding}
    return left_out_of(masks, dict(told[row.document] for row in holding))


def _pieces(row: Row[Any], right: Sequence[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    """The row for each stretch of its releases in which the same is left out."""
    starts = [next(stretch) for _, stretch in groupby(right, key=itemgetter(1))]
    ends = [*(release for release, _ in starts[1:]), row.valid_until]
    for (begins, left_out), ends_before in zip(starts, ends, strict=True):
        yield {**row._asdict(), "valid_from": begins, "valid_until": ends_before, "left_out": left_out}
