"""What every table shares: naming, key and instant types, closed lists, and the citation that no row may lack."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

# One order of text on every database: byte order, which is what SQLite's BINARY does.
Key = String().with_variant(String(collation="C"), "postgresql")


class Base(DeclarativeBase):
    """All tables; constraints have predictable names, so that migrations can drop what they made."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Instant(TypeDecorator[datetime]):
    """An instant in UTC; SQLite, which keeps no zone, stores it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC).replace(tzinfo=None if dialect.name == "sqlite" else UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def closed_list(words: type[StrEnum], name: str) -> MappedColumn[Any]:
    """A text column `name` that a CHECK constraint of that name holds to the values of `words`.

    It compares one by one: for a longer list behind IN, SQLite would build an index anew for every row.
    """
    text_of_a_word = Enum(
        words, name=name, native_enum=False, length=60, values_callable=lambda enum: [word.value for word in enum]
    )
    one_of_them = " OR ".join(f"{name} = '{word.value}'" for word in words)
    return mapped_column(text_of_a_word, CheckConstraint(one_of_them, name=name))


def words_in_sql(*words: StrEnum) -> str:
    """The values as a SQL list, for the text of a CHECK constraint."""
    return ", ".join(f"'{word.value}'" for word in words)


def given_or_null(*columns: str) -> tuple[CheckConstraint, ...]:
    """Texts of which an unknown is null and never empty."""
    return tuple(
        CheckConstraint(f"{column} IS NULL OR {column} <> ''", name=f"{column}_is_given") for column in columns
    )


def only_of(characters: str, expression: str) -> str:
    """The condition that a text is made of these characters alone, in SQL that both databases understand."""
    return f"ltrim({expression}, '{characters}') = ''"


def country_is_iso2() -> CheckConstraint:
    """Two capitals; whether ISO gave them to a country is the importers' question."""
    letters = only_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "country")
    return CheckConstraint(f"country IS NULL OR (length(country) = 2 AND {letters})", name="country_is_iso2")


def index_where(name: str, condition: str, *columns: str, unique: bool = False) -> Index:
    """An index of the rows that meet the condition alone; a unique one holds a rule of theirs."""
    where = text(condition)
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


def index_where_given(table: str, column: str) -> Index:
    """An index for the few rows that point at something, to find them when that is deleted."""
    return index_where(f"ix_{table}_{column}", f"{column} IS NOT NULL", column)


def reference_within(column: str) -> ForeignKey:
    """A foreign key that is checked at commit, so that the rows of one load may come in any order."""
    return ForeignKey(column, deferrable=True, initially="DEFERRED")


class Numbered:
    """A row that others point at by a number, which the loader deals out: numbers are small in rows and indexes."""

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, sort_order=-2)


class Thing(Numbered):
    """A row with a name of its own as well, which facts and addresses call it by."""

    id: Mapped[str] = mapped_column(Key, unique=True, sort_order=-1)


class Cited:
    """A fact: the database itself refuses it without its first citation. Further ones: `FurtherCitation`.

    The table itself holds `cited_as_owned_by`: the citation has to be one of the row's own thing.
    """

    citation_number: Mapped[int]


def cited_as_owned_by(table: str, owner: str) -> ForeignKeyConstraint:
    """The foreign key to a row's first citation, by the column that holds its thing's number.

    Who takes a citation away finds the rows that rest on it by their thing: no index by citation has to be kept.
    """
    return ForeignKeyConstraint(
        [owner, "citation_number"],
        ["citation.owner_number", "citation.number"],
        name=f"fk_{table}_citation_of_its_thing",
    )
