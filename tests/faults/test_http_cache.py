"""nginx with deploy/nginx.conf before the API: what it answers itself, what it asks for, and what it never keeps."""

import gzip
import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import zstandard

from tests.api.made_up import add_made_up_events
from tests.api.running import running
from tests.api.serving import copy_of_facts, migrate_database, publish_facts
from tests.api.test_live_server import request
from tests.faults import nginx
from tests.postgres_cluster import Database


@dataclass
class Counted:
    """A wire between nginx and the API that counts what goes over it; `refuse` answers so instead."""

    api: int
    asked: list[str] = field(default_factory=list)
    refuse: tuple[int, bytes] | None = None

    def serve(self) -> ThreadingHTTPServer:
        counted = self

        class Wire(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                counted.asked.append(self.path)
                status, headers, body = counted.answer(self.command, self.path, dict(self.headers.items()))
                self.send_response_only(status)
                for name, value in headers.items():
                    if name not in ("transfer-encoding", "content-length", "connection"):
                        self.send_header(name, value)
                if status != 304:
                    self.send_header("content-length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_HEAD = do_GET  # noqa: N815  # the standard library's names

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Wire)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def answer(self, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if self.refuse is not None:
            status, body = self.refuse
            return status, {"cache-control": "no-store", "retry-after": "7", "content-type": "application/json"}, body
        return request(self.api, method, path, headers)


@dataclass
class Cached:
    """nginx's port, and the wire behind it."""

    port: int
    wire: Counted
    database: Database

    def ask(self, address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return request(self.port, "GET", address, sent)

    def origin_requests(self, address: str) -> int:
        return self.wire.asked.count(address)


@pytest.fixture(scope="module")
def cached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cached]:
    url = f"sqlite:///{tmp_path_factory.mktemp('cached') / 'cached.sqlite3'}"
    database = Database("sqlite", url, url)
    migrate_database(database)
    publish_facts(database)
    with running(database, LOG_LEVEL="error", PUBLIC_URL="https://data.example.org") as api:
        wire = Counted(api)
        server = wire.serve()
        with nginx.before(server.server_address[1], tmp_path_factory.mktemp("nginx")) as port:
            yield Cached(port, wire, database)
        server.shutdown()
        server.server_close()


def test_a_pinned_answer_is_asked_for_once_and_is_the_apis_to_the_byte(cached: Cached) -> None:
    address = "/events?country=iraq&release=1"
    answers = [cached.ask(address) for _ in range(20)]
    assert {status for status, _, _ in answers} == {200}
    assert {body for _, _, body in answers} == {request(cached.wire.api, "GET", address)[2]}
    assert cached.origin_requests(address) == 1
    assert [headers["x-cache"] for _, headers, _ in answers] == ["MISS"] + ["HIT"] * 19
    assert answers[-1][1]["cache-control"] == "public, max-age=86400, immutable"


def test_an_unpinned_answer_is_kept_for_its_minute_and_a_page_of_another_origin_may_read_it(cached: Cached) -> None:
    address = "/stats?group_by=country"
    assert "s-maxage=60" in cached.ask(address)[1]["cache-control"]
    status, headers, _ = cached.ask(address, Origin="https://dashboard.example")
    assert (status, headers["x-cache"], cached.origin_requests(address)) == (200, "HIT", 1)
    assert headers["access-control-allow-origin"] == "*"


def test_a_client_that_has_the_answer_is_told_so_by_the_cache_alone(cached: Cached) -> None:
    address = "/events?limit=4&release=1"
    etag = cached.ask(address)[1]["etag"]
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}'):
        status, headers, body = cached.ask(address, If_None_Match=known)
        assert (status, body, headers["etag"]) == (304, b"", etag)
    assert cached.ask(address, If_None_Match='"other"')[0] == 200
    assert cached.origin_requests(address) == 1


def test_encodings_are_kept_apart_and_a_hundred_spellings_are_four(cached: Cached) -> None:
    address = "/events?limit=9&release=1"
    plain = cached.ask(address, Accept_Encoding="identity")[2]
    for number in range(25):
        for spelling in (
            f"gzip, x{number}",
            f"x{number};q=0.1, gzip;q=0.9",
            f"zstd, gzip, br, x{number}",
            f"x{number}",
        ):
            status, headers, body = cached.ask(address, Accept_Encoding=spelling)
            encoding = headers.get("content-encoding")
            assert status == 200
            assert encoding == ("zstd" if "zstd" in spelling else "gzip" if "gzip" in spelling else None)
            assert _decoded(encoding, body) == plain
    assert cached.ask(address, Accept_Encoding="gzip;q=0")[1].get("content-encoding") is None
    assert cached.ask(address, Accept_Encoding="br")[1]["content-encoding"] == "br"
    assert cached.origin_requests(address) == 4


def _decoded(encoding: str | None, body: bytes) -> bytes:
    if encoding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return gzip.decompress(body) if encoding == "gzip" else body


def test_formats_are_kept_apart(cached: Cached) -> None:
    address = "/events?limit=2&release=1"
    kinds = {
        "application/json": "application/json",
        "*/*": "application/json",
        "text/csv": "text/csv",
        "application/geo+json": "application/geo+json",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": "text/html",
        "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2": "application/json",
    }
    for _ in range(2):
        for accept, kind in kinds.items():
            assert cached.ask(address, Accept=accept)[1]["content-type"].partition(";")[0] == kind, accept
    assert cached.origin_requests(address) == 5


def test_many_who_ask_the_same_at_once_are_one_question(cached: Cached) -> None:
    address, statuses = "/events?limit=8&release=1", []
    clients = [threading.Thread(target=lambda: statuses.append(cached.ask(address)[0])) for _ in range(20)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(20)
    assert statuses == [200] * 20
    assert cached.origin_requests(address) == 1


@pytest.mark.parametrize("address", ["/events?limit=0", "/events/nothing", "/nowhere", "/events?release=9"])
def test_an_error_is_not_kept(cached: Cached, address: str) -> None:
    first, second = cached.ask(address), cached.ask(address)
    assert first[0] == second[0] >= 400
    assert first[1]["content-type"] == "application/problem+json"
    assert cached.origin_requests(address) == 2


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_passes_with_its_retry_after_and_is_over_when_the_api_says_so(cached: Cached, status: int) -> None:
    address = f"/events?limit={status % 100 + 20}"
    cached.wire.refuse = (status, b'{"status": 1}')
    try:
        refused, headers, body = cached.ask(address)
    finally:
        cached.wire.refuse = None
    assert (refused, headers["retry-after"], body) == (status, "7", b'{"status": 1}')
    assert cached.ask(address)[0] == 200


def test_a_whole_result_passes_by_and_is_whole(cached: Cached) -> None:
    address = "/events?limit=all&format=csv&release=1"
    bodies = {cached.ask(address)[2] for _ in range(2)}
    assert bodies == {request(cached.wire.api, "GET", address)[2]}
    assert cached.origin_requests(address) == 2


def test_health_is_asked_each_time_and_metrics_are_nobodys_business(cached: Cached) -> None:
    assert [cached.ask("/readyz")[0] for _ in range(3)] == [200] * 3
    assert cached.origin_requests("/readyz") == 3
    assert cached.ask("/metrics")[0] == 404
    assert cached.origin_requests("/metrics") == 0


def test_a_pinned_answer_is_right_after_a_new_release_and_an_api_that_is_away_is_said_to_be(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = f"sqlite:///{tmp_path / 'cached.sqlite3'}"
    database = Database("sqlite", url, url)
    migrate_database(database)
    publish_facts(database)
    with running(database, LOG_LEVEL="error") as api:
        server = nginx.before(api, tmp_path_factory.mktemp("nginx"))
        port = server.__enter__()
        pinned = request(port, "GET", "/events?release=1&limit=3")[2]
        add_made_up_events(facts := copy_of_facts(tmp_path))
        publish_facts(database, facts)
        assert json.loads(request(port, "GET", "/events?limit=7")[2])["meta"]["release"] == 2
    try:
        # The API has ended. What is pinned needs none; all else is an honest 503.
        assert request(port, "GET", "/events?release=1&limit=3")[2] == pinned
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/events?limit=5")
        answer = connection.getresponse()
        problem = json.loads(answer.read())
        connection.close()
        assert (answer.status, problem["status"], answer.headers["retry-after"]) == (503, 503, "5")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
    finally:
        server.__exit__(None, None, None)
