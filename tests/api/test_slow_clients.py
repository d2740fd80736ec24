"""Clients that stop reading, go away, dawdle or never ask hold nothing that others need."""

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest
from sqlalchemy import create_engine, text

from tests.api.running import running
from tests.api.test_live_server import exchange, request
from tests.api.test_streams import filled
from tests.conftest import KINDS, DatabaseFactory
from tests.postgres_cluster import Database

PATIENCE_S = 2
STREAM = b"GET /events?format=ndjson&limit=all HTTP/1.1\r\nHost: x\r\nAccept-Encoding: identity\r\n\r\n"


@dataclass(frozen=True)
class Served:
    """A server with little patience and two places for whole results."""

    port: int
    database: Database

    def begin(self, sent: bytes, receives: int = 4096) -> socket.socket:
        """A connection on which this was sent, of a client that takes little at a time."""
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        client.settimeout(30)
        client.connect(("127.0.0.1", self.port))
        client.sendall(sent)
        return client

    def busy(self) -> int:
        """The server's connections to PostgreSQL that are at work or wait inside a transaction."""
        engine = create_engine(self.database.write_url)
        query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'conflict-events-api'"
        try:
            with engine.connect() as connection:
                return int(connection.scalar(text(f"{query} AND state <> 'idle'")) or 0)
        finally:
            engine.dispose()


@pytest.fixture(scope="module", params=KINDS)
def served(
    request: pytest.FixtureRequest, make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    database = filled(make_database(request.param), tmp_path_factory.mktemp("slow"))
    limits = {"MAX_STREAMS": "2", "CLIENT_TIMEOUT_S": str(PATIENCE_S), "MAX_CONNECTIONS": "40", "KEEP_ALIVE_S": "2"}
    with running(database, **limits) as port:
        yield Served(port, database)


def soon(holds: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def assert_cut_off(client: socket.socket) -> None:
    """What was still on its way may be read; then the connection is gone, and the answer had no end."""
    received = b""
    try:
        while part := client.recv(65536):
            received = part
    except ConnectionError:
        return
    assert not received.endswith(b"0\r\n\r\n")


def streams_under_way(served: Served) -> int:
    """How many whole results the server is sending, as it counts them itself."""
    shown = request(served.port, "GET", "/metrics")[2].decode()
    (line,) = [line for line in shown.splitlines() if line.startswith("conflict_events_streams_under_way ")]
    return int(float(line.split()[1]))


def can_begin(served: Served) -> bool:
    status, *_ = request(served.port, "HEAD", "/events?format=ndjson&limit=all")
    assert status in (200, 503)
    return status == 200


def test_clients_that_stop_reading_when_streams_are_taken_then_no_connection_is_held_and_they_are_cut_off(
    served: Served,
) -> None:
    with ExitStack() as clients:
        stopped = [clients.enter_context(closing(served.begin(STREAM))) for _ in range(2)]
        for client in stopped:
            assert client.recv(12) == b"HTTP/1.1 200"
        status, headers, body = request(served.port, "GET", "/events?format=ndjson&limit=all")
        assert (status, headers["content-type"]) == (503, "application/problem+json")
        assert json.loads(body)["type"] == "/problems/overloaded"
        assert int(headers["retry-after"]) > 0
        # Whoever asks for less is answered meanwhile.
        assert request(served.port, "GET", "/events?limit=1")[0] == 200
        if served.database.kind == "postgresql":
            assert soon(lambda: served.busy() == 0, PATIENCE_S)
        # Both of them: one that is read from before it is cut off would get the rest.
        assert soon(lambda: streams_under_way(served) == 0)
        assert can_begin(served)
        for client in stopped:
            assert_cut_off(client)


def test_clients_that_go_away_when_in_the_middle_of_whole_results_then_their_places_are_free_at_once(
    served: Served,
) -> None:
    for _ in range(6):
        assert soon(lambda: can_begin(served), PATIENCE_S)
        for _ in range(2):
            with closing(served.begin(STREAM)) as client:
                client.recv(12)
        begun = time.monotonic()
        assert soon(lambda: can_begin(served))
        assert time.monotonic() - begun < 5


def test_a_client_that_reads_slowly_when_it_goes_on_then_it_gets_everything(served: Served) -> None:
    with closing(served.begin(STREAM, receives=65536)) as client:
        received, begun = bytearray(), time.monotonic()
        while time.monotonic() - begun < PATIENCE_S * 2.5:
            received += client.recv(4096)
            time.sleep(0.05)
        while not received.endswith(b"0\r\n\r\n"):
            part = client.recv(2**20)
            assert part, "the answer was broken off"
            received += part
        assert received.count(b'"id":"ucdp-') >= 4000


def test_a_client_that_asks_for_many_pages_and_reads_none_then_it_is_cut_off(served: Served) -> None:
    page = b"GET /events?limit=1000&format=ndjson HTTP/1.1\r\nHost: x\r\nAccept-Encoding: identity\r\n\r\n"
    with closing(served.begin(page * 5)) as client:
        assert client.recv(12) == b"HTTP/1.1 200"
        time.sleep(PATIENCE_S * 2.5)
        assert_cut_off(client)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", b""),
        (b"GET /events HTTP/1.1\r\nHost: x\r\n", b"HTTP/1.1 408 "),
        (b"POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{", b""),
    ],
)
def test_a_client_that_never_ends_its_request_when_time_is_over_then_its_connection_is_closed(
    served: Served, sent: bytes, said: bytes
) -> None:
    begun, received = time.monotonic(), b""
    with closing(served.begin(sent)) as client:
        try:
            while part := client.recv(65536):
                received += part
        except ConnectionError:
            pass
    assert received.startswith(said)
    assert PATIENCE_S * 0.5 < time.monotonic() - begun < PATIENCE_S * 6
    if said:
        assert b"application/problem+json" in received
        assert b'"type":"/problems/request-timeout"' in received


def test_a_head_that_never_ends_when_it_is_too_large_then_it_is_refused(served: Served) -> None:
    with closing(served.begin(b"GET /events HTTP/1.1\r\nHost: x\r\n")) as client:
        time.sleep(0.2)
        received = b""
        try:
            for number in range(2000):
                client.sendall(b"X-%d: %s\r\n" % (number, b"y" * 500))
            while part := client.recv(65536):
                received += part
        except ConnectionError:
            pass  # what is still being sent meets a closed connection
    assert request(served.port, "GET", "/healthz")[0] == 200
    assert received == b"" or received.startswith(b"HTTP/1.1 431 ")


def test_connections_when_there_are_too_many_then_new_ones_are_told_so_and_old_ones_go_on(served: Served) -> None:
    assert soon(lambda: request(served.port, "GET", "/events?limit=1")[0] == 200)
    with ExitStack() as clients, closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)) as old:
        old.request("GET", "/events?limit=1")
        assert old.getresponse().read()
        for _ in range(45):
            clients.enter_context(closing(served.begin(b"")))
        said = exchange(served.port, b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        assert said.startswith(b"HTTP/1.1 503 ")
        assert b'"type":"/problems/overloaded"' in said
        assert b"retry-after: " in said
        assert b"content-security-policy: " in said
        assert request(served.port, "GET", "/healthz")[0] == 200
        old.request("GET", "/events?limit=1")
        assert old.getresponse().status == 200
    assert soon(lambda: request(served.port, "GET", "/events?limit=1")[0] == 200)
