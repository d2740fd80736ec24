"""SIGTERM, with real processes: not ready first, what has begun to its end, and then no connection is taken."""

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.api.serving import migrate_database
from tests.api.test_live_server import ROOT, free_port
from tests.api.test_streams import EVENTS
from tests.conftest import DatabaseFactory
from tests.operations.servers import Server, server
from tests.postgres_cluster import Database

WORKERS = ("1", "2")
TARGET = "/events?format=ndjson&limit=all&sort=id"


def download(served: Server) -> tuple[http.client.HTTPConnection, Any, bytes]:
    """A download whose client has read a little and then reads no more, so that the server must wait for it."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    connection.request("GET", TARGET)
    answer = connection.getresponse()
    assert answer.status == 200
    return connection, answer, answer.read(10_000)


def is_ready(served: Server) -> bool | None:
    """What a balancer is told on a new connection; None where none is taken."""
    try:
        status, _, body = served.get("/readyz")
    except OSError:
        return None
    assert status == 200 or b'"type":"/problems/shutting-down"' in body
    return status == 200


def until(expected: bool | None, served: Server, timeout_s: float = 30) -> float:
    """Waits for a balancer's view of the server; how long that took."""
    began = time.monotonic()
    while (view := is_ready(served)) is not expected:
        assert time.monotonic() - began < timeout_s, f"still {view}"
        time.sleep(0.05)
    return time.monotonic() - began


@pytest.mark.parametrize("workers", WORKERS)
def test_a_server_when_told_to_stop_then_it_is_not_ready_goes_on_and_ends_after_a_slow_download(
    many: Database, tmp_path: Path, workers: str
) -> None:
    with server(many, tmp_path, WORKERS=workers, DRAIN_SECONDS="4", LOG_LEVEL="info") as served:
        connection, answer, begun = download(served)
        served.process.send_signal(signal.SIGTERM)
        until(False, served)
        assert served.get("/events?country=iraq&limit=1")[0] == 200, "what is still sent here is answered"
        until(None, served)
        assert served.process.poll() is None, "a download is under way"
        whole = begun + answer.read()
        connection.close()
        code = served.process.wait(timeout=30)
    assert whole.count(b"\n") >= EVENTS
    assert whole.endswith(b"}\n")
    assert code == 0
    assert "Traceback" not in served.log.read_text()


@pytest.mark.parametrize("workers", WORKERS)
def test_a_server_when_a_download_takes_longer_than_is_allowed_then_it_is_broken_off_and_never_seems_whole(
    many: Database, tmp_path: Path, workers: str
) -> None:
    with server(many, tmp_path, WORKERS=workers, SHUTDOWN_SECONDS="1") as served:
        connection, answer, _ = download(served)
        served.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        code = served.process.wait(timeout=30)
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            answer.read()
        connection.close()
    assert time.monotonic() - began < 20
    assert code == 0


@pytest.mark.parametrize("workers", WORKERS)
def test_a_server_when_nothing_is_under_way_then_it_ends_at_once_and_leaves_nothing_behind(
    facts: Database, tmp_path: Path, workers: str
) -> None:
    own = tmp_path / "tmp"
    own.mkdir()
    with server(facts, tmp_path, WORKERS=workers, METRICS=str(free_port()), TMPDIR=str(own)) as served:
        assert [folder.name[:24] for folder in own.iterdir()] == ["conflict-events-metrics-"]
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(timeout=30) == 0
    assert list(own.iterdir()) == []


def test_a_server_when_told_twice_then_it_does_not_wait_to_be_noticed(facts: Database, tmp_path: Path) -> None:
    with server(facts, tmp_path, DRAIN_SECONDS="300") as served:
        served.process.send_signal(signal.SIGTERM)
        until(False, served)
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(timeout=30) == 0


def test_workers_when_each_would_refuse_to_start_then_the_server_does_with_one_line(
    make_database: DatabaseFactory,
) -> None:
    database = make_database("postgresql")
    migrate_database(database)
    port = str(free_port())
    environment = {**os.environ, "WORKERS": "2", "DATABASE_URL": database.write_url, "PORT": port}
    done = subprocess.run(
        [sys.executable, "-m", "app"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("DATABASE_URL's role can write to actor, ")
    assert len(done.stderr.splitlines()) == 1
