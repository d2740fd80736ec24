"""The commands as an operator runs them: what they say, what they exit with, and what they leave."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from seed.__main__ import main
from seed.database import ROOT, make_write_engine
from seed.importers.facts import ARTICLE_FACTS
from seed.neutral_facts import Facts
from tests.conftest import DatabaseFactory
from tests.postgres_cluster import Database, PostgresCluster
from tests.seed.loading import (
    IRAQ,
    OPERATION,
    changed_documents,
    command,
    documents,
    dump_of,
    migrated,
)

TITLE = "U.S. strikes in Iraq and Syria, 2 February 2024"
NEW_EVENT = """
events:
  - id: 2024-02-02-new
    title: A strike
    date_precision: unknown
    citations: [{source: conversation-2024-02-03-us-raids, locator: Introduction, quote: Feb. 2}]
"""
BAD_FACTS = """
events:
  - id: 2024-02-02-without-citation
    title: A strike
    date_precision: unknown
  - id: 2024-02-02-us-strikes-iraq
    title: A second event of this id
    date_precision: day
    citations: [{source: conversation-2024-02-03-us-raids, locator: Introduction, quote: Feb. 2}]
    actors:
      - actor: irann
        role: culprit
        attribution: stated
        citations: [{source: conversation-2024-02-03-us-raids, locator: Introduction, quote: Iran}]
"""


def run_seed(database: Database, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with the settings that a deployment gives it."""
    settings = {"DATABASE_URL": database.read_url, "DATABASE_WRITE_URL": database.write_url}
    return subprocess.run(
        [sys.executable, "-m", "seed", *arguments],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def facts_folder(tmp_path: Path) -> Path:
    """A copy of the article's facts that a test may change."""
    return shutil.copytree(ARTICLE_FACTS, tmp_path / "facts")


def edit(folder: Path, old: str, new: str) -> None:
    """Change a text in the one file that it stands in."""
    (file,) = (file for file in folder.rglob("*.yaml") if old in file.read_text())
    file.write_text(file.read_text().replace(old, new))


def test_seed_when_run_for_the_first_and_the_second_time_says_what_it_did(database: Database, facts: Facts) -> None:
    migrating, first, second = (run_seed(database, *arguments) for arguments in (["migrate"], [], []))

    assert (migrating.returncode, migrating.stdout, migrating.stderr) == (0, "The schema is up to date.\n", "")
    assert (first.returncode, first.stderr) == (0, "")
    lines = first.stdout.splitlines()
    assert lines[0] == "Published release 1:"
    assert [line.split(maxsplit=1) for line in lines[1:]] == [
        ["events", f"{len(facts.events)} created"],
        ["locations", f"{len(facts.locations)} created"],
        ["actors", f"{len(facts.actors)} created"],
        ["sources", f"{len(facts.sources)} created"],
        ["countries", f"{len({place.country for place in facts.locations} - {None})} created"],
    ]
    assert (second.returncode, second.stderr) == (0, "")
    assert second.stdout == (
        f"Nothing new: {len(facts.sources)} sources, {len(facts.locations)} locations, {len(facts.actors)} actors, "
        f"{len(facts.events)} events are as they were.\n"
    )


def test_seed_when_a_fact_changed_publishes_release_2_with_that_document_alone(
    database: Database,
    loaded_engine: Engine,
    facts_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edit(facts_folder, TITLE, "Strikes on 2 February 2024")

    assert command(monkeypatch, database.write_url, "facts", "--facts", str(facts_folder)) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[:2] == ["Published release 2:", "  events     1 updated"]
    assert {line.split()[1] for line in said.splitlines()[2:]} == {"unchanged"}
    with loaded_engine.connect() as connection:
        assert changed_documents(connection, 1, 2)["updated"] == {("event", OPERATION)}
        connection.rollback()


def test_seed_when_the_files_are_written_in_another_way_finds_nothing_new(
    database: Database,
    loaded_engine: Engine,
    facts_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Facts are compared after parsing, never as text."""
    edit(facts_folder, f"title: {TITLE}", f'# a comment\n    title: "{TITLE}"')

    assert command(monkeypatch, database.write_url, "facts", "--facts", str(facts_folder)) == 0
    said = capsys.readouterr().out

    assert said.startswith("Nothing new: ")


def test_seed_when_an_event_is_gone_and_another_new_publishes_both(
    database: Database,
    loaded_engine: Engine,
    facts_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (facts_folder / "more.yaml").write_text(NEW_EVENT)
    edit(facts_folder, f"id: {IRAQ}\n", f"id: {IRAQ}-2\n")

    assert command(monkeypatch, database.write_url, "facts", "--facts", str(facts_folder)) == 0
    said = capsys.readouterr().out

    assert "events     2 created, 1 updated, 1 withdrawn" in said
    with loaded_engine.connect() as connection:
        assert changed_documents(connection, 1, 2)["withdrawn"] == {("event", IRAQ)}
        parts = documents(connection)["event", OPERATION].json["parts"]
        connection.rollback()
    assert f"{IRAQ}-2" in parts
    assert IRAQ not in parts


def test_seed_when_facts_are_bad_lists_every_fault_and_writes_nothing(
    database: Database, loaded_engine: Engine, facts_folder: Path
) -> None:
    (facts_folder / "bad.yaml").write_text(BAD_FACTS)
    before = dump_of(loaded_engine)

    done = run_seed(database, "facts", "--facts", str(facts_folder))

    assert (done.returncode, done.stdout) == (1, "")
    head, *faults = done.stderr.splitlines()
    assert head.startswith("The facts are refused: ")
    assert head.endswith(f"{len(faults)} faults.")
    for row, said in (
        ("2024-02-02-without-citation", "citations"),
        ("2024-02-02-us-strikes-iraq", "is already that of the event"),
        ("2024-02-02-us-strikes-iraq .actors[0]", "did you mean 'iran'?"),
        ("2024-02-02-us-strikes-iraq .actors[0]", "role"),
    ):
        assert [fault for fault in faults if row in fault and said in fault], (row, said, done.stderr)
    assert dump_of(loaded_engine) == before


def test_seed_when_the_database_is_not_migrated_says_so_in_one_sentence(database: Database) -> None:
    done = run_seed(database)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The database has no schema yet: run `python -m seed migrate` first.\n"


def test_seed_when_the_schema_is_of_another_version_says_so_in_one_sentence(
    database: Database, loaded_engine: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with loaded_engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert command(monkeypatch, database.write_url) == 1

    said = capsys.readouterr().err
    assert said == "The database has the schema of another version: run `python -m seed migrate` first.\n"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://nobody:secret@127.0.0.1:1/none", "Connection refused"),
        ("postgresql://nobody:secret@host:port/none", "not the address of a database"),
        ("postgresql://nobody:secret@127.0.0.1/none?colour=blue", "colour"),
        ("mysql://nobody:secret@127.0.0.1/none", "'mysql' is not a database that this project runs on"),
        ("nonsense", "DATABASE_URL"),
        ("sqlite:///", "an SQLite address needs a file"),
        ("sqlite:////dev/null/folder/events.sqlite3", "cannot be made"),
    ],
)
@pytest.mark.parametrize("arguments", [["migrate"], []], ids=["migrate", "load"])
def test_command_when_the_address_is_wrong_says_so_in_one_line_without_the_password(
    url: str,
    said: str,
    arguments: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert command(monkeypatch, url, *arguments) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert said in captured.err
    assert "secret" not in captured.err


def test_command_when_the_file_is_no_database_says_so_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.txt").write_text("These are notes, and no database.\n" * 40)

    assert command(monkeypatch, f"sqlite:///{tmp_path / 'notes.txt'}") == 1

    assert capsys.readouterr().err == "Nothing was written. The database says: file is not a database\n"


def test_command_when_the_server_has_no_such_database_says_so_in_one_line(
    postgres_cluster: PostgresCluster, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command(monkeypatch, postgres_cluster.url("nowhere", "postgres")) == 1

    said = capsys.readouterr().err
    assert 'database "nowhere" does not exist' in said
    assert said.count("\n") == 1


def test_load_when_given_the_readers_role_is_refused_by_the_database(
    make_database: DatabaseFactory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = make_database("postgresql")
    engine = migrated(database)

    assert command(monkeypatch, database.read_url) == 1

    said = capsys.readouterr().err
    assert said.startswith("Nothing was written. The database says: ")
    assert said.count("\n") == 1
    made_by_the_migration = {"archive", "term"}
    assert not any(rows for table, rows in dump_of(engine).items() if table not in made_by_the_migration)
    engine.dispose()


def test_migrate_when_the_readers_role_does_not_exist_says_so_and_leaves_no_schema(
    make_database: DatabaseFactory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = make_database("postgresql")
    monkeypatch.setenv("DATABASE_WRITE_URL", database.write_url)
    monkeypatch.setenv("DATABASE_URL", database.read_url.replace("reader", "nobody"))

    assert main(["migrate"]) == 1

    assert "does not exist" in capsys.readouterr().err
    engine = make_write_engine(database.write_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('event')")) is None
    engine.dispose()


@pytest.mark.parametrize("reader", [None, "sqlite:///elsewhere.sqlite3"], ids=["unset", "sqlite"])
def test_migrate_when_no_readers_role_is_named_says_which_setting_is_missing(
    make_database: DatabaseFactory,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    reader: str | None,
) -> None:
    monkeypatch.setenv("DATABASE_WRITE_URL", make_database("postgresql").write_url)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    if reader:
        monkeypatch.setenv("DATABASE_URL", reader)

    assert main(["migrate"]) == 1

    said = capsys.readouterr().err
    assert said.startswith("wrong settings: DATABASE_URL: name the reader's role")
    assert said.count("\n") == 1


def test_command_when_unknown_exits_2_and_lists_those_there_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match="2"):
        command(monkeypatch, "sqlite:///none.sqlite3", "sed")

    assert "migrate" in capsys.readouterr().err


def test_load_when_sqlite_is_locked_for_too_long_says_so(
    make_database: DatabaseFactory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = make_database("sqlite")
    migrated(database).dispose()
    monkeypatch.setattr("seed.database.BUSY_TIMEOUT_S", 0.1)
    holder = sqlite3.connect(database.write_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    assert command(monkeypatch, database.write_url) == 1

    holder.close()
    assert capsys.readouterr().err == "Nothing was written. The database says: database is locked\n"
