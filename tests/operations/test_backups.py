"""Copies made while the API answers and a load writes: what is restored answers byte for byte the same."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from seed.__main__ import main as seed_command
from seed.importers.ucdp import CANDIDATE_COLUMNS
from tests.api.serving import Api, command, migrate_database, publish_facts, serving
from tests.conftest import DatabaseFactory
from tests.docs.markdown import read
from tests.postgres_cluster import OWNER, Database, PostgresCluster
from tests.seed.dataset_files import write_csv
from tests.seed.test_ucdp_records import ROW

ASKED = (
    "/events?release=1",
    "/events?country=iraq",
    "/events/2024-02-02-us-strikes-iraq",
    "/casualty-claims",
    "/stats?group_by=country,month",
    "/changes?since=0",
    "/releases",
    "/events?format=csv&limit=all",
    "/events?q=mayadeen",
    "/events?near=35.02,40.45&radius_km=10",
)


def answers(api: Api) -> dict[str, tuple[int, str, bytes]]:
    """What a reader gets: status, validator, body."""
    got = {target: api.client.get(target) for target in ASKED}
    return {target: (each.status_code, each.headers.get("etag", ""), each.content) for target, each in got.items()}


def first_release(database: Database) -> None:
    migrate_database(database)
    publish_facts(database)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    rows = [{**ROW, "id": str(number), "relid": f"IRQ-{number}"} for number in range(1, 301)]
    return write_csv(tmp_path / "ged241.csv", CANDIDATE_COLUMNS, rows)


def test_sqlite_when_copied_while_it_answers_and_while_a_load_writes_then_the_copy_is_the_release_before(
    make_database: DatabaseFactory, tmp_path: Path, dataset: Path
) -> None:
    database = make_database("sqlite")
    first_release(database)
    copied = tmp_path / "copy.sqlite3"
    with serving(database) as api:
        before = answers(api)
        writer = create_engine(database.write_url)
        with writer.connect() as loading:
            loading.exec_driver_sql("BEGIN IMMEDIATE")
            loading.exec_driver_sql("UPDATE release SET notes = 'half of a load'")
            command(database, "backup", str(copied))
            assert answers(api) == before
            loading.exec_driver_sql("ROLLBACK")
        writer.dispose()
        command(database, "ucdp", str(dataset), "--release", "24.1")
        assert api.json("/releases")["meta"]["total"] == 2
    url = f"sqlite:///{copied}"
    with serving(Database("sqlite", url, url)) as restored:
        assert answers(restored) == before
    # Loading goes on from it as it would have.
    command(Database("sqlite", url, url), "ucdp", str(dataset), "--release", "24.1")
    assert sorted(file.name for file in tmp_path.iterdir() if "unfinished" in file.name) == []


def test_sqlite_when_copied_again_and_again_under_loads_then_every_copy_is_one_whole_release(
    make_database: DatabaseFactory, tmp_path: Path, dataset: Path
) -> None:
    database = make_database("sqlite")
    first_release(database)
    load = threading.Thread(target=command, args=(database, "ucdp", str(dataset), "--release", "24.1"))
    copies: list[Path] = []
    load.start()
    while load.is_alive() or len(copies) < 2:
        copies.append(tmp_path / f"copy-{len(copies)}.sqlite3")
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                f"from seed.backup import *; back_up({database.write_url!r}, Path({str(copies[-1])!r}))",
            ],
            check=False,
        )
        assert done.returncode == 0
    load.join()
    seen = set()
    for copy in copies:
        url = f"sqlite:///{copy}"
        with serving(Database("sqlite", url, url)) as restored:
            seen.add((restored.json("/releases")["meta"]["total"], restored.json("/events?limit=1")["meta"]["total"]))
    with serving(database) as api:
        whole = api.json("/events?limit=1")["meta"]["total"]
    assert seen <= {(1, whole - 300), (2, whole)}
    assert (2, whole) in seen


@pytest.mark.parametrize("case", ["there already", "no database", "no folder"])
def test_a_backup_when_it_cannot_be_made_then_it_says_why_and_leaves_nothing(
    tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, target = tmp_path / "events.sqlite3", tmp_path / "copy.sqlite3"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    if case != "no database":
        file.touch()
    if case == "there already":
        target.write_text("a backup of last week")
    if case == "no folder":
        target = tmp_path / "none" / "copy.sqlite3"
    assert seed_command(["backup", str(target)]) == 1
    said = capsys.readouterr().err
    assert str(target if case != "no database" else file) in said
    assert len(said.splitlines()) == 1
    assert target.exists() == (case == "there already")


def test_postgresql_when_dumped_while_a_load_writes_and_restored_then_it_answers_the_same_to_a_reader_that_cannot_write(
    make_database: DatabaseFactory, postgres_cluster: PostgresCluster, tmp_path: Path
) -> None:
    database = make_database("postgresql")
    first_release(database)
    with serving(database) as api:
        before = answers(api)
        owner = create_engine(database.write_url)
        with owner.begin() as loading:
            loading.execute(text("UPDATE release SET notes = 'half of a load'"))
            dump = dumped(postgres_cluster, database, tmp_path)
            assert answers(api) == before
            loading.rollback()
        owner.dispose()
    empty = postgres_cluster.create_database("restored")
    restore(postgres_cluster, empty, dump)
    # The grants of the reader's role came along; this closes what a new database leaves open to all.
    command(empty, "migrate")
    with serving(empty) as restored:
        assert answers(restored) == before
    reader = create_engine(empty.read_url)
    with reader.connect() as connection:
        for statement in ("DELETE FROM release", "CREATE TEMPORARY TABLE t (n int)", "CREATE TABLE t (n int)"):
            connection.execute(text("SET default_transaction_read_only = off"))
            connection.commit()
            with pytest.raises(Exception, match="permission denied"):
                connection.execute(text(statement))
            connection.rollback()
    reader.dispose()


def program(cluster: PostgresCluster, name: str, database: Database, *arguments: str) -> None:
    """A program of PostgreSQL's as the guide gives it, as the owner."""
    url = make_url(database.write_url)
    where = ["--host", str(url.host), "--port", str(url.port), "--username", OWNER]
    done = subprocess.run(
        [str(cluster.programs / name), *where, *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert f"{name} " in read("docs/operations.md")


def dumped(cluster: PostgresCluster, database: Database, folder: Path) -> Path:
    dump = folder / "conflict-events.dump"
    name = str(make_url(database.write_url).database)
    program(cluster, "pg_dump", database, "--format=custom", f"--file={dump}", name)
    return dump


def restore(cluster: PostgresCluster, database: Database, dump: Path) -> None:
    name = str(make_url(database.write_url).database)
    program(cluster, "pg_restore", database, "--exit-on-error", "--single-transaction", f"--dbname={name}", str(dump))
