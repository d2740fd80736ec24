"""A real process and real sockets: `python -m app`, started and ended as an operator does."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.api.serving import migrate_database, publish_facts
from tests.postgres_cluster import Database

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server over the article's facts; ended in order, by its own process."""
    url = f"sqlite:///{tmp_path_factory.mktemp('live') / 'live.sqlite3'}"
    database = Database("sqlite", write_url=url, read_url=url)
    migrate_database(database)
    publish_facts(database)
    number = free_port()
    environment = {**os.environ, "DATABASE_URL": url, "HOST": "127.0.0.1", "PORT": str(number), "LOG_LEVEL": "warning"}
    server = subprocess.Popen([sys.executable, "-m", "app"], cwd=ROOT, env=environment)
    try:
        wait_for(number, server)
        yield number
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=20)
    assert code in (0, -signal.SIGTERM)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError):
            if request(port, "GET", "/readyz")[0] == 200:
                return
        time.sleep(0.05)
    pytest.fail("the server did not come up")


def request(
    port: int, method: str, target: str, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request(method, target, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def exchange(port: int, sent: bytes) -> bytes:
    """All that the server says to these bytes until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


def test_a_browser_and_a_program_get_iraq(port: int) -> None:
    status, headers, body = request(port, "GET", "/events?country=iraq", {"Accept": "text/html,*/*;q=0.8"})
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert int(headers["content-length"]) == len(body)
    assert b"U.S. strikes in Iraq, 2 February 2024" in body
    status, headers, body = request(port, "GET", "/events?country=iraq", {"Accept": "*/*"})
    assert (status, headers["content-type"]) == (200, "application/json")
    assert json.loads(body)["meta"]["total"] == 4
    assert "server" not in headers


def test_head_leaves_the_connection_in_order_for_the_next_request(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        for method in ("HEAD", "GET", "HEAD", "GET"):
            connection.request(method, "/events?limit=1")
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200
            assert (len(body) > 0) == (method == "GET")


def test_a_304_has_no_body_on_the_wire(port: int) -> None:
    _, headers, _ = request(port, "GET", "/events")
    said = exchange(
        port,
        f"GET /events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIf-None-Match: {headers['etag']}\r\n\r\n".encode(),
    )
    assert said.startswith(b"HTTP/1.1 304 ")
    assert said.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_a_method_with_a_body_is_refused(port: int, method: str) -> None:
    sent = f"{method} /events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 7\r\n\r\nx=12345".encode()
    said = exchange(port, sent)
    assert said.startswith(b"HTTP/1.1 405 ")
    assert b"allow: GET, HEAD, OPTIONS\r\n" in said
    assert b'"type":"/problems/method-not-allowed"' in said


@pytest.mark.parametrize("method", ["get", "gEt"])
def test_methods_are_told_apart_by_case(port: int, method: str) -> None:
    status, _, _ = request(port, method, "/events")
    assert status in (400, 405)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("//events", 404),
        ("/events/%2e%2e/healthz", 404),
        ("/events/%00", 404),
        ("/events/%252e%252e%252fhealthz", 404),
        ("/events/..%2f..%2fhealthz", 404),
        ("/swagger/..%2f..%2f..%2fapp%2fmain.py", 404),
        ("/swagger/%2e%2e/%2e%2e/main.py", 404),
        ("/events/" + "%ED%A0%80", 404),
        ("/events/%E2%80%AEqari", 404),
        ("/events?q=" + "%CC%81" * 90, 400),
        ("/events?limit=" + "9" * 5_000, 400),
        ("/events?release=99999999999999999999", 400),
        ("/events?near=NaN,Infinity&radius_km=1", 400),
        ("/events?cursor=%00", 400),
        ("/events%3Fcountry=iraq", 404),
        ("/events?country=%E0%A4%A", 400),
        ("/events?country=iraq#anchor", 200),
        ("/events?country=ir%61q&fields=id", 200),
        ("/events?country=republic+of+iraq", 200),
        ("/events?actor=" + "x" * 30_000, 414),
    ],
)
def test_an_odd_target_is_answered_and_never_a_fault_of_ours(port: int, target: str, status: int) -> None:
    answered, headers, body = request(port, "GET", target)
    assert answered == status
    if status != 200:
        assert headers["content-type"] == "application/problem+json"
        assert json.loads(body)["status"] == status


@pytest.mark.parametrize("host", ["[", "a b", "", "x:notaport", "evil.example"])
def test_a_wrong_host_changes_nothing(port: int, host: str) -> None:
    said = exchange(port, f"GET /nowhere HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    status = said.split(b" ", 2)[1]
    assert status in (b"404", b"400")
    assert b"evil.example" not in said


def test_many_connections_at_once_get_the_same_answer(port: int) -> None:
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(24)]
    try:
        for connection in connections:
            connection.request("GET", "/events?country=iraq&fields=id")
        answers = {connection.getresponse().read() for connection in connections}
    finally:
        for connection in connections:
            connection.close()
    assert len(answers) == 1


def test_a_wrong_setting_stops_the_start_with_one_line() -> None:
    stopped = subprocess.run(
        [sys.executable, "-m", "app"],
        cwd=ROOT,
        env={**os.environ, "PORT": "many", "DATABASE_URL": "mysql://x/y"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert stopped.returncode == 1
    assert "PORT" in stopped.stderr
    assert "DATABASE_URL" in stopped.stderr
    assert len(stopped.stderr.strip().splitlines()) == 1
