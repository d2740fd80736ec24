"""Log what each release changed and held, and make room for what is suppressed; fill both for the releases there are."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import orjson
import sqlalchemy as sa
import zstandard
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: None = None
depends_on: None = None

# Text keys sort in byte order on every database.
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
FOREVER = 2**31 - 1
TYPES, PATHS = ("actor", "event", "location", "source"), ("actors", "events", "locations", "sources")
CREATED, UPDATED, WITHDRAWN = range(3)
SOME = 1000


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("release", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=True),
        sa.Column("after", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("change BETWEEN 0 AND 3", name=op.f("ck_change_change")),
        sa.CheckConstraint("type BETWEEN 0 AND 3", name=op.f("ck_change_type")),
        sa.ForeignKeyConstraint(["release"], ["release.number"], name=op.f("fk_change_release_release")),
        sa.PrimaryKeyConstraint("release", "type", "id", name=op.f("pk_change")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "suppression",
        sa.Column("resource", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("suppressed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_suppression_reason_is_given")),
        sa.CheckConstraint(
            "resource IN ('event', 'casualty claim', 'location', 'actor', 'source')",
            name=op.f("ck_suppression_resource"),
        ),
        sa.ForeignKeyConstraint(["release"], ["release.number"], name=op.f("fk_suppression_release_release")),
        sa.PrimaryKeyConstraint("resource", "id", name=op.f("pk_suppression")),
    )
    op.create_index(op.f("ix_suppression_release"), "suppression", ["release"], unique=False)
    # Not in batch mode: SQLite adds a column that may be null where the table is, and what points at it stays.
    op.add_column("release", sa.Column("contents", sa.JSON(none_as_null=True), nullable=True))
    connection = op.get_bind()
    releases = connection.execute(sa.text("SELECT number FROM release ORDER BY number")).scalars().all()
    if releases:
        _fill(connection, releases)


def downgrade() -> None:
    # What was suppressed would come back with the next load: this forgets that it was.
    op.drop_column("release", "contents")
    op.drop_table("suppression")
    op.drop_table("change")


def _fill(connection: sa.Connection, releases: Sequence[int]) -> None:
    """From the documents, each of which is read once."""
    read = _Reading(connection)
    versions: dict[tuple[int, str], list[tuple[int, int, int | None]]] = defaultdict(list)
    held = _Held(releases)
    for kind, thing, valid_from, valid_until, document, family in read.documents():
        of_thing = versions[kind, thing]
        # Of a thing that has been there from its first document on, nothing is ever compared.
        says = _digest_of(document) if of_thing or valid_until != FOREVER else None
        of_thing.append((valid_from, valid_until, says))
        held.add(kind, valid_from, valid_until, document, family)
    _write_changes(connection, versions)
    for number in releases:
        _write_contents(connection, number, held.contents(number))


class _Reading:
    """Every document of every release, unpacked."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._unpackers = {None: zstandard.ZstdDecompressor()}
        for number, content in connection.execute(sa.text("SELECT number, content FROM compression_dictionary")):
            dictionary = zstandard.ZstdCompressionDict(bytes(content))
            self._unpackers[number] = zstandard.ZstdDecompressor(dict_data=dictionary)

    def documents(self) -> Iterator[tuple[int, str, int, int, dict[str, Any], str | None]]:
        families = dict(self._connection.execute(sa.text("SELECT number, value FROM term WHERE kind = 'source'")).all())
        events = (
            "SELECT d.number, d.id, d.valid_from, d.valid_until, b.dictionary, b.body, d.family FROM event_document d"
            " JOIN event_body b ON b.document = d.number WHERE d.number > :after ORDER BY d.number LIMIT :some"
        )
        for _, thing, valid_from, valid_until, dictionary, body, family in self._rows(events):
            document = orjson.loads(self._unpackers[dictionary].decompress(body))
            yield TYPES.index("event"), thing, valid_from, valid_until, document, families[family]
        references = (
            "SELECT number, id, valid_from, valid_until, dictionary, body, resource FROM reference_document"
            " WHERE number > :after ORDER BY number LIMIT :some"
        )
        for _, thing, valid_from, valid_until, dictionary, body, resource in self._rows(references):
            if resource in TYPES:
                document = orjson.loads(self._unpackers[dictionary].decompress(body))
                yield TYPES.index(resource), thing, valid_from, valid_until, document, None

    def _rows(self, statement: str) -> Iterator[Any]:
        after = 0
        while rows := self._connection.execute(sa.text(statement), {"after": after, "some": SOME}).all():
            after = rows[-1][0]
            yield from rows


def _write_changes(
    connection: sa.Connection, versions: dict[tuple[int, str], list[tuple[int, int, int | None]]]
) -> None:
    counts: dict[int, dict[str, dict[str, int]]] = {}
    rows: list[tuple[Any, ...]] = []
    for (kind, thing), of_thing in versions.items():
        until, said, was_there = 0, None, False
        for valid_from, valid_until, says in sorted(of_thing):
            if was_there and until < valid_from:
                rows.append((until, kind, thing, WITHDRAWN, said, None))
            if until < valid_from or not was_there:
                rows.append((valid_from, kind, thing, CREATED, None, says if was_there else None))
            elif said != says:
                rows.append((valid_from, kind, thing, UPDATED, said, says))
            until, said, was_there = valid_until, says, True
        if until != FOREVER:
            rows.append((until, kind, thing, WITHDRAWN, said, None))
    names = ("release", "type", "id", "change", "before", "after")
    table = sa.table("change", *(sa.column(name) for name in names))
    rows.sort()
    for start in range(0, len(rows), SOME):
        connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in rows[start : start + SOME]])
    for release, kind, _, change, *_ in rows:
        of_release = counts.setdefault(release, {path: _no_changes() for path in PATHS})
        of_release[PATHS[kind]][("created", "updated", "withdrawn")[change]] += 1
    releases = sa.table("release", sa.column("number"), sa.column("changes", sa.JSON))
    for number, before in connection.execute(sa.select(releases)).all():
        changes = {**before, **counts.get(number, {path: _no_changes() for path in PATHS})}
        connection.execute(releases.update().where(releases.c.number == number).values(changes=changes))


def _no_changes() -> dict[str, int]:
    return {"created": 0, "updated": 0, "withdrawn": 0, "suppressed": 0}


class _Held:
    """What held in each release: rises where documents begin, and falls where they end."""

    def __init__(self, releases: Sequence[int]) -> None:
        self._releases = releases
        self._counts: dict[str, dict[int, int]] = {path: defaultdict(int) for path in (*PATHS, "casualty_claims")}
        self._sums: dict[str, dict[int, list[int]]] = {}
        self._with_parts: list[tuple[int, int, dict[str, Any], str]] = []
        self._sources: dict[str, tuple[int, str]] = {}

    def add(self, kind: int, valid_from: int, valid_until: int, document: dict[str, Any], family: str | None) -> None:
        path = PATHS[kind]
        for release, sign in ((valid_from, 1), (valid_until, -1)):
            self._counts[path][release] += sign
            if family is not None:
                self._counts["casualty_claims"][release] += sign * len(document["casualty_claims"])
        if path == "sources":
            first = self._sources.get(document["id"], (FOREVER, ""))
            self._sources[document["id"]] = min(first, (valid_from, document["title"]))
        if family is None:
            return
        if document["parts"] or document["part_of"]:
            self._with_parts.append((valid_from, valid_until, document, family))
        else:
            self._sum(family, valid_from, valid_until, [1, *_numbers_of(document)])

    def _sum(self, family: str, valid_from: int, valid_until: int, numbers: list[int]) -> None:
        of_family = self._sums.setdefault(family, defaultdict(lambda: [0] * 10))
        for release, sign in ((valid_from, 1), (valid_until, -1)):
            of_family[release] = [a + sign * b for a, b in zip(of_family[release], numbers, strict=True)]

    def contents(self, release: int) -> dict[str, Any]:
        counts = {path: sum(n for at, n in of.items() if at <= release) for path, of in self._counts.items()}
        sums = {
            family: [sum(column) for column in zip(*(n for at, n in of.items() if at <= release), strict=True)]
            or [0] * 10
            for family, of in self._sums.items()
        }
        holding = {d["id"]: (d, family) for at, until, d, family in self._with_parts if at <= release < until}
        for document, family in holding.values():
            of_family = sums.setdefault(family, [0] * 10)
            counted = not any(_states_a_figure(part) for part in _parts(document, holding))
            numbers = [1, *(_numbers_of(document) if counted else [0] * 9)]
            sums[family] = [a + b for a, b in zip(of_family, numbers, strict=True)]
        order = ("events", "casualty_claims", "locations", "actors", "sources")
        return {
            "counts": {path: counts[path] for path in order},
            "killed": [_killed(family, numbers) for family, numbers in sorted(sums.items()) if numbers[0]],
            "new_sources": [
                {"id": source, "title": title}
                for source, (first, title) in sorted(self._sources.items())
                if first == release
            ],
        }


def _parts(document: dict[str, Any], holding: dict[str, tuple[dict[str, Any], str]]) -> Iterator[dict[str, Any]]:
    for part in document["parts"]:
        if part in holding:
            yield holding[part][0]
            yield from _parts(holding[part][0], holding)


def _figure(document: dict[str, Any]) -> tuple[int | None, int | None, int | None]:
    killed = document["casualties"]["killed"]
    return (killed["low"], killed["best"], killed["high"]) if killed else (None, None, None)


def _states_a_figure(document: dict[str, Any]) -> bool:
    return any(number is not None for number in _figure(document))


def _numbers_of(document: dict[str, Any]) -> list[int]:
    """Counted, low, with low, best or low, with that, from low, high, with high, with any."""
    low, best, high = _figure(document)
    offered = best if best is not None else low
    given = [low or 0, low is not None, offered or 0, offered is not None, best is None and low is not None]
    return [1, *map(int, given), high or 0, int(high is not None), int(_states_a_figure(document))]


def _killed(family: str, numbers: list[int]) -> dict[str, Any]:
    events, counted, low, with_low, best, with_best, from_low, high, with_high, known = numbers
    killed = {
        "low": low if with_low else None,
        "best": best if with_best else None,
        "best_from_low": from_low,
        "high": high if counted and with_high == counted else None,
        "unknown": counted - known,
    }
    return {"source_family": family, "events": events, "counted": counted, "killed": killed}


def _write_contents(connection: sa.Connection, number: int, contents: dict[str, Any]) -> None:
    table = sa.table("release", sa.column("number"), sa.column("contents", sa.JSON))
    connection.execute(table.update().where(table.c.number == number).values(contents=contents))


def _digest_of(document: Mapping[str, Any]) -> int:
    """64 bits, signed, of what a document says, whatever the order of its footnotes and rows."""
    notes = {note["id"]: _text(_content(note)) for note in document.get("citations", ())}
    left_out = {"id", "links", "rests_on_it", "cite_as", "citations"}
    compared = {name: _naming(value, notes) for name, value in document.items() if name not in left_out}
    cited = {notes[note["id"]]: _content(note) for note in document.get("citations", ())}
    content = orjson.dumps(_settled({**compared, "citations": cited}), option=orjson.OPT_SORT_KEYS)
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)


def _content(note: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in note.items() if name != "id"}


def _naming(value: Any, notes: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: sorted({notes[note] for note in inner}) if name == "citations" else _naming(inner, notes)
            for name, inner in value.items()
        }
    return [_naming(part, notes) for part in value] if isinstance(value, list) else value


def _settled(value: Any) -> Any:
    if isinstance(value, dict):
        settled = {name: _settled(inner) for name, inner in value.items()}
        return {name: inner for name, inner in settled.items() if inner not in (None, [], {})}
    if isinstance(value, list) and any(isinstance(row, dict) for row in value):
        return sorted((_settled(row) for row in value), key=_text)
    return value


def _text(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
