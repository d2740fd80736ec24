"""Limits by client address: the headers of the draft, the refusal, who is one client, and a Redis that dies."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings, WrongSettings, read_settings
from tests.api.serving import migrate_database, publish_facts
from tests.api.test_live_server import free_port
from tests.conftest import DatabaseFactory
from tests.postgres_cluster import Database


@pytest.fixture(scope="module")
def database(make_database: DatabaseFactory) -> Database:
    made = make_database("sqlite")
    migrate_database(made)
    publish_facts(made)
    return made


@contextmanager
def serving_with(database: Database, address: str = "192.0.2.7", **more: object) -> Iterator[TestClient]:
    app = create_app(Settings(database_url=database.read_url, **more))  # type: ignore[arg-type]
    with TestClient(app, raise_server_exceptions=False, client=(address, 5000)) as client:
        yield client


def items_of(header: str) -> dict[str, dict[str, int]]:
    """A List of Items with Integers as parameters, as RFC 9651 writes them: strictly."""
    parsed = {}
    for item in header.split(", "):
        match = re.fullmatch(r'"([a-z0-9-]+)"((?:;[a-z]+=[0-9]+)+)', item)
        assert match, item
        parsed[match[1]] = {name: int(value) for name, value in re.findall(r";([a-z]+)=([0-9]+)", match[2])}
    return parsed


def test_a_client_when_it_asks_more_than_its_share_then_it_is_429_and_told_when_to_come_again(
    database: Database,
) -> None:
    with serving_with(database, rate_limit="3/2second") as client:
        left = []
        for _ in range(3):
            answer = client.get("/events?limit=1")
            assert answer.status_code == 200
            assert items_of(answer.headers["ratelimit-policy"]) == {"default": {"q": 3, "w": 2}}
            left.append(items_of(answer.headers["ratelimit"])["default"])
        assert [each["r"] for each in left] == [2, 1, 0]
        assert all(1 <= each["t"] <= 2 for each in left)
        refused = client.get("/events?limit=1", headers={"origin": "https://dashboard.example"})
        body = refused.json()
        assert (refused.status_code, body["type"]) == (429, "/problems/too-many-requests")
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["cache-control"] == "no-store"
        assert body["violated-policies"] == ["default"]
        assert items_of(refused.headers["ratelimit"])["default"]["r"] == 0
        assert int(refused.headers["retry-after"]) == items_of(refused.headers["ratelimit"])["default"]["t"]
        # A script of another origin may read all of it.
        assert refused.headers["access-control-allow-origin"] == "*"
        exposed = {name.strip().lower() for name in refused.headers["access-control-expose-headers"].split(",")}
        assert {"ratelimit", "ratelimit-policy", "retry-after", "etag", "link"} <= exposed
        assert "x-request-id" in refused.headers
        assert "content-security-policy" in refused.headers
        # Health is always told, and costs nothing; nor does asking whether one may ask.
        for path in ("/healthz", "/readyz"):
            for _ in range(5):
                assert client.get(path).status_code == 200
            assert "ratelimit" not in client.get(path).headers
        deadline = time.monotonic() + 10
        while (again := client.get("/events?limit=1")).status_code == 429 and time.monotonic() < deadline:
            time.sleep(int(again.headers["retry-after"]))
        assert again.status_code == 200
        explained = serving_explanation(database)
        assert explained["status"] == 429


def serving_explanation(database: Database) -> dict[str, object]:
    with serving_with(database) as unlimited:
        answer = unlimited.get("/problems/too-many-requests")
        assert "ratelimit" not in answer.headers  # off, unless it is set
        explained: dict[str, object] = answer.json()
        return explained


def test_two_limits_when_both_are_set_then_both_are_told_and_each_refuses(database: Database) -> None:
    with serving_with(database, rate_limit="2/second, 5/day") as client:
        answer = client.get("/events?limit=1")
        wanted = {"per-1-s": {"q": 2, "w": 1}, "per-86400-s": {"q": 5, "w": 86400}}
        assert items_of(answer.headers["ratelimit-policy"]) == wanted
        assert set(items_of(answer.headers["ratelimit"])) == set(wanted)
        statuses = []
        for _ in range(12):
            refused = client.get("/events?limit=1")
            statuses.append(refused.status_code)
            time.sleep(0.3)
        assert statuses[-1] == 429
        assert "per-86400-s" in refused.json()["violated-policies"]


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_two_addresses_when_they_are_one_client_then_they_share(
    database: Database, first: str, second: str, is_one: bool
) -> None:
    proxy = {"trusted_proxies": "198.51.100.1", "rate_limit": "1/hour"}
    with serving_with(database, "198.51.100.1", **proxy) as client:
        statuses = [client.get("/healthz/x", headers={"x-forwarded-for": each}).status_code for each in (first, second)]
        assert statuses == [404, 429 if is_one else 404]


NAMED = "198.51.100.0/24, 2001:db8:ffff::/48"


@pytest.mark.parametrize(
    ("peer", "headers", "counted_as"),
    [
        ("203.0.113.9", {"x-forwarded-for": "192.0.2.1"}, "203.0.113.9"),
        ("203.0.113.9", {"forwarded": "for=192.0.2.1"}, "203.0.113.9"),
        ("198.51.100.7", {}, "198.51.100.7"),
        ("198.51.100.7", {"x-forwarded-for": "192.0.2.1"}, "192.0.2.1"),
        ("198.51.100.7", {"x-forwarded-for": "192.0.2.1:4711"}, "192.0.2.1"),
        ("198.51.100.7", {"x-forwarded-for": "10.0.0.1, 192.0.2.1"}, "192.0.2.1"),
        ("198.51.100.7", {"x-forwarded-for": "10.0.0.1, 192.0.2.1, 198.51.100.8"}, "192.0.2.1"),
        ("198.51.100.7", {"x-forwarded-for": "10.0.0.1, nonsense, 198.51.100.8"}, "198.51.100.8"),
        ("198.51.100.7", {"x-forwarded-for": "nonsense"}, "198.51.100.7"),
        ("198.51.100.7", {"x-forwarded-for": ","}, "198.51.100.7"),
        ("198.51.100.7", {"forwarded": 'for="[2001:db8:1::1]:4711";proto=https;by=203.0.113.43'}, "2001:db8:1::/64"),
        ("198.51.100.7", {"forwarded": "for=10.0.0.1, For=192.0.2.1;proto=http"}, "192.0.2.1"),
        ("198.51.100.7", {"forwarded": "for=_hidden"}, "198.51.100.7"),
        ("198.51.100.7", {"forwarded": "proto=https"}, "198.51.100.7"),
        ("198.51.100.7", {"x-forwarded-for": "192.0.2.1", "forwarded": "for=10.0.0.1"}, "198.51.100.7"),
        ("2001:db8:ffff::2", {"x-forwarded-for": "192.0.2.1"}, "192.0.2.1"),
    ],
)
def test_a_client_behind_proxies_when_only_named_ones_are_believed_then_it_is_who_it_is(
    database: Database, peer: str, headers: dict[str, str], counted_as: str
) -> None:
    alone = {"rate_limit": "1/hour", "trusted_proxies": NAMED}
    with serving_with(database, peer, **alone) as client:
        assert client.get("/healthz/x", headers=headers).status_code == 404
        # Whoever it was counted as has spent its share when it comes by another way.
        spelt = counted_as.partition("/")[0]
        told = {} if spelt == peer else {"x-forwarded-for": spelt}
        by_itself = client.get("/healthz/x", headers=told if peer.startswith(("198.51.100", "2001:db8:ffff")) else {})
        assert by_itself.status_code == 429
        if peer != counted_as:
            assert client.get("/healthz/x").status_code == 404  # the proxy itself has asked nothing yet


def test_the_scheme_when_a_named_proxy_tells_it_then_links_have_it_and_else_not(database: Database) -> None:
    told = {"x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https", "host": "data.example"}
    with serving_with(database, "198.51.100.7", trusted_proxies=NAMED) as client:
        assert client.get("/feeds/changes.json", headers=told).json()["home_page_url"] == "https://data.example/"
        odd = {**told, "x-forwarded-proto": "javascript"}
        assert client.get("/feeds/changes.json", headers=odd).json()["home_page_url"] == "http://data.example/"
    with serving_with(database, "198.51.100.7") as client:
        assert client.get("/feeds/changes.json", headers=told).json()["home_page_url"] == "http://data.example/"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RATE_LIMIT", "100"),
        ("RATE_LIMIT", "0/minute"),
        ("RATE_LIMIT", "100/minute;x"),
        ("RATE_LIMIT_STORAGE", "memcached://localhost"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("QUERY_TIMEOUT_S", "0"),
        ("MAX_STREAMS", "none"),
    ],
)
def test_a_wrong_limit_when_it_is_set_then_it_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettings, match=name):
        read_settings()


class Redis:
    """A real redis-server of a test's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        pytest.fail("redis-server did not come up")

    def kill(self) -> None:
        assert self._process
        self._process.kill()
        self._process.wait(timeout=20)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    if shutil.which("redis-server") is None:
        pytest.skip("there is no redis-server on this machine")
    server = Redis(tmp_path)
    yield server
    server.kill()


def test_processes_when_redis_counts_for_all_then_they_share_and_when_it_is_killed_each_counts_for_itself(
    database: Database, redis: Redis, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.rate_limits.REDIS_AWAY_S", 0.3)
    limited = {"rate_limit": "4/hour", "rate_limit_storage": f"redis://127.0.0.1:{redis.port}"}
    with serving_with(database, **limited) as one, serving_with(database, **limited) as other:
        statuses = [client.get("/healthz/x").status_code for client in (one, other, one, other, one, other)]
        assert statuses == [404, 404, 404, 404, 429, 429]
        redis.kill()
        begun = time.monotonic()
        statuses = [one.get("/healthz/x").status_code for _ in range(6)]
        assert statuses == [404, 404, 404, 404, 429, 429]
        assert time.monotonic() - begun < 10
        assert [record for record in caplog.records if "Redis is away" in record.getMessage()]
        assert other.get("/healthz/x").status_code == 404
        redis.start()
        time.sleep(0.4)
        answers = [client.get("/healthz/x") for client in (one, other, one, other, one)]
        assert [answer.status_code for answer in answers] == [404, 404, 404, 404, 429]


def test_a_redis_that_was_never_there_when_asked_then_the_api_answers_and_limits(database: Database) -> None:
    limited = {"rate_limit": "2/hour", "rate_limit_storage": f"redis://127.0.0.1:{free_port()}"}
    with serving_with(database, **limited) as client:
        assert [client.get("/healthz/x").status_code for _ in range(3)] == [404, 404, 429]
