"""Whole results over real sockets: that they stay one release, end broken where they break, and hold nothing."""

import gzip
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import zstandard
from sqlalchemy import create_engine, event, text
from starlette.testclient import TestClient

from app.main import create_app
from app.web.encodings import encode_stream
from seed.importers.ucdp import CANDIDATE_COLUMNS
from tests.api.serving import command, migrate_database, publish_facts, serving, settings_of
from tests.api.test_live_server import ROOT, free_port, wait_for
from tests.conftest import KINDS, DatabaseFactory
from tests.postgres_cluster import Database
from tests.seed.dataset_files import write_csv
from tests.seed.test_ucdp_records import ROW

# Enough that neither the server nor the system between can hold the answer before it is read.
EVENTS = 4_000


@dataclass(frozen=True)
class Served:
    """A server process over many events."""

    port: int
    database: Database
    process: subprocess.Popen[bytes]

    def open(self, target: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPConnection, Any]:
        """A connection with the beginning of its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, target, headers=headers)
        return connection, connection.getresponse()

    def connections(self) -> int:
        """How many of the server's connections to PostgreSQL are at work or wait inside a transaction."""
        engine = create_engine(self.database.write_url)
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'conflict-events-api' AND state <> 'idle'"
        )
        try:
            with engine.connect() as connection:
                return int(connection.scalar(text(query)) or 0)
        finally:
            engine.dispose()


def many_events(folder: Path) -> Path:
    rows = [{**ROW, "id": str(number), "relid": f"IRQ-{number}"} for number in range(1, EVENTS + 1)]
    return write_csv(folder / "ged241.csv", CANDIDATE_COLUMNS, rows)


def filled(database: Database, folder: Path) -> Database:
    migrate_database(database)
    publish_facts(database)
    command(database, "ucdp", str(many_events(folder)), "--release", "24.1")
    return database


@pytest.fixture(params=KINDS)
def served(request: pytest.FixtureRequest, make_database: DatabaseFactory, tmp_path: Path) -> Iterator[Served]:
    """A server of its own for each test, as some of them end badly."""
    database = filled(make_database(request.param), tmp_path)
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database.read_url,
        "PORT": str(port),
        "LOG_LEVEL": "warning",
        "HOST": "127.0.0.1",
    }
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "app"], cwd=ROOT, env=environment, stderr=log)
        try:
            wait_for(port, process)
            yield Served(port, database, process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def take_away_the_events(database: Database) -> None:
    """What the next page is read from is gone, as it would be with the database."""
    engine = create_engine(database.write_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE event_body RENAME TO gone"))
    engine.dispose()


def test_a_stream_when_the_database_goes_away_then_it_is_broken_off_and_never_finished(served: Served) -> None:
    begun = {format_: served.open(f"/events?format={format_}&limit=all") for format_ in ("csv", "ndjson", "geojson")}
    assert {answer.status for _, answer in begun.values()} == {200}
    take_away_the_events(served.database)
    for connection, answer in begun.values():
        with closing(connection), closing(answer):
            assert answer.getheader("content-length") is None
            with pytest.raises((http.client.IncompleteRead, ConnectionError)):
                answer.read()


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_an_encoded_stream_when_it_breaks_then_it_has_no_end(coding: str) -> None:
    def breaks() -> Iterator[bytes]:
        yield os.urandom(1_000_000)
        raise ConnectionError

    chunks = encode_stream(breaks(), coding)
    received = next(chunks)
    with pytest.raises(ConnectionError):
        next(chunks)
    assert list(chunks) == []
    with pytest.raises((EOFError, zlib.error, zstandard.ZstdError)):
        _ = gzip.decompress(received) if coding == "gzip" else zstandard.ZstdDecompressor().decompress(received)


def test_a_question_when_the_database_is_away_from_the_start_then_it_is_a_problem_and_no_stream(served: Served) -> None:
    take_away_the_events(served.database)
    connection, answer = served.open("/events?format=csv&limit=all")
    with closing(connection), closing(answer):
        assert (answer.status, answer.getheader("content-type")) == (503, "application/problem+json")
        assert answer.getheader("content-disposition") is None


def test_a_download_when_it_is_abandoned_then_nothing_is_held_and_others_are_answered(served: Served) -> None:
    for _ in range(30):  # more than there are connections to the database
        connection, answer = served.open("/events?format=csv&limit=all")
        assert answer.status == 200
        assert answer.read(1000).startswith(b"id,title,")
        answer.close()
        connection.close()
    connection, answer = served.open("/events?limit=1")
    with closing(connection), closing(answer):
        assert json.loads(answer.read())["meta"]["total"] > EVENTS
    if served.database.kind == "postgresql":
        deadline = time.monotonic() + 10
        while served.connections() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert served.connections() == 0


def test_a_slow_download_when_a_release_is_loaded_meanwhile_then_it_stays_whole_and_of_its_release(
    served: Served, tmp_path: Path
) -> None:
    connection, answer = served.open("/events?format=ndjson&limit=all&sort=id")
    with closing(connection), closing(answer):
        first = answer.readline()
        rows = [{**ROW, "id": str(number), "relid": f"IRQ-{number}", "best": "99"} for number in range(1, EVENTS, 2)]
        file = write_csv(tmp_path / "ged242.csv", CANDIDATE_COLUMNS, rows)
        command(served.database, "ucdp", str(file), "--release", "24.2", "--scope", "none")
        lines = [first, *answer.read().splitlines()]
    total, release = int(answer.getheader("total-count")), answer.getheader("data-release")
    documents = [json.loads(line) for line in lines]
    assert len(documents) == len({document["id"] for document in documents}) == total
    pinned, again = served.open(f"/events?format=ndjson&limit=all&sort=id&release={release}")
    with closing(pinned), closing(again):
        assert again.read().splitlines() == [line.rstrip(b"\n") for line in lines]
    newest, other = served.open("/events?limit=1&fields=id")
    with closing(newest), closing(other):
        assert json.loads(other.read())["meta"]["release"] == int(release) + 1


@pytest.mark.parametrize("kind", KINDS)
def test_streams_in_every_coding_when_decoded_then_they_are_the_same_bytes(
    kind: str, make_database: DatabaseFactory, tmp_path: Path
) -> None:
    with serving(filled(make_database(kind), tmp_path)) as api:
        target = "/events?format=ndjson&limit=all"
        plain = api.client.get(target).content
        assert plain.count(b"\n") > EVENTS
        for coding in ("gzip", "zstd", "br"):
            with api.client.stream("GET", target, headers={"accept-encoding": coding}) as answer:
                raw = b"".join(answer.iter_raw())
                assert answer.headers["content-encoding"] == coding
                assert {"Accept", "Accept-Encoding"} <= set(answer.headers["vary"].split(", "))
            assert len(raw) * 5 < len(plain)
            if coding == "gzip":
                assert gzip.decompress(raw) == plain
            elif coding == "zstd":
                assert zstandard.ZstdDecompressor().decompressobj().decompress(raw) == plain


@pytest.mark.parametrize("kind", KINDS)
def test_head_and_if_none_match_of_a_stream_when_asked_then_no_rows_are_read(
    kind: str, make_database: DatabaseFactory, tmp_path: Path
) -> None:
    app = create_app(settings_of(filled(make_database(kind), tmp_path)))
    statements: list[str] = []
    event.listen(app.state.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    with TestClient(app) as client:
        target = "/events?format=csv&limit=all"
        head = client.head(target)
        got = client.get(target)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("etag", "link", "total-count", "data-release", "content-type", "content-disposition"):
            assert head.headers[name] == got.headers[name]
        statements.clear()
        known = client.get(target, headers={"if-none-match": got.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
        assert not [statement for statement in statements if "event" in statement]
        assert client.get(target, headers={"if-none-match": "*"}).status_code == 304
