"""The chain of migrations: up, down and up again, on both databases; what it makes is what the models say."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, Inspector, inspect, text
from sqlalchemy.engine.interfaces import ReflectedIndex

from app.models import SCHEMA_REVISION, Archive, Base
from app.models.base import Key
from seed.database import ROOT, WrongSchema, make_write_engine, migrate, require_schema
from tests.conftest import DatabaseFactory
from tests.postgres_cluster import READER, Database, PostgresCluster
from tests.record.conftest import settings_of

MIGRATIONS = sorted((ROOT / "migrations").rglob("*.py"))
TABLES = sorted(Base.metadata.tables)


@pytest.fixture
def empty(database: Database) -> Iterator[Engine]:
    """The loader's engine on a database without a schema."""
    engine = make_write_engine(database.write_url)
    yield engine
    engine.dispose()


def shape_of(connection: Connection) -> list[tuple[Any, ...]]:
    """Everything that the schema holds, as the database itself tells it."""
    if connection.dialect.name == "sqlite":
        return [
            tuple(row) for row in connection.execute(text("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"))
        ]
    relations = (
        "SELECT relkind::text, relname, relacl::text FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace ORDER BY 1, 2"
    )
    constraints = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
    )
    types = (
        "SELECT 'type', typname, NULL FROM pg_type WHERE typnamespace = 'public'::regnamespace"
        " AND typtype <> 'c' AND typelem = 0 ORDER BY 2"
    )
    return [tuple(row) for query in (relations, constraints, types) for row in connection.execute(text(query))]


def test_schema_when_it_goes_up_down_and_up_again_is_the_same_and_leaves_nothing_between(
    database: Database, empty: Engine
) -> None:
    settings = settings_of(database)

    migrate(settings)
    with empty.connect() as connection:
        first = shape_of(connection)
    migrate(settings, "base")
    with empty.connect() as connection:
        left = {row[1] for row in shape_of(connection)}
    migrate(settings)
    with empty.connect() as connection:
        second = shape_of(connection)

    # Alembic's own table stays, and is empty.
    assert {name for name in left if "alembic_version" not in name} == set()
    assert second == first


def test_schema_when_it_goes_down_one_step_at_a_time_can_go_up_from_each(database: Database, empty: Engine) -> None:
    settings = settings_of(database)
    for revision in ("0004", "0003", "base"):
        migrate(settings)
        migrate(settings, revision)
        migrate(settings)

    with empty.connect() as connection:
        require_schema(connection)


def test_schema_when_migrated_twice_keeps_the_archives_name(database: Database, empty: Engine) -> None:
    migrate(settings_of(database))
    with empty.connect() as connection:
        name = connection.scalar(text("SELECT identity FROM archive"))
    migrate(settings_of(database))

    with empty.connect() as connection:
        assert connection.scalar(text("SELECT identity FROM archive")) == name
    assert len(str(name)) == 32


def test_two_databases_when_migrated_have_names_of_their_own(engine: Engine, database: Database, empty: Engine) -> None:
    migrate(settings_of(database))

    names = set()
    for each in (engine, empty):
        with each.connect() as connection:
            names.add(connection.scalar(text(f"SELECT identity FROM {Archive.__tablename__}")))  # noqa: S608

    assert len(names) == 2


def test_alembic_check_when_the_schema_is_migrated_finds_nothing_to_do(engine: Engine) -> None:
    configuration = Config(ROOT / "alembic.ini")
    with engine.begin() as connection:
        configuration.attributes["connection"] = connection
        command.check(configuration)


def test_alembic_check_when_a_table_is_missing_fails(database: Database, empty: Engine) -> None:
    """The check above is worth something only if it can fail."""
    migrate(settings_of(database))
    configuration = Config(ROOT / "alembic.ini")
    with empty.connect() as connection:
        connection.execute(text("DROP TABLE claim_coverage"))
        configuration.attributes["connection"] = connection
        with pytest.raises(CommandError, match="New upgrade operations"):
            command.check(configuration)


def test_migration_when_it_fails_half_way_leaves_nothing(database: Database, empty: Engine) -> None:
    """Data definition is part of the transaction, on SQLite too."""
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE event_document (is_in_the_way INTEGER)"))

    with pytest.raises(Exception, match="event_document"):
        migrate(settings_of(database))

    assert inspect(empty).get_table_names() == ["event_document"]


def test_migrate_when_the_schema_is_of_a_later_version_says_so(database: Database, empty: Engine) -> None:
    migrate(settings_of(database))
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(WrongSchema, match="9999"):
        migrate(settings_of(database))
    with empty.connect() as connection, pytest.raises(WrongSchema, match="another version"):
        require_schema(connection)


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_database_of_a_version_before_the_first_release_is_refused_and_said_what_to_do(
    database: Database, empty: Engine, revision: str
) -> None:
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})

    said = "made by a version before the first release and has to be made anew"
    with pytest.raises(WrongSchema, match=said):
        migrate(settings_of(database))
    with empty.connect() as connection, pytest.raises(WrongSchema, match=said):
        require_schema(connection)
    assert inspect(empty).get_table_names() == ["alembic_version"]


def test_chain_has_one_head_and_one_base() -> None:
    scripts = ScriptDirectory.from_config(Config(ROOT / "alembic.ini"))

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


@pytest.mark.parametrize("file", [file for file in MIGRATIONS if file.parent.name == "versions"], ids=lambda f: f.stem)
def test_migration_when_models_change_later_stays_as_it_was(file: Path) -> None:
    """A migration that imported a model would mean something else tomorrow."""
    modules = {
        name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }

    assert not [module for module in modules if module.split(".")[0] in ("app", "seed")]


@pytest.fixture(scope="module")
def schemas(migrated: Database, make_database: DatabaseFactory) -> Iterator[tuple[Inspector, Inspector]]:
    """The schema as migrated, and as the models alone would make it."""
    engines = make_write_engine(migrated.write_url), make_write_engine(make_database(migrated.kind).write_url)
    with engines[1].begin() as connection:
        Base.metadata.create_all(connection)
    yield inspect(engines[0]), inspect(engines[1])
    for engine in engines:
        engine.dispose()


def test_tables_are_those_of_the_models(schemas: tuple[Inspector, Inspector]) -> None:
    migrated, modelled = schemas

    assert {*migrated.get_table_names()} == {*modelled.get_table_names(), "alembic_version"}
    # SQLite's virtual table keeps what it holds in tables of its own.
    assert {name for name in modelled.get_table_names() if not name.startswith("event_text_")} == {*TABLES}


@pytest.mark.parametrize("table", TABLES)
def test_table_is_that_of_the_model_in_all_that_alembic_does_not_compare(
    schemas: tuple[Inspector, Inspector], table: str
) -> None:
    """The texts of checks and partial indexes, collations, what a deletion does, and what is checked at commit."""
    migrated, modelled = (described(schema, table) for schema in schemas)

    assert migrated == modelled


def described(schema: Inspector, table: str) -> dict[str, object]:
    """A table in all that the database tells of it, in an order of its own."""
    return {
        "columns": sorted((c["name"], str(c["type"]), c["nullable"], c["default"]) for c in schema.get_columns(table)),
        "key": schema.get_pk_constraint(table)["constrained_columns"],
        "checks": sorted((str(c["name"]), c["sqltext"]) for c in schema.get_check_constraints(table)),
        "foreign keys": sorted(
            (str(k["name"]), k["constrained_columns"], k["referred_table"], k["referred_columns"], k.get("options"))
            for k in schema.get_foreign_keys(table)
        ),
        "unique": sorted((str(u["name"]), u["column_names"]) for u in schema.get_unique_constraints(table)),
        "indexes": sorted(  # by name, which no two share
            (
                str(i["name"]),
                i["column_names"],
                i["unique"],
                {k: str(v) for k, v in i.get("dialect_options", {}).items()},
            )
            for i in schema.get_indexes(table)
        ),
    }


def test_head_is_the_revision_that_the_api_waits_for() -> None:
    heads = ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_heads()
    assert heads == [SCHEMA_REVISION]


def test_references_within_a_load_are_checked_at_commit_and_no_others(schemas: tuple[Inspector, Inspector]) -> None:
    deferred = {
        (table, *key["constrained_columns"])
        for table in TABLES
        for key in schemas[0].get_foreign_keys(table)
        if key["options"].get("deferrable") and key["options"].get("initially") == "DEFERRED"
    }

    assert deferred == {
        ("source", "republication_of_number"),
        ("location", "within_number"),
        ("event", "part_of_number"),
        ("event", "in_response_to_number"),
        ("casualty_claim", "event_number", "outcome", "part_of_group_position"),
        ("claim_coverage", "event_number"),
    }


def test_columns_that_point_at_others_are_indexed_so_that_deleting_does_not_read_whole_tables(
    schemas: tuple[Inspector, Inspector],
) -> None:
    """A database looks for rows that point at a deleted one; without an index it reads the table for each."""
    schema, without = schemas[0], set()
    for table in TABLES:
        # A partial index of the rows that point at something holds all that can point at what is deleted.
        leading = {index["column_names"][0] for index in schema.get_indexes(table) if _holds_pointers(index)}
        leading |= {unique["column_names"][0] for unique in schema.get_unique_constraints(table)}
        leading |= {*schema.get_pk_constraint(table)["constrained_columns"][:1]}  # a virtual table has none
        without |= {
            (table, key["constrained_columns"][0])
            for key in schema.get_foreign_keys(table)
            if key["constrained_columns"][0] not in leading
        }

    assert without == {
        # Sources, places and actors hardly ever go, and a dataset names them in millions of rows.
        ("citation", "source_number"),
        ("event_location", "location_number"),
        ("involvement", "actor_number"),
        ("reported_count", "claimant_number"),
        ("casualty_claim", "claimant_number"),
        ("casualty_claim", "victims_actor_number"),
        # What was published is never deleted, nor are terms and dictionaries.
        ("event_document", "valid_from"),
        ("event_document", "family"),
        ("reference_document", "valid_from"),
        ("membership", "valid_from"),
        ("event_body", "dictionary"),
        ("event_original", "dictionary"),
        ("reference_document", "dictionary"),
    }


def _holds_pointers(index: ReflectedIndex) -> bool:
    where = {str(condition) for option, condition in index.get("dialect_options", {}).items() if "where" in option}
    return where <= {f"{form[0]}{index['column_names'][0]} IS NOT NULL{form[1]}" for form in (("", ""), ("(", ")"))}


def test_keys_sort_in_byte_order_whatever_the_clusters_own_order_is(icu_postgres_cluster: PostgresCluster) -> None:
    database = icu_postgres_cluster.create_database("byte_order")
    migrate(settings_of(database))
    keys = {
        (table.name, column.name) for table in Base.metadata.tables.values() for column in table.c if column.type is Key
    }
    collated = text(
        "SELECT attrelid::regclass::text, attname FROM pg_attribute JOIN pg_collation c ON c.oid = attcollation"
        " WHERE c.collname = 'C' AND attrelid IN"
        " (SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace)"
    )

    engine = make_write_engine(database.write_url)
    with engine.begin() as connection:
        there = {tuple(row) for row in connection.execute(collated)}
        insert = text("INSERT INTO term (number, kind, value, longest_days) VALUES (:number, 't', :value, 0)")
        for number, value in enumerate(["é", "a", "Z", "_", "z"], start=1):
            connection.execute(insert, {"value": value, "number": number})
        sorted_values = connection.scalars(text("SELECT value FROM term WHERE kind = 't' ORDER BY value")).all()
        connection.rollback()
    engine.dispose()

    assert keys <= there
    assert sorted_values == ["Z", "_", "a", "z", "é"]


def test_reader_when_a_table_is_made_later_may_read_it(
    make_database: DatabaseFactory,
) -> None:
    """A migration of tomorrow needs no second grant."""
    database = make_database("postgresql")
    migrate(settings_of(database))
    engine = make_write_engine(database.write_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE tomorrow (id INTEGER)"))
        rights = [
            connection.scalar(text(f"SELECT has_table_privilege('{READER}', 'tomorrow', '{right}')"))
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
        ]
    engine.dispose()

    assert rights == [True, False, False, False, False, False, False]
