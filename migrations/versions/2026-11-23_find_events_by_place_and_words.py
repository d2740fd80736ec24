"""Find events by place, precision and words: keep their points, their whereabouts and their texts' words."""

import hashlib
import json
import math
import re
import unicodedata
from array import array
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
import zstandard
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: None = None
depends_on: None = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NEWEST = ["by_newest", "id", "valid_from", "valid_until", "last_day", "family"]
POINT = ("latitude", "longitude", "x", "y", "z")
MORE = ("precision", "whereabouts")
AT_ONCE = 2000
Document = dict[str, Any]


def upgrade() -> None:
    op.create_table(
        "event_spot",
        sa.Column("term", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Double(), nullable=True) for name in POINT),
        sa.Column("precision", sa.Integer(), nullable=True),
        sa.Column("country", KEY, nullable=True),
        sa.PrimaryKeyConstraint("term", "place", name=op.f("pk_event_spot")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_event_spot_point", "event_spot", ["latitude", "longitude", "precision", "term"])
    op.create_index("ix_event_spot_country", "event_spot", ["country", "term"])
    _create_event_text()
    for name in POINT:
        op.add_column("reference_document", sa.Column(name, sa.Double(), nullable=True))
    op.add_column("reference_document", sa.Column("words", sa.String(), nullable=True))
    op.add_column("event_document", sa.Column("precision", sa.Integer(), nullable=True))
    op.add_column("event_document", sa.Column("whereabouts", sa.Integer(), nullable=True))
    connection = op.get_bind()
    unpack = _unpacking(connection)
    _fill_references(connection, unpack)
    _fill_events(connection, unpack)
    _count(connection)
    _settle_event_document(MORE)


def _settle_event_document(more: tuple[str, ...]) -> None:
    """Give the table the columns that it is to have, and its indexes."""
    newest = [*NEWEST, *(name for name in more if name == "precision")]
    if op.get_bind().dialect.name == "sqlite":
        _make_event_document_anew(more)
    else:
        op.drop_index("ix_event_document_newest", "event_document")
        if more:
            op.alter_column("event_document", "whereabouts", existing_type=sa.Integer(), nullable=False)
        for name in () if more else MORE:
            op.drop_column("event_document", name)
    op.create_index("ix_event_document_newest", "event_document", newest)
    if more:
        ended = sa.text("valid_until < 2147483647")
        op.create_index(
            "ix_event_document_ended", "event_document", ["number"], sqlite_where=ended, postgresql_where=ended
        )


def _make_event_document_anew(more: tuple[str, ...]) -> None:
    """SQLite takes no column away, and makes none required; nothing follows the foreign keys meanwhile."""
    number = sa.Column("number", sa.Integer(), autoincrement=False, nullable=False)
    columns: list[sa.Column[Any]] = [
        number,
        sa.Column("id", KEY, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("valid_from", "valid_until")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("by_newest", "by_most_killed")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("start_day", "end_day", "last_day")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("killed_low", "killed_best", "killed_high")),
        sa.Column("family", sa.Integer(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=name == "precision") for name in more),
    ]
    op.create_table(
        "event_document_anew",
        *columns,
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_event_document_holds_for_a_release")),
        sa.ForeignKeyConstraint(["family"], ["term.number"], name=op.f("fk_event_document_family_term")),
        sa.ForeignKeyConstraint(["valid_from"], ["release.number"], name=op.f("fk_event_document_valid_from_release")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_event_document")),
    )
    names = ", ".join(column.name for column in columns)
    op.execute(f"INSERT INTO event_document_anew ({names}) SELECT {names} FROM event_document ORDER BY number")  # noqa: S608
    op.drop_table("event_document")
    op.rename_table("event_document_anew", "event_document")
    op.create_index("ix_event_document_id", "event_document", ["id", "valid_until"], unique=True)
    op.create_index(
        "ix_event_document_most_killed",
        "event_document",
        ["by_most_killed", "id", "valid_from", "valid_until", "family"],
        unique=False,
    )


def _create_event_text() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE event_text USING fts5"
            "(words, content='', columnsize=0, detail=none, tokenize=\"ascii tokenchars '='\")"
        )
        return
    op.create_table(
        "event_text",
        sa.Column("rowid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("rowid", name=op.f("pk_event_text")),
    )
    op.create_index("ix_event_text_words", "event_text", ["words"], postgresql_using="gin")


def downgrade() -> None:
    connection = op.get_bind()
    whereabouts = set(connection.scalars(sa.text("SELECT number FROM term WHERE kind = 'whereabouts'")))
    for rows in _in_parts(connection, "SELECT number, terms FROM event_document WHERE number > :after"):
        without = [
            {"of": number, "terms": array("I", [term for term in array("I", terms) if term not in whereabouts])}
            for number, terms in rows
        ]
        values = [{"of": each["of"], "terms": each["terms"].tobytes()} for each in without]
        connection.execute(sa.text("UPDATE event_document SET terms = :terms WHERE number = :of"), values)
    for table in ("event_term", "term_count", "day_count"):
        op.execute(f"DELETE FROM {table} WHERE term IN (SELECT number FROM term WHERE kind = 'whereabouts')")  # noqa: S608
    op.execute("DELETE FROM term WHERE kind = 'whereabouts'")
    if connection.dialect.name != "sqlite":
        op.drop_index("ix_event_document_ended", "event_document")
    _settle_event_document(())
    for name in ("words", *reversed(POINT)):
        op.drop_column("reference_document", name)
    op.drop_table("event_text")
    op.drop_table("event_spot")


def _unpacking(connection: sa.Connection) -> Callable[[int | None, bytes], Document]:
    contents = connection.execute(sa.text("SELECT number, content FROM compression_dictionary")).all()
    unpackers: dict[int | None, zstandard.ZstdDecompressor] = {None: zstandard.ZstdDecompressor()}
    for number, content in contents:
        unpackers[number] = zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(bytes(content)))

    def unpack(dictionary: int | None, packed: bytes) -> Document:
        document: Document = json.loads(unpackers[dictionary].decompress(bytes(packed)))
        return document

    return unpack


def _in_parts(connection: sa.Connection, query: str) -> Iterator[list[Any]]:
    """The rows by number, which comes first, so many at once."""
    after, ordered = -1, sa.text(f"{query} ORDER BY 1 LIMIT {AT_ONCE}")
    while rows := list(connection.execute(ordered, {"after": after})):
        yield rows
        after = rows[-1][0]


def _fill_references(connection: sa.Connection, unpack: Callable[[int | None, bytes], Document]) -> None:
    query = (
        "SELECT number, dictionary, body FROM reference_document"
        " WHERE resource IN ('location', 'actor') AND number > :after"
    )
    fill = sa.text(
        "UPDATE reference_document SET latitude = :latitude, longitude = :longitude, x = :x, y = :y, z = :z,"
        " words = :words WHERE number = :of"
    )
    for rows in _in_parts(connection, query):
        values = []
        for number, dictionary, body in rows:
            document = unpack(dictionary, body)
            words = sorted({word for name in (document["name"], *document["names"]) for word in words_of(name)})
            point = point_of(document.get("latitude"), document.get("longitude"))
            folded = f" {' '.join(words)} " if words else ""
            values.append({"of": number, **dict(zip(POINT, point, strict=True)), "words": folded})
        connection.execute(fill, values)


def _fill_events(connection: sa.Connection, unpack: Callable[[int | None, bytes], Document]) -> None:
    query = (
        "SELECT number, dictionary, body, family, terms, start_day, last_day FROM event_document"
        " JOIN event_body ON document = number WHERE number > :after"
    )
    last = connection.scalar(sa.text("SELECT max(number) FROM term")) or 0
    terms: dict[str, int] = {}
    longest: dict[int, int] = {}
    for rows in _in_parts(connection, query):
        spots, documents, texts = [], [], []
        for number, dictionary, body, family, packed, start, last_day in rows:
            document = unpack(dictionary, body)
            value, precision, places = whereabouts_of(document)
            if value not in terms:
                last += 1
                terms[value] = last
                spots += [{"term": last, "place": place, **spot} for place, spot in enumerate(places)]
            term = terms[value]
            days = last_day - start if start is not None and last_day is not None else 0
            longest[term] = max(longest.get(term, 0), days)
            all_terms = array("I", sorted([term, *array("I", bytes(packed))])).tobytes()
            documents.append({"of": number, "precision": precision, "whereabouts": term, "terms": all_terms})
            texts.append({"of": number, "words": text_of(document, family)})
        _write(connection, spots, documents, texts)
    if terms:
        rows_of_terms = [{"number": of, "value": value, "days": longest[of]} for value, of in terms.items()]
        add = "INSERT INTO term (number, kind, value, longest_days) VALUES (:number, 'whereabouts', :value, :days)"
        connection.execute(sa.text(add), rows_of_terms)


def _write(connection: sa.Connection, spots: list[Any], documents: list[Any], texts: list[Any]) -> None:
    if spots:
        names = ("term", "place", *POINT, "precision", "country")
        marks = ", ".join(f":{name}" for name in names)
        connection.execute(sa.text(f"INSERT INTO event_spot ({', '.join(names)}) VALUES ({marks})"), spots)  # noqa: S608
    change = (
        "UPDATE event_document SET precision = :precision, whereabouts = :whereabouts, terms = :terms"
        " WHERE number = :of"
    )
    connection.execute(sa.text(change), documents)
    words = ":words" if connection.dialect.name == "sqlite" else "CAST(:words AS tsvector)"
    connection.execute(sa.text(f"INSERT INTO event_text (rowid, words) VALUES (:of, {words})"), texts)  # noqa: S608


def _count(connection: sa.Connection) -> None:
    """The rows of the new terms, and how many of the newest release have each, on which days."""
    connection.execute(
        sa.text(
            "INSERT INTO event_term (term, by_newest, id, valid_from, valid_until, document, last_day, by_most_killed,"
            " family) SELECT whereabouts, by_newest, id, valid_from, valid_until, number, last_day, by_most_killed,"
            " family FROM event_document ORDER BY whereabouts, by_newest, id, valid_from"
        )
    )
    connection.execute(
        sa.text(
            "INSERT INTO term_count (term, family, holding) SELECT whereabouts, family, count(*) FROM event_document"
            " WHERE valid_until = 2147483647 GROUP BY whereabouts, family"
        )
    )
    many = (
        "SELECT term FROM term_count JOIN term ON number = term WHERE kind = 'whereabouts'"
        " GROUP BY term HAVING sum(holding) >= 4000"
    )
    holds = f"valid_until = 2147483647 AND last_day IS NOT NULL AND whereabouts IN ({many})"
    begins = "CASE WHEN by_newest = 2147483647 THEN last_day ELSE -by_newest END"
    both = (
        f"SELECT whereabouts AS term, family, {begins} AS day, 1 AS begun, 0 AS over FROM event_document"  # noqa: S608
        f" WHERE {holds} UNION ALL SELECT whereabouts, family, last_day, 0, 1 FROM event_document WHERE {holds}"
    )
    upto = "OVER (PARTITION BY term, family ORDER BY day)"
    connection.execute(
        sa.text(
            "INSERT INTO day_count (term, family, day, begun, over)"  # noqa: S608
            f" SELECT term, family, day, sum(sum(begun)) {upto}, sum(sum(over)) {upto} FROM ({both}) AS days"
            " GROUP BY term, family, day"
        )
    )


# What follows is publishing as it was when this was written; it says what documents that are there already have.

PRECISIONS = ("exact", "settlement", "near", "admin2", "admin1", "area", "country", "water_or_air")


def point_of(latitude: float | None, longitude: float | None) -> tuple[float | None, ...]:
    """Latitude, longitude, and the vector on the unit sphere."""
    if latitude is None or longitude is None:
        return latitude, longitude, None, None, None
    north, east = math.radians(latitude), math.radians(longitude)
    return (
        latitude,
        longitude,
        math.cos(north) * math.cos(east),
        math.cos(north) * math.sin(east),
        math.sin(north),
    )


def whereabouts_of(document: Document) -> tuple[str, int | None, list[Document]]:
    """The value of its term, the finest precision, and its places."""
    places = document["locations"]
    ranks = [PRECISIONS.index(place["precision"]) for place in places]
    alike = len(set(ranks)) < 2
    told = {
        (
            place["latitude"],
            place["longitude"],
            None if alike else rank,
            place["country"]["iso2"] if place["country"] else None,
        )
        for place, rank in zip(places, ranks, strict=True)
    }
    ordered = sorted(told, key=repr)
    value = repr(ordered) if ordered else ""
    if len(value) > 60:
        value = hashlib.sha256(value.encode()).hexdigest()[:40]
    spots = [
        {**dict(zip(POINT, point_of(latitude, longitude), strict=True)), "precision": rank, "country": country}
        for latitude, longitude, rank, country in ordered
    ]
    return value, min(ranks, default=None), spots


def text_of(document: Document, family: int) -> str:
    """The words and marks of an event."""
    texts = [document["title"], document["summary"] or "", *(place["name"] for place in document["locations"])]
    texts += [actor["name"] for actor in document["actors"] if actor["attribution"] != "denied"]
    words = {word for text in texts for word in words_of(text)}
    start, last = document["date_start"], document["date_end"] or document["date_start"]
    first_month, last_month = (int(day[:4]) * 12 + int(day[5:7]) - 1 if day else "" for day in (start, last))
    words |= {f"=f{family}", f"=y{int(start[:4]) if start else ''}", f"=m{first_month}", f"=l{last_month}"}
    words |= {f"=c{place['country']['iso2'].lower()}" for place in document["locations"] if place["country"]}
    return " ".join(sorted(words))


# Articles as they are written before names, assimilated ones too. Those that are words of other languages as well are
# articles only where a hyphen ties them to a name.
_ARTICLES = frozenset({"al", "el", "ad", "ed", "ar", "ash", "esh", "az", "ez"})
_TIED_ARTICLES = _ARTICLES | {"an", "en", "as", "es", "at", "et", "er", "ul", "ur", "us", "ud"}
_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŋ": "n",
        "ə": "e", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ة": "ه", "ە": "ه", "ک": "ك", "ـ": None,
        # Apostrophes, and what stands for the letters ain and hamza.
        **dict.fromkeys("'’‘‛ʼʻʾʿʹ`´′＇ʽˈ", None),
    }
)  # fmt: skip
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−־", "-"))
_POSSESSIVE = re.compile(r"['’ʼ]s\b", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+|-")
_DASH = "-"
_ARABIC_ARTICLE, _LEAST_AFTER_IT = "ال", 3


def words_of(text: str) -> set[str]:
    """The words that a text is found by."""
    return {spelling for word in _read(text) for spelling in word}


def _read(text: str) -> Iterator[tuple[str, ...]]:
    """Each word of a text: its spellings, with and without the article before it."""
    tokens: list[str] = _TOKEN.findall(_plain(text))
    article = ""
    for place, token in enumerate(tokens):
        if token == _DASH:
            continue
        tied = tokens[place + 1 : place + 2] == [_DASH]
        follows = next((later for later in tokens[place + 1 :] if later != _DASH), "")
        if follows and token in (_TIED_ARTICLES if tied else _ARTICLES):
            article = token
            continue
        word = _without_arabic_article(token)[:60]
        yield (word, (article + token)[:60]) if article else (word,)
        article = ""


def _plain(text: str) -> str:
    """The text in lower case, without what folding takes away."""
    if text.isascii():  # as most texts are, and this is asked a million times over by an import
        return _POSSESSIVE.sub("", text).lower().replace("'", "").replace("`", "")
    text = _POSSESSIVE.sub("", text.translate(_DASHES))
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return bare.translate(_LETTERS)


def _without_arabic_article(word: str) -> str:
    rest = word.removeprefix(_ARABIC_ARTICLE)
    return rest if len(rest) >= _LEAST_AFTER_IT else word
