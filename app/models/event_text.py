"""The words that events are found by: SQLite's FTS5 without contents, PostgreSQL's tsvector with a GIN index.

This is the one place that tells the two apart. Words come folded (`app.folding`), and beside them stand marks, which no
question can spell: the event's family, its countries, when it begins and ends, so that the index itself narrows what a
common word finds. A row is its event document's, and stays as long as that does.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Boolean, Connection, Index, Text, delete, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.expression import ColumnElement

from app.folding import AskedWord
from app.models.base import Base


class EventText(Base):
    """The words and marks of an event's document, whose number `rowid` is."""

    __tablename__ = "event_text"
    __table_args__ = (Index("ix_event_text_words", "words", postgresql_using="gin").ddl_if(dialect="postgresql"),)

    rowid: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


@compiles(CreateTable, "sqlite")
def _create_table(element: Any, compiler: Any, **more: Any) -> str:
    if element.element is not EventText.__table__:
        return str(compiler.visit_create_table(element, **more))
    return (
        "CREATE VIRTUAL TABLE event_text USING fts5"
        "(words, content='', columnsize=0, detail=none, tokenize=\"ascii tokenchars '='\")"
    )


def forget_texts(connection: Connection, texts: Iterable[tuple[int, str]]) -> None:
    """Take rows out, by their number and their words as they were written: without contents, SQLite has to be told."""
    rows = [{"rowid": number, "words": words} for number, words in texts]
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        told = text("INSERT INTO event_text (event_text, rowid, words) VALUES ('delete', :rowid, :words)")
        connection.execute(told, rows)
        # A deleted row is only marked; this writes the index anew without it.
        connection.execute(text("INSERT INTO event_text (event_text) VALUES ('optimize')"))
    else:
        connection.execute(delete(EventText).where(EventText.rowid.in_([row["rowid"] for row in rows])))


def family_mark(family: int) -> str:
    """The mark of the events of a source family, by its term's number."""
    return f"=f{family}"


def country_mark(iso2: str) -> str:
    """The mark of the events with a place in a country."""
    return f"=c{iso2.lower()}"


def year_mark(year: int | None) -> str:
    """The mark of the events that begin in a year; None where their first day is unknown."""
    return "=y" if year is None else f"=y{year}"


def month_mark(month: int | None) -> str:
    """The mark of the events that begin in a month, as `month_of` counts; None where their first day is unknown."""
    return "=m" if month is None else f"=m{month}"


def last_month_mark(month: int | None) -> str:
    """The mark of the events whose last known day lies in a month; None where no day is known."""
    return "=l" if month is None else f"=l{month}"


def month_of(day: date) -> int:
    """A month's number, counted on from year to year."""
    return day.year * 12 + day.month - 1


class TextMatches(ColumnElement[bool]):
    """The condition that an event's text meets a question that `text_question` wrote."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, question: BindParameter[str]) -> None:
        self.question = question

    def self_group(self, against: Any = None) -> "TextMatches":
        """It stands as it is: neither database takes a comparison of it with true."""
        return self


@compiles(TextMatches, "sqlite")
def _in_sqlite(element: TextMatches, compiler: Any, **more: Any) -> str:
    return f"event_text.event_text MATCH {compiler.process(element.question, **more)}"


@compiles(TextMatches, "postgresql")
def _in_postgresql(element: TextMatches, compiler: Any, **more: Any) -> str:
    return f"event_text.words @@ CAST({compiler.process(element.question, **more)} AS tsquery)"


def text_question(dialect: str, words: Sequence[AskedWord], marks: Iterable[Sequence[str]] = ()) -> str:
    """All of the words, and one mark of each group, as the database's own index is asked for them."""
    spell, both, either = (_for_sqlite, " AND ", " OR ") if dialect == "sqlite" else (_for_postgresql, " & ", " | ")
    groups = [[spell(spelling, word.is_prefix) for spelling in word.spellings] for word in words]
    groups += [[spell(mark, False) for mark in some] for some in marks]
    return both.join(f"({either.join(group)})" for group in groups)


def _for_sqlite(word: str, is_prefix: bool) -> str:
    return f'"{word}" *' if is_prefix else f'"{word}"'


def _for_postgresql(word: str, is_prefix: bool) -> str:
    return f"'{word}':*" if is_prefix else f"'{word}'"
