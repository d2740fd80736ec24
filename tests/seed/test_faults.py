"""A load is all or nothing: killed, cut off, out of space or beside another, it leaves the last release whole."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, func, select, text

from app.db import make_read_engine
from app.models import FOREVER, EventBody, EventDocument, Release
from seed.database import ROOT, lock_for_writing, make_write_engine
from seed.loader import load
from seed.neutral_facts import Facts
from seed.publish import publish
from tests.postgres_cluster import Database, PostgresCluster
from tests.seed.loading import (
    IRAQ,
    OPERATION,
    Rows,
    a_claim,
    changed,
    documents,
    dump,
    dump_of,
    load_and_publish,
    migrated,
    without,
)

PATIENCE_S = 20
# The steps of the command, one at a time: it says which it has done, and waits for a line before the next.
STEPS = """
import sys
from app.settings import read_settings
from seed.database import lock_for_writing, make_write_engine
from seed.importers.facts import read_facts
from seed.loader import load
from seed.publish import publish

def done(step):
    print(step, flush=True)
    sys.stdin.readline()

engine = make_write_engine(read_settings().write_url)
with engine.begin() as connection:
    lock_for_writing(connection)
    done("locked")
    load(connection, read_facts(), "facts")
    done("loaded")
    publish(connection)
    done("published")
done("committed")
"""


def start(database: Database, *command: str) -> subprocess.Popen[str]:
    settings = {"DATABASE_URL": database.read_url, "DATABASE_WRITE_URL": database.write_url}
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def earlier(facts: Facts) -> Facts:
    """The article's facts as they may have been a release ago, so that a load has something to change."""
    return without(changed(facts, "actors", "iran", name="Islamic Republic of Iran"), "events", IRAQ)


@pytest.fixture
def engine(database: Database, earlier: Facts) -> Iterator[Engine]:
    """The loader's engine on a database that holds release 1 of the earlier facts."""
    engine = migrated(database)
    with engine.begin() as connection:
        load_and_publish(connection, earlier)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def afterwards(earlier: Facts, facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """What the database must hold once the load has gone through, but for the times and its name."""
    url = f"sqlite:///{tmp_path_factory.mktemp('afterwards') / 'events.sqlite3'}"
    engine = migrated(Database("sqlite", url, url))
    with engine.connect() as connection:
        load_and_publish(connection, earlier)
        load_and_publish(connection, facts)
        rows = comparable(dump(connection))
        connection.rollback()
    engine.dispose()
    return rows


def comparable(rows: Rows) -> Rows:
    own = {"archive": [], "release": [(release[0], *release[2:]) for release in rows["release"]]}
    return rows | own


def of_the_same_kind(afterwards: Rows, engine: Engine) -> Rows:
    """PostgreSQL keeps the words of events in rows that can be read, and SQLite does not."""
    if engine.dialect.name == "sqlite":
        return afterwards
    words = dump_of(engine)["event_text"]
    assert {row[0] for row in words} == {row[0] for row in afterwards["event_document"]}
    return afterwards | {"event_text": words}


def finish(engine: Engine, facts: Facts) -> None:
    """Load again, as the command does; it must go through."""
    with engine.begin() as connection:
        _, published = load_and_publish(connection, facts)
    assert published is not None
    assert published.number == 2


@pytest.mark.parametrize("moment", ["loaded", "published"])
def test_load_when_killed_at_any_moment_leaves_the_last_release_whole_and_can_be_run_again(
    database: Database, engine: Engine, facts: Facts, afterwards: Rows, moment: str
) -> None:
    before = dump_of(engine)
    process = start(database, "-c", STEPS)
    assert process.stdout is not None
    assert process.stdin is not None
    while (step := process.stdout.readline().strip()) != moment:
        assert step, process.stderr and process.stderr.read()
        process.stdin.write("\n")
        process.stdin.flush()

    process.kill()
    process.communicate(timeout=PATIENCE_S)

    assert dump_of(engine) == before
    finish(engine, facts)
    assert comparable(dump_of(engine)) == of_the_same_kind(afterwards, engine)


@pytest.mark.parametrize(
    ("table", "mode"),
    [
        ("relationship", "SHARE"),  # before anything is written
        ("release", "ACCESS EXCLUSIVE"),  # the record is written, nothing is published
        ("release", "SHARE"),  # everything is written but the release itself
    ],
)
def test_command_when_killed_while_it_waits_for_a_table_leaves_the_last_release_whole(
    postgres: Database, engine: Engine, facts: Facts, afterwards: Rows, table: str, mode: str
) -> None:
    before = dump_of(engine)
    with held(postgres, f"LOCK TABLE {table} IN {mode} MODE"):
        process = start(postgres, "-m", "seed")
        wait_until(lambda: waiting(postgres) == 1, f"the load waits for {table}")
        process.kill()
        process.communicate(timeout=PATIENCE_S)

    wait_until(lambda: connected(postgres) <= 1, "the server has noticed")
    assert dump_of(engine) == before
    finish(engine, facts)
    assert comparable(dump_of(engine)) == of_the_same_kind(afterwards, engine)


@pytest.fixture
def postgres(database: Database) -> Database:
    if database.kind != "postgresql":
        pytest.skip("SQLite locks its whole file: the moments above are those that it has")
    return database


@contextmanager
def held(database: Database, statement: str) -> Iterator[None]:
    """Keep a lock for as long as the block lasts."""
    with psycopg.connect(_plain(database)) as connection:
        connection.execute(statement)
        yield
        connection.rollback()


def waiting(database: Database) -> int:
    """How many of the loader's connections wait for a lock."""
    return _waits_of_loaders(database).count("Lock")


def connected(database: Database) -> int:
    """How many connections of the loader's there are; the test's own idle one is among them."""
    return len(_waits_of_loaders(database))


def _waits_of_loaders(database: Database) -> list[str | None]:
    """What each of the loader's connections waits for."""
    query = (
        "SELECT wait_event_type FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'conflict-events-seed'"
    )
    with psycopg.connect(_plain(database), autocommit=True) as connection:
        return [row[0] for row in connection.execute(query)]


def _plain(database: Database) -> str:
    return database.write_url.replace("postgresql+psycopg", "postgresql")


def test_two_loads_when_started_at_once_make_one_release_and_both_end_well(
    database: Database, engine: Engine, afterwards: Rows
) -> None:
    with engine.begin() as connection:
        lock_for_writing(connection)
        both = [start(database, "-m", "seed") for _ in range(2)]
        if database.kind == "postgresql":
            wait_until(lambda: waiting(database) == 2, "both loads wait")
        else:
            time.sleep(2)  # SQLite tells nobody who waits
        assert [process.poll() for process in both] == [None, None]

    said = [process.communicate(timeout=PATIENCE_S) for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    assert sorted(out.split(":")[0] for out, _ in said) == ["Nothing new", "Published release 2"]
    assert comparable(dump_of(engine)) == of_the_same_kind(afterwards, engine)


def test_two_migrations_when_started_at_once_both_end_well(database: Database) -> None:
    """As two replicas of one deployment do."""
    both = [start(database, "-m", "seed", "migrate") for _ in range(2)]
    said = [process.communicate(timeout=PATIENCE_S) for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    assert {out for out, _ in said} == {"The schema is up to date.\n"}


def test_reader_during_a_load_sees_the_old_release_until_it_commits_and_the_new_one_after(
    database: Database, engine: Engine, facts: Facts
) -> None:
    newest = select(func.max(Release.number))
    published = select(EventDocument.id, EventBody.body).join(EventBody, EventBody.document == EventDocument.number)
    held_now = published.where(EventDocument.valid_until == FOREVER)
    of_release_1 = published.where(EventDocument.valid_from <= 1, EventDocument.valid_until > 1)
    reading = make_read_engine(database.read_url)

    with engine.begin() as connection, reading.connect() as reader:
        before = sorted(reader.execute(held_now).all())
        lock_for_writing(connection)
        load(connection, facts, "facts")
        assert sorted(reader.execute(held_now).all()) == before
        publish(connection)
        assert reader.scalar(newest) == 1
        assert sorted(reader.execute(held_now).all()) == before
    with reading.connect() as reader:
        assert reader.scalar(newest) == 2
        assert IRAQ in {event for event, _ in reader.execute(held_now)}
        assert sorted(reader.execute(of_release_1).all()) == before
    reading.dispose()


def test_reader_during_a_load_is_not_made_to_wait(database: Database, engine: Engine, facts: Facts) -> None:
    reading = make_read_engine(database.read_url)
    with engine.begin() as connection:
        load_and_publish(connection, facts)
        started = time.monotonic()
        with reading.connect() as reader:
            reader.execute(select(EventDocument.id)).all()
        took_s = time.monotonic() - started
    reading.dispose()

    assert took_s < 2


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_load_when_the_server_goes_away_says_so_in_one_line_and_nothing_is_written(
    own_cluster: PostgresCluster, facts: Facts, earlier: Facts, how: str
) -> None:
    database = own_cluster.create_database(f"cut_off_by_{how}")
    engine = migrated(database)
    with engine.begin() as connection:
        load_and_publish(connection, earlier)
    before = dump_of(engine)
    engine.dispose()

    holder = psycopg.connect(_plain(database))
    holder.execute("LOCK TABLE release IN SHARE MODE")
    process = start(database, "-m", "seed")
    wait_until(lambda: waiting(database) == 1, "the load has written all but the release")
    getattr(own_cluster, how)()
    said, faults = process.communicate(timeout=PATIENCE_S)
    holder.close()
    own_cluster.start()

    assert (process.returncode, said) == (1, "")
    assert faults.startswith("Nothing was written. The database says: ")
    assert faults.count("\n") == 1
    engine = make_write_engine(database.write_url)
    assert dump_of(engine) == before
    finish(engine, facts)
    engine.dispose()


@pytest.fixture(scope="module")
def own_cluster(postgres_cluster: PostgresCluster) -> Iterator[PostgresCluster]:
    """A server that may be stopped without stopping other tests'."""
    assert postgres_cluster.running
    cluster = PostgresCluster.launch()
    yield cluster
    cluster.remove()


def test_load_when_there_is_no_room_left_says_so_in_one_line_and_nothing_is_written(
    engine: Engine, database: Database, facts: Facts, afterwards: Rows
) -> None:
    if database.kind != "sqlite":
        pytest.skip("a server's disk is not this process's")
    before = dump_of(engine)
    engine.dispose()
    small = "import resource, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536));"
    run = "import sys; sys.argv = ['seed']; runpy.run_module('seed', run_name='__main__')"

    process = start(database, "-c", small + run)
    said, faults = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, said) == (1, "")
    assert faults.startswith("Nothing was written. The database says: ")
    assert faults.count("\n") == 1
    assert dump_of(engine) == before
    finish(engine, facts)
    assert comparable(dump_of(engine)) == of_the_same_kind(afterwards, engine)


def test_load_when_the_commit_itself_is_refused_leaves_the_last_release_whole(engine: Engine, facts: Facts) -> None:
    """What is checked at commit is checked by the database after all else is done."""
    before = dump_of(engine)
    claim = a_claim("part", victims={"scope": "group", "description": "children", "part_of_group": "elsewhere"})

    with pytest.raises(Exception, match=r"(?i)foreign key"), engine.begin() as connection:  # noqa: PT012
        load(connection, changed(facts, "events", OPERATION, casualty_claims=[claim]), "facts")
        publish(connection)
        connection.execute(text("SELECT 1"))

    assert dump_of(engine) == before
    with engine.connect() as connection:
        assert ("event", IRAQ) not in documents(connection)
        connection.rollback()


def test_files_when_sqlite_was_loaded_hold_no_unfinished_write(
    engine: Engine, database: Database, facts: Facts
) -> None:
    if database.kind != "sqlite":
        pytest.skip("of SQLite's own files")
    finish(engine, facts)
    engine.dispose()

    file = Path(database.write_url.removeprefix("sqlite:///"))
    assert sorted(each.name for each in file.parent.iterdir() if each.name.startswith(file.name)) == [file.name]
