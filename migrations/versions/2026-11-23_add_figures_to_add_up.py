"""Add what statistics are added up from, and fill it in for what has been published."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op
from zstandard import ZstdCompressionDict, ZstdDecompressor

from migrations.figures_of_0006 import (
    actors_of,
    as_summed,
    groups_of,
    left_out_of,
    mask_of,
    own_figures_of,
    regions_of,
    times_of,
)

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: None = None
depends_on: None = None

FOREVER = 2**31 - 1
SEVERAL = -1
DOCUMENTS_A_TIME = 500
GROUPS = ("country", "admin1", "event_type", "sub_event_type", "type_of_violence", "actor", "claimant", "source")
SUMMED = ("low", "best", "from_low", "high", "highest", "disputed")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "event_figures": (
        *("document", "valid_from", "valid_until", "family", "month", "by_newest", "last_day"),
        *GROUPS,
        *("is_aggregate", "figures", "left_out"),
        *SUMMED,
    ),
    "event_actor": ("document", "actor"),
    "event_region": ("document", "country", "admin1"),
    "own_figure": ("document", "claimant", "source", "outcome", "figures", *SUMMED),
}
NULLABLE = {*GROUPS, "month", "last_day", "low", "best", "high", "highest"}
# Number, the releases that it holds from and until, family, and the document itself.
Told = tuple[int, int, int, int, dict[str, Any]]
KEYS = {"event_figures": 2, "event_actor": 2, "event_region": 3, "own_figure": 4}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        keys = columns[: KEYS[table]]
        checks = []
        if table == "event_figures":
            checks.append(sa.CheckConstraint("valid_from < valid_until", name=op.f(f"ck_{table}_holds_for_a_release")))
        op.create_table(
            table,
            *(_column(name, key=name in keys, table=table) for name in columns),
            *checks,
            sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}")),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "month_figures",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("family", sa.Integer(), nullable=False),
        sa.Column("country", sa.Integer(), nullable=True),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("figures", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("aggregates", sa.Integer(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=True),
        sa.Column("best", sa.BigInteger(), nullable=True),
        sa.Column("from_low", sa.Integer(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=True),
        sa.Column("highs", sa.Integer(), nullable=False),
        sa.Column("highest", sa.BigInteger(), nullable=True),
        sa.Column("disputed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["family"], ["term.number"], name=op.f("fk_month_figures_family_term")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_month_figures")),
    )
    op.create_index(op.f("ix_month_figures_family"), "month_figures", ["family"], unique=False)
    fill(op.get_bind())


def downgrade() -> None:
    op.drop_index(op.f("ix_month_figures_family"), table_name="month_figures")
    for table in ("month_figures", "own_figure", "event_region", "event_actor", "event_figures"):
        op.drop_table(table)


def _column(name: str, *, key: bool, table: str) -> sa.Column[Any]:
    if key:
        return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)
    return sa.Column(name, sa.Integer(), nullable=name in NULLABLE)


def fill(connection: sa.Connection) -> None:
    """Make the rows of every document there is, whether it still holds or not."""
    terms = {
        (kind, value): number
        for kind, value, number in connection.execute(sa.text("SELECT kind, value, number FROM term"))
    }
    left_out = _left_out_by_release(connection)
    everything = connection.scalars(sa.text("SELECT number FROM event_document ORDER BY number")).all()
    for documents in _documents(connection, everything):
        rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
        for number, valid_from, valid_until, family, document in documents:
            _add_rows(rows, number, (valid_from, valid_until, family), document, terms, left_out.get(number))
        for table, made in rows.items():
            if made:
                target = sa.table(table, *(sa.column(name) for name in COLUMNS[table]))
                values = [dict(zip(COLUMNS[table], row, strict=True)) for row in made]
                connection.execute(sa.insert(target), values)
    connection.execute(sa.text(ADDED_UP))


def _documents(connection: sa.Connection, numbers: Sequence[int]) -> Iterator[list[Told]]:
    """The documents of these numbers, some at a time."""
    unpackers = {None: ZstdDecompressor()}
    for number, content in connection.execute(sa.text("SELECT number, content FROM compression_dictionary")):
        unpackers[number] = ZstdDecompressor(dict_data=ZstdCompressionDict(content))
    query = sa.text(
        "SELECT d.number, d.valid_from, d.valid_until, d.family, b.dictionary, b.body FROM event_document d"
        " JOIN event_body b ON b.document = d.number WHERE d.number IN :numbers ORDER BY d.number"
    ).bindparams(sa.bindparam("numbers", expanding=True))
    for start in range(0, len(numbers), DOCUMENTS_A_TIME):
        rows = connection.execute(query, {"numbers": numbers[start : start + DOCUMENTS_A_TIME]}).all()
        yield [(*row[:4], orjson.loads(unpackers[row[4]].decompress(row[5]))) for row in rows]


def _left_out_by_release(connection: sa.Connection) -> dict[int, list[tuple[int, int]]]:
    """For each document of an event with parts: from which release on its parts are counted in stead, and in what."""
    query = sa.text(
        "SELECT d.number FROM event_document d WHERE d.id IN"
        " (SELECT value FROM term WHERE kind = 'part_of') OR EXISTS (SELECT 1 FROM event_term t JOIN term k"
        " ON k.number = t.term WHERE k.kind = 'part_of' AND t.by_newest = d.by_newest AND t.id = d.id"
        " AND t.document = d.number)"
    )
    numbers = connection.scalars(query).all()
    told = [row for some in _documents(connection, numbers) for row in some]
    changes: dict[int, list[tuple[int, int]]] = {}
    for release in sorted({row[1] for row in told} | {row[2] for row in told} - {FOREVER}):
        holding = [row for row in told if row[1] <= release < row[2]]
        masks = {row[4]["id"]: mask_of(row[4]["casualties"]) for row in holding}
        left_out = left_out_of(masks, {row[4]["id"]: row[4]["parts"] for row in holding if row[4]["parts"]})
        for number, _, _, _, document in holding:
            mask, known = left_out.get(document["id"], 0), changes.setdefault(number, [])
            if not known or known[-1][1] != mask:
                known.append((release, mask))
    return changes


def _add_rows(
    rows: dict[str, list[tuple[Any, ...]]],
    number: int,
    held: tuple[int, int, int],
    document: dict[str, Any],
    terms: Mapping[tuple[str, str], int],
    left_out: list[tuple[int, int]] | None,
) -> None:
    valid_from, valid_until, family = held
    cited = {note["source"]["id"] for note in document["citations"]}

    def number_of(kind: str, value: str) -> int:
        return terms[kind, value]

    days = (date.fromisoformat(day) if day else None for day in (document["date_start"], document["date_end"]))
    groups = groups_of(document, cited, number_of)
    mask, killed = mask_of(document["casualties"]), as_summed(document["casualties"]["killed"])
    changes = left_out or [(valid_from, 0)]
    ends = [begins for begins, _ in changes[1:]] + [valid_until]
    times = times_of(*days)
    for (begins, parts_mask), end in zip(changes, ends, strict=True):
        when = (number, begins, end, family, *times)
        rows["event_figures"].append((*when, *groups, int(document["is_aggregate"]), mask, parts_mask, *killed))
    if groups[GROUPS.index("actor")] == SEVERAL:
        rows["event_actor"].extend(
            (number, actor) for actor in sorted(terms["actor", name] for name in actors_of(document))
        )
    if SEVERAL in groups[:2]:
        rows["event_region"].extend((number, *region) for region in regions_of(document, number_of))
    if mask > 1 or SEVERAL in groups[-2:]:
        rows["own_figure"].extend((number, *own) for own in own_figures_of(document, cited, number_of))


ADDED_UP = """
    INSERT INTO month_figures
    SELECT row_number() OVER (ORDER BY family, country, month, figures, left_out),
           family, country, month, figures, left_out, count(*), sum(is_aggregate), sum(low), sum(best), sum(from_low),
           sum(high), count(high), sum(highest), sum(disputed)
    FROM event_figures WHERE valid_until = 2147483647
    GROUP BY family, country, month, figures, left_out
"""
