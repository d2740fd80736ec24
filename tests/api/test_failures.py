"""When the database is away, not migrated, empty or broken: the right status, problem+json, and no driver's text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.api.facts import TOWER_22
from tests.api.serving import Api, migrate_database, publish_facts, serving, settings_of
from tests.conftest import DatabaseFactory
from tests.postgres_cluster import Database, PostgresCluster, PostgresUnavailableError

DATA = (
    "/events",
    "/events?country=iraq&limit=1",
    "/events/x",
    "/casualty-claims",
    "/actors",
    "/countries/iraq",
    "/releases/1",
)
DRIVERS_WORDS = (
    "sqlite",
    "psycopg",
    "select",
    "release.",
    "event_document",
    "relation",
    "table",
    "no such",
    "traceback",
    "file",
)


def assert_unavailable(api: Api, slug: str) -> None:
    """Data and readiness are 503; the process itself is well, and requests that are wrong are still 400."""
    for path in (*DATA, "/readyz"):
        answer = api.client.get(path, headers={"origin": "https://dashboard.example"})
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (503, f"/problems/{slug}"), path
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert_nothing_leaks(answer.text)
    assert api.json("/healthz") == {"status": "ok"}
    assert list(api.faults("/events?limit=0&county=iraq")) == ["limit", "county"]
    assert api.client.get("/openapi.json").status_code == 200


def assert_nothing_leaks(said: str) -> None:
    assert not [word for word in DRIVERS_WORDS if word in said.lower()]


def execute(database: Database, statement: str) -> None:
    engine = create_engine(database.write_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_database_that_was_not_migrated_is_503(database: Database) -> None:
    if database.kind == "sqlite":
        Path(database.write_url.removeprefix("sqlite:///")).touch()
    with serving(database) as api:
        assert_unavailable(api, "database-unavailable")


def test_a_database_without_a_release_is_503_and_says_so(database: Database) -> None:
    migrate_database(database)
    with serving(database) as api:
        assert_unavailable(api, "no-release")


def test_an_api_that_starts_before_its_database_answers_once_that_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'later.sqlite3'}"
    database = Database("sqlite", write_url=url, read_url=url)
    with serving(database) as api:
        assert_unavailable(api, "database-unavailable")
        migrate_database(database)
        assert_unavailable(api, "no-release")
        publish_facts(database)
        assert api.json("/events")["meta"]["total"] == 11
        assert api.json("/readyz") == {"status": "ready"}


@pytest.fixture
def own_cluster() -> Iterator[PostgresCluster]:
    """A server that a test may stop."""
    try:
        cluster = PostgresCluster.launch()
    except PostgresUnavailableError as fault:
        pytest.skip(str(fault))
    yield cluster
    cluster.remove()


def test_a_server_that_goes_away_is_503_until_it_is_back(own_cluster: PostgresCluster) -> None:
    database = own_cluster.create_database("away")
    migrate_database(database)
    publish_facts(database)
    with serving(database) as api:
        assert api.json("/events")["meta"]["total"] == 11
        own_cluster.kill()
        assert_unavailable(api, "database-unavailable")
        own_cluster.start()
        assert api.json("/events")["meta"]["total"] == 11


@pytest.fixture
def over_postgres(make_database: DatabaseFactory) -> Iterator[Api]:
    database = make_database("postgresql")
    migrate_database(database)
    publish_facts(database)
    with serving(database) as api:
        yield api


@pytest.mark.parametrize("trusted", [60.0, -1.0], ids=["trusted", "asked"])
@pytest.mark.parametrize("path", [f"/events/{TOWER_22}", "/events", "/casualty-claims", "/stats?group_by=year"])
def test_connections_that_ended_while_nobody_used_them_are_not_noticed(
    over_postgres: Api, path: str, trusted: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = over_postgres
    monkeypatch.setattr("app.db.TRUSTED_S", trusted)
    with api.engine.connect(), api.engine.connect(), api.engine.connect():
        pass  # so that several wait in the pool
    before = api.json(path)["data"]
    assert end_the_connections_of(api) == 3
    # In other words than before, so that the answer is not remembered.
    answer = api.client.get(path, headers={"accept": "application/json;q=0.9"})
    assert (answer.status_code, answer.json()["data"]) == (200, before)


def end_the_connections_of(api: Api) -> int:
    """Ends them from the server's side, and gives how many those were."""
    others = create_engine(api.database.read_url, isolation_level="AUTOCOMMIT")
    ours = "application_name = 'conflict-events-api' AND datname = current_database()"
    with others.connect() as connection:
        query = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {ours}"  # noqa: S608
        ended: int = connection.scalars(text(query)).one()
        while connection.scalar(text(f"SELECT count(*) FROM pg_stat_activity WHERE {ours}")):  # noqa: S608
            pass
    others.dispose()
    return ended


def test_only_a_connection_that_was_idle_is_asked_whether_it_is_there(
    over_postgres: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    plain = over_postgres.engine.dialect.do_ping

    def heard(connection: Any) -> bool:
        asked.append(connection)
        return plain(connection)

    monkeypatch.setattr(over_postgres.engine.dialect, "do_ping", heard)
    for trusted, times in ((60.0, 0), (-1.0, 1)):
        monkeypatch.setattr("app.db.TRUSTED_S", trusted)
        over_postgres.json(f"/events?limit={1 + times}")
        assert len(asked) == times


def test_a_file_that_is_no_database_is_503_without_the_drivers_words(tmp_path: Path) -> None:
    file = tmp_path / "broken.sqlite3"
    file.write_bytes(b"these are not the bytes of a database\n" * 1000)
    database = Database("sqlite", write_url=f"sqlite:///{file}", read_url=f"sqlite:///{file}")
    with serving(database) as api:
        assert_unavailable(api, "database-unavailable")


def test_a_schema_of_another_version_is_not_ready(database: Database) -> None:
    migrate_database(database)
    publish_facts(database)
    with serving(database) as api:
        assert api.json("/readyz") == {"status": "ready"}
        execute(database, "UPDATE alembic_version SET version_num = 'of-tomorrow'")
        answer = api.client.get("/readyz")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/database-unavailable")
        assert "another version" in answer.json()["detail"]


def test_a_writers_role_serves_nothing_when_its_database_was_away_at_the_start(own_cluster: PostgresCluster) -> None:
    database = own_cluster.create_database("writers")
    migrate_database(database)
    publish_facts(database)
    own_cluster.stop()
    with serving(Database("postgresql", write_url=database.write_url, read_url=database.write_url)) as api:
        own_cluster.start()
        assert_unavailable(api, "database-unavailable")


def test_a_reader_without_rights_is_500_without_the_drivers_words(make_database: DatabaseFactory) -> None:
    database = make_database("postgresql")
    migrate_database(database)
    publish_facts(database)
    with serving(database) as api:
        execute(database, "REVOKE SELECT ON event_document FROM PUBLIC, conflict_events_reader")
        assert_internal_error(api)


def test_a_record_that_cannot_be_read_is_500_without_its_content(database: Database) -> None:
    migrate_database(database)
    publish_facts(database)
    execute(database, """UPDATE release SET coverage = '{"secret": "table"}'""")
    with serving(database) as api:
        assert_internal_error(api)


def assert_internal_error(api: Api) -> None:
    answer = api.client.get("/events", headers={"origin": "https://dashboard.example"})
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (500, "/problems/internal-error")
    assert answer.headers["content-type"] == "application/problem+json"
    # A page must be able to read the failure too, and a reader to report it by its number.
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-request-id"] in problem["detail"]
    assert answer.headers["cache-control"] == "no-store"
    assert_nothing_leaks(answer.text)
    assert api.client.head("/events").status_code == 500
    assert api.json("/healthz") == {"status": "ok"}


def test_the_reader_is_not_the_writer_on_a_server(make_database: DatabaseFactory) -> None:
    settings = settings_of(make_database("postgresql"))
    assert settings.database_url != settings.write_url
