"""Two versions side by side, and loads and migrations while the API answers: right answers, or an honest 503."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from app.models import SCHEMA_REVISION
from app.web.routers import service
from seed import database as writing
from seed.database import migrate
from seed.importers.ucdp import CANDIDATE_COLUMNS
from tests.api.serving import command, migrate_database, publish_facts, serving, settings_of
from tests.api.test_live_server import request
from tests.conftest import KINDS, DatabaseFactory
from tests.operations.servers import Server, server
from tests.postgres_cluster import Database
from tests.seed.dataset_files import write_csv
from tests.seed.test_ucdp_records import ROW

BEFORE = "0007"
ASKED = ("/events?release=1&country=iraq", "/sources?release=1", "/locations?release=1", "/actors/iran?release=1")


@pytest.fixture(params=KINDS)
def published(request: pytest.FixtureRequest, make_database: DatabaseFactory) -> Database:
    database = make_database(request.param)
    migrate_database(database)
    publish_facts(database)
    return database


@contextmanager
def asking(served: Server) -> Iterator[list[tuple[str, int, bytes]]]:
    """All answers to questions that are asked again and again while the body runs."""
    answers: list[tuple[str, int, bytes]] = []
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.is_set():
            for target in ASKED:
                status, _, body = request(served.port, "GET", target)
                answers.append((target, status, body))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def faults(answers: list[tuple[str, int, bytes]], right: dict[str, bytes]) -> Counter[tuple[str, int]]:
    """The answers that are neither right nor an honest 503."""
    return Counter(
        (target, status)
        for target, status, body in answers
        if not (status == 200 and body == right[target])
        and not (status == 503 and b'"type":"/problems/database-unavailable"' in body)
    )


def eventually(condition: Callable[[], bool], timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_new_server_when_it_stands_before_an_old_schema_then_it_is_not_ready_until_the_migration_and_then_at_once(
    published: Database, tmp_path: Path
) -> None:
    with server(published, tmp_path) as served:
        right = {target: served.get(target)[2] for target in ASKED}
        migrate(settings_of(published), BEFORE)
        assert served.get("/readyz")[0] == 503
        with asking(served) as answers:
            eventually(lambda: len(answers) > 20)
            migrate_database(published)
            before = len(answers)
            eventually(lambda: len(answers) > before + 20)
        assert served.get("/readyz")[0] == 200
    assert faults(answers, right) == {}
    assert {status for _, status, _ in answers[-8:]} == {200}


def test_an_old_server_when_the_schema_has_grown_then_it_is_not_ready_and_what_still_comes_is_answered_rightly(
    published: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(published) as new:
        right = {target: new.client.get(target).content for target in ASKED}
        assert new.client.get("/readyz").status_code == 200
    monkeypatch.setattr(service, "SCHEMA_REVISION", BEFORE)
    assert SCHEMA_REVISION != BEFORE
    with serving(published) as old:
        assert "the schema of another version" in old.problem("/readyz", 503)["detail"]
        assert {target: old.client.get(target).content for target in ASKED} == right


def test_a_load_when_it_runs_under_questions_then_no_reader_sees_anything_but_whole_releases(
    published: Database, tmp_path: Path
) -> None:
    rows = [{**ROW, "id": str(number), "relid": f"IRQ-{number}"} for number in range(1, 301)]
    dataset = write_csv(tmp_path / "ged241.csv", CANDIDATE_COLUMNS, rows)
    with server(published, tmp_path) as served:
        right = {target: served.get(target)[2] for target in ASKED}
        with asking(served) as answers:
            command(published, "ucdp", str(dataset), "--release", "24.1")
            before = len(answers)
            eventually(lambda: len(answers) > before + 8)
        newest = served.get("/events?limit=1")[1]["data-release"]
    assert Counter((target, status) for target, status, body in answers if status != 200 or body != right[target]) == {}
    assert newest == "2"


def test_a_migration_when_somebody_holds_a_table_then_it_gives_up_soon_and_nothing_has_changed(
    make_database: DatabaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MIGRATION_LOCK_TIMEOUT_MS", 200)
    database = make_database("postgresql")
    migrate_database(database)
    publish_facts(database)
    holder = create_engine(database.write_url)
    with holder.begin() as holding:
        holding.execute(text("SELECT count(*) FROM reference_source"))
        began = time.monotonic()
        with pytest.raises(OperationalError, match="lock timeout"):
            migrate(settings_of(database), BEFORE)
        assert time.monotonic() - began < 20
    holder.dispose()
    with serving(database) as served:
        assert served.client.get("/readyz").status_code == 200
