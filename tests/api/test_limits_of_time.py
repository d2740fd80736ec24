"""A question that takes too long ends as a problem, on both databases, and the next one is answered."""

import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from app.db import CommitsOfOthers, KeptConnection, is_out_of_time, make_read_engine
from app.main import create_app
from app.settings import Settings
from tests.api.serving import migrate_database, publish_facts
from tests.api.slowness import make_quick_again, make_slow
from tests.api.test_failures import assert_nothing_leaks
from tests.postgres_cluster import Database

ENDLESS = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n"
)
TIMEOUT_S = 0.3


def settings_with(database: Database, **more: object) -> Settings:
    return Settings(database_url=database.read_url, **more)  # type: ignore[arg-type]


def test_a_question_when_it_takes_too_long_then_it_is_503_and_says_how_to_ask_for_less(database: Database) -> None:
    migrate_database(database)
    publish_facts(database)
    make_slow(database, 60)
    paths = ("/events?limit=1", "/events?q=syria", "/events?limit=all&format=csv")
    app = create_app(settings_with(database, query_timeout_s=TIMEOUT_S))
    with TestClient(app, raise_server_exceptions=False) as client:
        for path in paths:
            begun = time.monotonic()
            answer = client.get(path)
            assert time.monotonic() - begun < 15
            problem = answer.json()
            assert (answer.status_code, problem["type"]) == (503, "/problems/too-slow"), path
            assert answer.headers["content-type"] == "application/problem+json"
            assert "Ask for less" in problem["detail"]
            assert int(answer.headers["retry-after"]) > 0
            assert_nothing_leaks(answer.text)
        assert client.get("/healthz").status_code == 200
        make_quick_again(database)
        assert [client.get(path).status_code for path in paths] == [200, 200, 200]
        assert app.state.streams.under_way == 0


def test_statements_when_each_is_short_then_a_connection_of_sqlite_may_be_held_for_long_between(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = tmp_path_factory.mktemp("time") / "a.sqlite3"
    file.touch()
    engine = make_read_engine(f"sqlite:///{file}", TIMEOUT_S)
    kept, commits = KeptConnection(engine), CommitsOfOthers(engine)
    try:
        for _ in range(2):
            with kept as connection:
                assert connection.scalar(text("SELECT 1")) == 1
            assert commits.count()[2] >= 0
            time.sleep(TIMEOUT_S * 1.2)
        with kept as connection, pytest.raises(OperationalError) as caught:
            connection.execute(ENDLESS)
        assert is_out_of_time(caught.value.orig)
        # It is the same for one from the pool, each time that it is taken.
        for _ in range(2):
            with engine.connect() as connection, pytest.raises(OperationalError) as caught:
                connection.execute(ENDLESS)
            assert is_out_of_time(caught.value.orig)
    finally:
        commits.close()
        kept.close()
        engine.dispose()


def test_an_import_when_it_reads_then_its_time_is_not_bounded(database: Database) -> None:
    migrate_database(database)
    engine = make_read_engine(database.read_url)
    try:
        with engine.connect() as connection:
            if database.kind == "postgresql":
                assert connection.scalar(text("SHOW statement_timeout")) == "0"
            else:
                counted = text(str(ENDLESS).replace("2000000000", "3000000"))
                assert connection.scalar(counted) == 3_000_000
    finally:
        engine.dispose()


def test_a_connection_to_postgresql_when_the_api_made_it_then_the_server_itself_bounds_its_statements(
    database: Database,
) -> None:
    if database.kind != "postgresql":
        pytest.skip("SQLite is bounded by the process")
    migrate_database(database)
    engine = make_read_engine(database.read_url, 1.5)
    try:
        with engine.connect() as connection:
            assert connection.scalar(text("SHOW statement_timeout")) == "1500ms"
    finally:
        engine.dispose()
