"""An import that is killed, or finds its disk full, leaves the last release whole, and can be run again."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError

from app.models import FOREVER, EventDocument, EventTerm, Release
from bench.files import first_file
from seed import first_load
from seed.database import ROOT
from seed.dataset_commands import WORTH_A_PROCESS_BYTES
from seed.neutral_facts import Facts
from tests.postgres_cluster import Database
from tests.seed.loading import dump_of, load_and_publish, migrated

# Enough to be told by a process of its own.
EVENTS = 3600
PATIENCE_S = 300
KILLS = 4
FOREIGN_KEYS = text(
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
    " ORDER BY 1, 2"
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = first_file(tmp_path_factory.mktemp("rows"), EVENTS)
    assert file.stat().st_size > WORTH_A_PROCESS_BYTES
    return file


@pytest.fixture
def engine(database: Database, facts: Facts) -> Iterator[Engine]:
    """On a database whose release 1 are the article's facts, so that the import is its dataset's first."""
    engine = migrated(database)
    with engine.begin() as connection:
        load_and_publish(connection, facts)
    yield engine
    engine.dispose()


# For a process that may write no file beyond a size, a disk is full that has room for so much.
LIMITED = """
import os, resource, sys
limit, *command = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
os.execv(sys.executable, [sys.executable, *command])
"""


def start(database: Database, file: Path, largest_file: int | None = None) -> subprocess.Popen[str]:
    """The command, which starts a process that reads."""
    limited = () if largest_file is None else ("-c", LIMITED, str(largest_file))
    settings = {"DATABASE_URL": database.read_url, "DATABASE_WRITE_URL": database.write_url}
    return subprocess.Popen(
        [sys.executable, *limited, "-m", "seed", "ucdp", str(file), "--release", "24.1"],
        cwd=ROOT,
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_to_the_end(database: Database, file: Path) -> float:
    begun = time.monotonic()
    process = start(database, file)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, said) == (0, "")
    return time.monotonic() - begun


def hold_whole(engine: Engine) -> None:
    """The second release is there, with every event and its terms, and every key points at something."""
    with engine.connect() as connection:
        assert connection.scalars(select(Release.number).order_by(Release.number)).all() == [1, 2]
        new = (EventDocument.valid_from == 2, EventDocument.valid_until == FOREVER)
        assert connection.scalar(select(func.count()).where(*new)) == EVENTS
        assert connection.scalar(select(func.count(EventTerm.id.distinct())).where(EventTerm.valid_from == 2)) == EVENTS
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        connection.rollback()


def keys_of(engine: Engine) -> list[tuple[str, ...]]:
    """PostgreSQL's foreign keys, which a dataset's first load takes away and makes again."""
    if engine.dialect.name == "sqlite":
        return []
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(FOREIGN_KEYS)]


def test_import_when_killed_at_random_moments_leaves_the_last_release_and_can_be_run_again(
    database: Database, engine: Engine, file: Path, tmp_path: Path
) -> None:
    before, keys = dump_of(engine), keys_of(engine)
    moments = sorted(random.uniform(0.2, 1.0) for _ in range(KILLS))  # noqa: S311  # no secret
    longest = 0.0
    for moment in moments:
        process = start(database, file)
        # Of the time in which the last one was not done yet; the first one decides what that is.
        pause = moment * max(longest, 4.0)
        try:
            process.communicate(timeout=pause)
        except subprocess.TimeoutExpired:
            longest = max(longest, pause) * 1.3
            process.kill()
            process.communicate(timeout=PATIENCE_S)
        if process.returncode == 0:
            break  # it was faster than it was killed
        assert dump_of(engine) == before, f"killed after {pause:.2f} s of {moments}"
        assert keys_of(engine) == keys
    else:
        run_to_the_end(database, file)

    hold_whole(engine)
    assert keys_of(engine) == keys


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for a tenth of what the import writes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def sqlite_in(folder: Path, facts: Facts) -> tuple[Database, Engine]:
    url = f"sqlite:///{folder / 'conflict_events.sqlite3'}"
    database = Database("sqlite", url, url)
    engine = migrated(database)
    with engine.begin() as connection:
        load_and_publish(connection, facts)
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return database, engine


@pytest.mark.parametrize("limit", ["disk", "file"])
def test_import_when_the_disk_is_full_says_so_in_one_line_and_leaves_the_last_release(
    limit: str, facts: Facts, file: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = request.getfixturevalue("small_disk") if limit == "disk" else tmp_path
    database, engine = sqlite_in(folder, facts)
    before = dump_of(engine)

    process = start(database, file, None if limit == "disk" else 3_000_000)
    _, said = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 1
    full = "database or disk is full" if limit == "disk" else "disk I/O error"
    assert said == f"Nothing was written. The database says: {full}\n"
    assert dump_of(engine) == before
    engine.dispose()


# What the command does when its release is published, where no file can grow.
TIDYING = """
import resource, sys
from seed.database import make_write_engine
from seed.dataset_commands import _tidy

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
_tidy(make_write_engine(sys.argv[1]), 1, compact=True)
"""


def test_release_when_there_is_no_room_to_tidy_up_after_it_stands(facts: Facts, tmp_path: Path) -> None:
    database, engine = sqlite_in(tmp_path, facts)
    before = dump_of(engine)

    command = [sys.executable, "-c", TIDYING, database.write_url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert done.stderr == "Release 1 is published. The database could not be tidied up: disk I/O error\n"
    assert dump_of(engine) == before
    engine.dispose()


def test_first_load_when_another_reads_the_record_checks_every_row(
    database: Database, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.kind != "postgresql":
        pytest.skip("nobody who reads keeps SQLite from anything")
    keys = keys_of(engine)
    monkeypatch.setattr(first_load, "LONGEST_WAIT_S", 1)
    with engine.connect() as dump:
        dump.execute(text("SELECT count(*) FROM event"))
        with engine.begin() as connection:
            assert first_load.check_keys_later(connection, "ucdp-ged")
            checked = first_load.keys_checked_at_the_end(connection)
            with checked, pytest.raises(IntegrityError), connection.begin_nested():
                connection.execute(text("UPDATE event SET citation_number = 404"))
        dump.rollback()

    assert keys_of(engine) == keys


def test_first_load_when_a_row_points_at_nothing_is_refused_at_its_end(database: Database, engine: Engine) -> None:
    before = dump_of(engine)

    def load_a_stray() -> None:
        with engine.begin() as connection:
            assert first_load.check_keys_later(connection, "ucdp-ged")
            with first_load.keys_checked_at_the_end(connection):
                connection.execute(text("UPDATE event SET citation_number = 404"))
                reached.append("the end")

    reached: list[str] = []
    with pytest.raises(IntegrityError):
        load_a_stray()

    assert reached == ["the end"]
    assert dump_of(engine) == before
