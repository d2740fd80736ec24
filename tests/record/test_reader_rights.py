"""The API refuses to start on a database that it could write to, or could not read rightly."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db import UnsafeDatabase, check_the_readers_rights, make_read_engine
from app.main import create_app
from app.settings import Settings, WrongSettings
from seed.database import make_write_engine, migrate
from tests.conftest import DatabaseFactory
from tests.postgres_cluster import READER, Database
from tests.record.conftest import settings_of
from tests.record.factories import add_foundation


def files_beside(file: Path) -> list[str]:
    return sorted(each.name for each in file.parent.iterdir())


def starting(url: str) -> str:
    """What the API says when it refuses to start on this database."""
    with pytest.raises(SystemExit) as refusal:
        create_app(Settings(database_url=url))
    return str(refusal.value)


def test_api_when_its_role_can_insert_refuses_to_start(make_database: DatabaseFactory) -> None:
    database = make_database("postgresql")
    migrate(settings_of(database))

    said = starting(database.write_url)

    assert "DATABASE_URL's role can write to actor, " in said
    assert "\n" not in said


def test_api_when_its_role_can_write_one_column_alone_refuses_to_start(make_database: DatabaseFactory) -> None:
    database = make_database("postgresql")
    migrate(settings_of(database))
    engine = make_write_engine(database.write_url)
    with engine.begin() as connection:
        connection.execute(text(f"GRANT UPDATE (notes) ON release TO {READER}"))
    engine.dispose()

    assert "can write to release:" in starting(database.read_url)


def test_api_when_its_role_can_make_temporary_tables_refuses_to_start(make_database: DatabaseFactory) -> None:
    """A migration by a role that does not own the database cannot take that right away."""
    database = make_database("postgresql")
    migrate(settings_of(database))
    engine = make_write_engine(database.write_url)
    with engine.begin() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f'GRANT TEMPORARY ON DATABASE "{name}" TO {READER}'))
    engine.dispose()

    assert "can make temporary tables" in starting(database.read_url)


def test_api_when_its_role_would_own_what_is_migrated_later_refuses_to_start(make_database: DatabaseFactory) -> None:
    assert "can make tables" in starting(make_database("postgresql").write_url)


def test_api_when_its_role_is_a_superuser_refuses_to_start(as_superuser: Database) -> None:
    assert "can write to" in starting(as_superuser.write_url)


def test_api_when_its_role_can_only_read_starts(migrated: Database) -> None:
    create_app(Settings(database_url=migrated.read_url)).state.engine.dispose()


def test_api_when_its_database_is_away_starts_and_leaves_it_to_readyz() -> None:
    create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/nothing")).state.engine.dispose()


def test_api_when_its_address_is_none_says_so_and_not_the_password() -> None:
    said = starting("postgresql://user:secret@host:port/name")

    assert "not the address of a database" in said
    assert "secret" not in said
    assert "\n" not in said


def test_engine_when_its_address_is_none_raises_wrong_settings() -> None:
    with pytest.raises(WrongSettings):
        make_read_engine("postgresql://host:port/name")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A migrated SQLite database with rows, closed, so that no -wal file is left."""
    url = f"sqlite:///{tmp_path / 'events.sqlite3'}"
    migrate(Settings(database_url=url))
    engine = make_write_engine(url)
    with engine.begin() as connection:
        add_foundation(connection)
    engine.dispose()
    return tmp_path / "events.sqlite3"


@pytest.fixture
def read_only_medium(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test may not mount anything, so the operating system's answer is said for it."""
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY))


@pytest.mark.usefixtures("read_only_medium")
def test_reader_when_the_file_lies_on_a_read_only_medium_makes_no_file_beside_it(file: Path) -> None:
    engine = make_read_engine(f"sqlite:///{file}")
    check_the_readers_rights(engine, f"sqlite:///{file}")
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT id FROM actor ORDER BY id")).all()
        beside = files_beside(file)
    engine.dispose()

    assert names == ["actor", "other"]
    assert beside == [file.name]


@pytest.mark.usefixtures("read_only_medium")
def test_api_when_a_read_only_medium_holds_an_unread_log_refuses_to_start(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:  # what it writes stays in the log while it is open
        connection.execute("UPDATE actor SET name = 'Iraqi government'")
        connection.commit()
        said = starting(f"sqlite:///{file}")

    assert "-wal" in said
    assert "\n" not in said


def test_api_when_its_user_cannot_write_beside_the_file_refuses_to_start(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere

    assert f"must be able to write in {file.parent}" in starting(f"sqlite:///{file}")


def test_check_when_there_is_no_file_yet_passes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.sqlite3'}"
    engine = make_read_engine(url)

    check_the_readers_rights(engine, url)

    with pytest.raises(DBAPIError):
        engine.connect()
    assert [*tmp_path.iterdir()] == []


def test_check_when_the_medium_is_fine_passes(file: Path) -> None:
    engine = make_read_engine(f"sqlite:///{file}")
    try:
        check_the_readers_rights(engine, f"sqlite:///{file}")
    except UnsafeDatabase as refusal:
        pytest.fail(str(refusal))
