"""The suite's own PostgreSQL: the roles are those of a deployment, and nothing of it stays behind."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from tests import postgres_cluster as module
from tests.conftest import DatabaseFactory
from tests.postgres_cluster import (
    OWNER,
    READER,
    Database,
    PostgresCluster,
    PostgresUnavailableError,
    find_programs,
)


@pytest.fixture
def pg(postgres_cluster: PostgresCluster) -> Iterator[Database]:
    yield postgres_cluster.create_database("cluster_test")
    postgres_cluster.drop_database("cluster_test")


@pytest.fixture
def own_cluster(postgres_cluster: PostgresCluster) -> Iterator[PostgresCluster]:
    """A second server, for tests that stop it; asks for the first so that it skips where that skips."""
    del postgres_cluster
    cluster = PostgresCluster.launch()
    yield cluster
    cluster.remove()


def _run(url: str, *statements: str) -> object:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            result = [connection.execute(text(statement)) for statement in statements][-1]
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def _something_listens_on(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_database_when_fresh_is_empty_and_writable_by_the_writer(database: Database) -> None:
    _run(database.write_url, "CREATE TABLE t (n integer)", "INSERT INTO t VALUES (7)")

    assert _run(database.write_url, "SELECT n FROM t") == 7
    assert make_url(database.write_url).get_backend_name() == database.kind


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_make_database_when_called_twice_gives_two_databases(kind: str, make_database: DatabaseFactory) -> None:
    first, second = make_database(kind), make_database(kind)
    _run(first.write_url, "CREATE TABLE t (n integer)")
    _run(second.write_url, "CREATE TABLE t (n integer)")

    assert first != second


def test_roles_when_cluster_starts_are_plain_logins(pg: Database) -> None:
    plain = (
        "SELECT rolcanlogin AND NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)"
        " FROM pg_roles WHERE rolname = current_user"
    )

    assert _run(pg.write_url, "SELECT current_user") == OWNER
    assert _run(pg.read_url, "SELECT current_user") == READER
    assert _run(pg.write_url, plain) is True
    assert _run(pg.read_url, plain) is True


def test_reader_when_it_connects_is_read_only_by_default(pg: Database) -> None:
    assert _run(pg.read_url, "SHOW default_transaction_read_only") == "on"


@pytest.mark.parametrize(
    "statement", ["INSERT INTO t VALUES (1)", "UPDATE t SET n = 2", "DELETE FROM t", "SELECT n FROM t"]
)
def test_reader_when_nothing_is_granted_is_refused_even_in_a_writable_transaction(pg: Database, statement: str) -> None:
    _run(pg.write_url, "CREATE TABLE t (n integer)", "INSERT INTO t VALUES (0)")

    with pytest.raises(ProgrammingError, match="permission denied for table t"):
        _run(pg.read_url, "SET TRANSACTION READ WRITE", statement)
    assert _run(pg.write_url, "SELECT sum(n) FROM t") == 0


def test_drop_database_when_somebody_is_connected_ends_the_connection(
    postgres_cluster: PostgresCluster,
) -> None:
    database = postgres_cluster.create_database("dropped_while_in_use")
    engine = create_engine(database.write_url)
    try:
        with engine.connect() as connection:
            postgres_cluster.drop_database("dropped_while_in_use")
            with pytest.raises(OperationalError):
                connection.execute(text("SELECT 1"))
    finally:
        engine.dispose()


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_server_when_stopped_is_gone_and_comes_back_with_its_data(own_cluster: PostgresCluster, how: str) -> None:
    database = own_cluster.create_database("stays")
    _run(database.write_url, "CREATE TABLE t (n integer)", "INSERT INTO t VALUES (7)")

    getattr(own_cluster, how)()
    assert not own_cluster.running
    assert not _something_listens_on(own_cluster.port)

    own_cluster.start()
    assert _run(database.write_url, "SELECT n FROM t") == 7


def test_remove_when_done_leaves_no_process_and_no_file(own_cluster: PostgresCluster) -> None:
    directory = own_cluster.data_directory
    process_id = int((directory / "postmaster.pid").read_text().splitlines()[0])

    own_cluster.remove()

    assert not directory.parent.exists()
    assert not _something_listens_on(own_cluster.port)
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)


def test_server_when_the_tests_are_interrupted_is_gone(postgres_cluster: PostgresCluster) -> None:
    del postgres_cluster
    program = """
        import signal
        import time
        from tests.postgres_cluster import PostgresCluster

        # A shell starts what runs in the background deaf to Ctrl-C, and its children inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        cluster = PostgresCluster.launch()
        print(cluster.port, cluster.data_directory, flush=True)
        time.sleep(60)
    """
    tests = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with tests:
        assert tests.stdout is not None
        port, directory = tests.stdout.readline().split(maxsplit=1)
        assert _something_listens_on(int(port))
        tests.send_signal(signal.SIGINT)
        tests.wait(30)

    assert not _something_listens_on(int(port))
    assert not Path(directory.strip()).exists()


def test_order_of_text_when_the_cluster_has_an_icu_locale_is_not_that_of_c(
    icu_postgres_cluster: PostgresCluster, postgres_cluster: PostgresCluster
) -> None:
    ordered = "SELECT string_agg(w, '' ORDER BY w) FROM (VALUES ('a'), ('B'), ('c')) AS words (w)"
    english = icu_postgres_cluster.create_database("order_of_text")
    plain = postgres_cluster.create_database("order_of_text")

    assert _run(english.read_url, ordered) == "aBc"
    assert _run(plain.read_url, ordered) == "Bac"


def test_programs_when_pg_bin_is_wrong_are_not_looked_for_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))

    with pytest.raises(PostgresUnavailableError, match="PG_BIN"):
        find_programs()


def test_programs_when_there_are_none_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr(module, "_candidates", lambda: iter(()))

    with pytest.raises(PostgresUnavailableError, match="apt-get install postgresql"):
        find_programs()


def test_programs_when_several_versions_are_there_are_the_newest(tmp_path: Path) -> None:
    directories = [tmp_path / version / "bin" for version in ("9.6", "15", "17")]

    assert module._newest_first(iter(directories))[0] == tmp_path / "17" / "bin"
