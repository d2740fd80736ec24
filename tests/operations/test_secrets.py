"""Passwords: from a file or from the environment, never needed in a URL, and never in what is logged."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.api.serving import migrate_database, publish_facts
from tests.operations.servers import server
from tests.postgres_cluster import READER, Database, PostgresCluster

SECRET = "not:to\\be seen"  # noqa: S105


@pytest.fixture
def guarded(postgres_cluster: PostgresCluster) -> Iterator[Database]:
    """A database that the reader reaches with a password alone."""
    database = postgres_cluster.create_database("guarded")
    migrate_database(database)
    publish_facts(database)
    admin = create_engine(postgres_cluster.url("postgres", "postgres"), isolation_level="AUTOCOMMIT")
    rules = postgres_cluster.data_directory / "pg_hba.conf"
    before = rules.read_text(encoding="utf-8")
    rules.write_text(f"host guarded {READER} 127.0.0.1/32 scram-sha-256\n{before}", encoding="utf-8")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"ALTER ROLE {READER} PASSWORD '{SECRET}'")
        connection.execute(text("SELECT pg_reload_conf()"))
        yield database
        rules.write_text(before, encoding="utf-8")
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
    postgres_cluster.drop_database("guarded")


@pytest.mark.parametrize("way", ["PGPASSFILE", "PGPASSWORD"])
def test_a_password_when_it_stands_beside_the_url_then_the_api_reads_with_it_and_never_tells(
    guarded: Database, tmp_path: Path, way: str
) -> None:
    file = tmp_path / "pgpass"
    url = make_url(guarded.read_url)
    escaped = SECRET.replace("\\", "\\\\").replace(":", "\\:")
    file.write_text(f"{url.host}:{url.port}:guarded:{READER}:{escaped}\n", encoding="utf-8")
    file.chmod(0o600)
    given = {"PGPASSFILE": str(file)} if way == "PGPASSFILE" else {"PGPASSWORD": SECRET}
    with server(guarded, tmp_path, LOG_LEVEL="debug", **given) as served:
        assert served.get("/events")[0] == 200
    assert "seen" not in served.log.read_text()


def test_a_password_when_it_is_wrong_then_the_log_says_so_without_it(guarded: Database, tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception), server(guarded, tmp_path, PGPASSWORD="wrong-and-secret"):
        pass
    (log,) = tmp_path.glob("*.log")
    assert "password authentication failed" in log.read_text()
    assert "wrong-and-secret" not in log.read_text()
