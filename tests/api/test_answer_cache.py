"""What is remembered is answered as if it had been asked anew: the same bytes, and never of an older release."""

import random
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, cast

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.main import create_app
from app.queries.events import list_events
from app.settings import Settings
from app.web.answer_cache import AnswerCache
from tests.api.facts import ASSAULT, IRAQ_STRIKES, OPERATION, TOWER_22
from tests.api.serving import Api, change_text, copy_of_facts, migrate_database, publish_facts
from tests.api.test_failures import execute, own_cluster
from tests.api.test_releases import change_facts
from tests.conftest import KINDS, DatabaseFactory
from tests.postgres_cluster import Database, PostgresCluster

__all__ = ["own_cluster"]  # a fixture that is asked for below

QUESTIONS = (
    "/events",
    "/events?country=iraq",
    "/events?country=iraq,syria&sort=killed&limit=2",
    "/events?actor=iran&network=true",
    "/events?date_from=2024-02",
    "/events?fields=id&total=false",
    "/events?release=1",
    "/events?as_of=9999-12-31",
    "/events?limit=1",
    f"/events/{TOWER_22}",
    f"/events/{TOWER_22}?release=1",
    "/casualty-claims",
    f"/casualty-claims/{IRAQ_STRIKES}.killed",
    "/locations",
    "/actors?kind=umbrella",
    "/sources",
    "/countries/iraq",
    "/releases",
    "/releases/1",
)
REFUSED: tuple[tuple[str, dict[str, str]], ...] = (
    ("/events?county=iraq", {}),
    ("/events?release=9", {}),
    ("/events/no-such", {}),
    ("/nowhere", {}),
    ("/events", {"accept": "image/png"}),
)
CODINGS = ("identity", "gzip", "br", "zstd", "gzip, br, zstd")
Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Cached:
    """An API that remembers, and which requests it did not answer from memory."""

    api: Api
    cache: AnswerCache
    passed_on: list[str] = field(default_factory=list)

    def ask(self, address: str, method: str = "GET", **headers: str) -> Answer:
        return ask(self.api.client, address, method, **headers)

    def is_remembered(self, address: str, **headers: str) -> bool:
        """Whether it is answered without asking the routes."""
        before = len(self.passed_on)
        self.ask(address, **headers)
        return len(self.passed_on) == before


def ask(client: TestClient, address: str, method: str = "GET", **headers: str) -> Answer:
    """Status, headers but for the request's own name, and body as it is on the wire."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with client.stream(method, address, headers=named) as answer:
        body = b"".join(answer.iter_raw())
    return answer.status_code, all_headers(answer), body


def all_headers(answer: Any) -> dict[str, str]:
    assert len(answer.headers.raw) == len(answer.headers), "a header stands twice"
    return {name: value for name, value in answer.headers.items() if name != "x-request-id"}


@contextmanager
def served(database: Database, cache_mb: int) -> Iterator[Api]:
    settings = Settings(database_url=database.read_url, database_write_url=database.write_url, cache_mb=cache_mb)
    plain = {"accept-encoding": "identity"}
    with TestClient(create_app(settings), raise_server_exceptions=False, headers=plain) as client:
        yield Api(client, database)


def cache_of(api: Api) -> AnswerCache | None:
    """The middleware of an app that remembers."""
    api.client.get("/healthz")  # it is built with the first request
    layer: Any = cast(FastAPI, api.client.app).middleware_stack
    while layer is not None and not isinstance(layer, AnswerCache):
        layer = getattr(layer, "app", None)
    return layer


@contextmanager
def remembering(database: Database, cache_mb: int = 32) -> Iterator[Cached]:
    with served(database, cache_mb) as api:
        cache = cache_of(api)
        assert cache is not None
        cached, routes = Cached(api, cache), cache.app

        async def pass_on(scope: Scope, receive: Receive, send: Send) -> None:
            cached.passed_on.append(scope["path"])
            await routes(scope, receive, send)

        cache.app = pass_on
        yield cached


@pytest.fixture(scope="module", params=KINDS)
def filled(request: pytest.FixtureRequest, make_database: DatabaseFactory) -> Database:
    """A database with the article's facts that no test changes."""
    database = make_database(request.param)
    migrate_database(database)
    publish_facts(database)
    return database


@pytest.fixture
def cached(filled: Database) -> Iterator[Cached]:
    with remembering(filled) as cached:
        yield cached


@pytest.fixture(scope="module")
def forgetful(filled: Database) -> Iterator[TestClient]:
    """The same, served by an API that remembers nothing."""
    with served(filled, 0) as api:
        assert cache_of(api) is None
        yield api.client


@pytest.fixture
def changing(database: Database) -> Iterator[Cached]:
    """The article's facts in a database that the test may change."""
    migrate_database(database)
    publish_facts(database)
    with remembering(database) as cached:
        yield cached


def publish_a_change(database: Database, folder: Path) -> None:
    facts = copy_of_facts(folder)
    change_facts(facts)
    publish_facts(database, facts)


@pytest.mark.parametrize("coding", CODINGS)
def test_a_remembered_answer_is_the_answer_to_the_byte(cached: Cached, forgetful: TestClient, coding: str) -> None:
    for address in QUESTIONS:
        expected = ask(forgetful, address, accept_encoding=coding)
        assert expected[0] == 200
        for _ in range(3):
            assert cached.ask(address, accept_encoding=coding) == expected, address
        assert cached.is_remembered(address, accept_encoding=coding), address


@pytest.mark.parametrize("coding", CODINGS)
def test_head_is_the_same_whether_the_answer_is_remembered_or_not(
    cached: Cached, forgetful: TestClient, coding: str
) -> None:
    for address in (*QUESTIONS, *(address for address, _ in REFUSED)):
        expected = ask(forgetful, address, "HEAD", accept_encoding=coding)
        assert expected[2] == b""
        assert cached.ask(address, "HEAD", accept_encoding=coding) == expected
        cached.ask(address, accept_encoding=coding)
        assert cached.ask(address, "HEAD", accept_encoding=coding) == expected
        status, headers, _ = ask(forgetful, address, accept_encoding=coding)
        assert (status, headers) == expected[:2]


@pytest.mark.parametrize("coding", CODINGS)
def test_a_304_from_memory_is_the_304_to_the_byte(cached: Cached, forgetful: TestClient, coding: str) -> None:
    for address in QUESTIONS:
        of_answer = cached.ask(address, accept_encoding=coding)[1]
        etag = of_answer["etag"]
        known = (etag, etag.removeprefix("W/"), f'"other", {etag}', f'{etag},"other"', "*", '"other"', 'W/"other"')
        for each in known:
            asked = {"accept_encoding": coding, "if_none_match": each}
            expected = ask(forgetful, address, **asked)
            assert expected[0] == (200 if "other" in each and etag not in each else 304)
            status, headers, body = cached.ask(address, **asked)
            # What the answer says of itself may stand there too, which without it is not known yet.
            more = {
                name: headers.pop(name)
                for name in ("link", "total-count")
                if name in headers and name not in expected[1]
            }
            assert more.items() <= of_answer.items()
            assert (status, headers, body) == expected, (address, each)
            assert cached.is_remembered(address, **asked)


def test_etags_may_stand_in_several_lines(cached: Cached) -> None:
    etag = cached.ask("/events")[1]["etag"]
    lines = [("if-none-match", '"other"'), ("if-none-match", etag)]
    for _ in range(2):
        assert cached.api.client.get("/events", headers=lines).status_code == 304


def test_what_a_client_knew_already_is_not_remembered_as_the_answer(cached: Cached, forgetful: TestClient) -> None:
    etag = ask(forgetful, "/events")[1]["etag"]
    assert cached.ask("/events", if_none_match=etag)[0] == 304
    assert cached.ask("/events", if_none_match="*")[0] == 304
    assert cached.ask("/events") == ask(forgetful, "/events")


@pytest.mark.parametrize(("address", "headers"), REFUSED)
def test_a_refusal_is_not_remembered(cached: Cached, address: str, headers: dict[str, str]) -> None:
    for _ in range(2):
        assert not cached.is_remembered(address, **headers)
    assert cached.ask(address, **headers)[1]["cache-control"] == "no-store"
    assert len(cached.cache._answers) == 0


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_asked_for_each_time(cached: Cached, path: str) -> None:
    for _ in range(2):
        assert not cached.is_remembered(path)


def test_what_accept_decides_is_told_apart(cached: Cached, forgetful: TestClient) -> None:
    for accept in ("application/json", "text/csv", "*/*", "text/csv, application/json;q=0.1", "application/json;q=0"):
        for coding in CODINGS:
            for _ in range(2):
                asked = {"accept": accept, "accept_encoding": coding}
                assert cached.ask("/events", **asked) == ask(forgetful, "/events", **asked)


def test_an_origin_gets_its_headers_from_memory_too(cached: Cached, forgetful: TestClient) -> None:
    for asked in ({}, {"origin": "https://dashboard.example"}, {}, {"origin": "https://other.example"}):
        assert cached.ask("/events", **asked) == ask(forgetful, "/events", **asked)
    assert cached.is_remembered("/events")


def test_each_answer_from_memory_names_its_request_anew(cached: Cached) -> None:
    names = {cached.api.client.get("/events").headers["x-request-id"] for _ in range(3)}
    assert len(names) == 3


def test_methods_that_could_mean_a_change_are_refused_whatever_is_remembered(cached: Cached) -> None:
    cached.ask("/events")
    for method in ("POST", "PUT", "DELETE"):
        assert cached.ask("/events", method)[0] == 405
    assert cached.ask("/events", "OPTIONS")[0] == 204


def test_nothing_is_remembered_where_no_room_is_given(filled: Database) -> None:
    with served(filled, 0) as api:
        assert cache_of(api) is None
        assert ask(api.client, "/events") == ask(api.client, "/events")


def test_room_is_kept_to_and_the_least_lately_asked_for_goes_first(cached: Cached) -> None:
    cache, size = cached.cache, len(cached.ask("/events?limit=1&fields=id")[2])
    cache._most_bytes = 12 * size
    addresses = [f"/events?limit=1&fields=id&date_from={year}" for year in range(1900, 1940)]
    for address in addresses:
        assert not cached.is_remembered(address)
        cached.ask("/events?limit=1&fields=id")
        kept = [answer.body for answer in cache._answers.values()]
        assert sum(map(len, kept)) == cache._bytes <= cache._most_bytes
    assert len(kept) > 5
    assert cached.is_remembered("/events?limit=1&fields=id")
    assert cached.is_remembered(addresses[-1])
    assert not cached.is_remembered(addresses[0])


def test_an_answer_that_would_take_all_the_room_is_not_remembered(cached: Cached) -> None:
    size = len(cached.ask("/events?sort=id")[2])
    cached.cache._most_bytes = size * 4
    for _ in range(2):
        assert not cached.is_remembered("/events?sort=date")
    cached.cache._most_bytes = size * 16
    cached.ask("/events?sort=date")
    assert cached.is_remembered("/events?sort=date")


def test_a_new_release_is_seen_at_once_and_pinned_answers_stay(changing: Cached, tmp_path: Path) -> None:
    before = {address: changing.ask(address) for address in QUESTIONS}
    walked = changing.api.json("/events?limit=3")["links"]["next"]
    before[walked] = changing.ask(walked)
    assert all(changing.is_remembered(address) for address in before)

    publish_a_change(changing.api.database, tmp_path)

    with served(changing.api.database, 0) as anew:
        for address, (_, headers, body) in before.items():
            for _ in range(2):
                now = changing.ask(address)
                assert now == ask(anew.client, address), address
                if "release=1" in address or "cursor=" in address or address == "/releases/1":
                    continue
                assert now[1]["data-release"] == "2"
                assert now[1]["etag"] != headers["etag"]
                assert changing.ask(address, if_none_match=headers["etag"])[0] == 200
            if "release=1" in address or "cursor=" in address:
                assert changing.ask(address)[2] == body
                assert changing.ask(address, if_none_match=headers["etag"])[0] == 304
    assert changing.ask(f"/events/{ASSAULT}")[0] == 410


def test_an_answer_that_was_on_its_way_when_a_release_came_is_not_taken_for_the_newest(
    changing: Cached, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was asked of the old release, and is remembered after the new one was seen."""
    asked, go_on, answer = Event(), Event(), list_events

    def answer_late(connection: Any, release: Any, question: Any) -> Any:
        page = answer(connection, release, question)
        if question.actor and not go_on.is_set():
            asked.set()
            assert go_on.wait(20)
        return page

    monkeypatch.setattr("app.web.routers.events.list_events", answer_late)
    address = "/events?actor=united-states"
    with ThreadPoolExecutor(1) as other:
        late = other.submit(changing.ask, address)
        assert asked.wait(20)
        publish_a_change(changing.api.database, tmp_path)
        for _ in range(3):
            assert changing.ask("/events")[1]["data-release"] == "2"
        go_on.set()
        assert late.result(20)[1]["data-release"] == "1"
    for _ in range(3):
        assert changing.ask(address)[1]["data-release"] == "2"
        assert changing.ask("/events")[1]["data-release"] == "2"


def test_another_database_in_its_place_is_seen_at_once(changing: Cached) -> None:
    before = {address: changing.ask(address) for address in QUESTIONS}
    execute(changing.api.database, "UPDATE archive SET identity = 'another'")
    for address, (_, headers, body) in before.items():
        for _ in range(2):
            now = changing.ask(address)
            assert now[1]["etag"] != headers["etag"], address
            assert now[2] == body
            assert changing.ask(address, if_none_match=headers["etag"])[0] == 200


def test_another_database_that_is_copied_into_the_same_file_is_seen_at_once(
    tmp_path: Path, make_database: DatabaseFactory
) -> None:
    """Of the same number of releases, which say something else."""
    url = f"sqlite:///{tmp_path / 'served.sqlite3'}"
    database, other = Database("sqlite", url, url), make_database("sqlite")
    migrate_database(database)
    publish_facts(database)
    facts = copy_of_facts(tmp_path)
    change_text(facts / "actors.yaml", "name: Iran\n", "name: Islamic Republic of Iran\n")
    migrate_database(other)
    publish_facts(other, facts)
    with remembering(database) as cached:
        before = {address: cached.ask(address) for address in ("/actors/iran", "/events")}
        source, target = (Path(each.write_url.removeprefix("sqlite:///")) for each in (other, database))
        with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
            reading.backup(writing)
        with served(database, 0) as anew:
            for address, answer in before.items():
                assert cached.ask(address) == ask(anew.client, address) != answer
        assert cached.api.json("/actors/iran")["data"]["name"] == "Islamic Republic of Iran"


def test_a_remembered_answer_is_not_given_when_the_database_is_away(own_cluster: PostgresCluster) -> None:
    database = own_cluster.create_database("remembered")
    migrate_database(database)
    publish_facts(database)
    with remembering(database) as cached:
        before = cached.ask("/events")
        assert cached.is_remembered("/events")
        own_cluster.kill()
        for asked in ({}, {"if_none_match": before[1]["etag"]}, {"if_none_match": "*"}):
            for method in ("GET", "HEAD"):
                status, headers, _ = cached.ask("/events", method, **asked)
                assert (status, headers["cache-control"]) == (503, "no-store")
                assert headers["content-type"] == "application/problem+json"
        own_cluster.start()
        assert cached.ask("/events") == before
        assert cached.ask("/events") == before


def test_a_remembered_answer_is_not_given_when_the_database_cannot_be_read(changing: Cached) -> None:
    before = changing.ask("/events")
    execute(changing.api.database, "ALTER TABLE release RENAME TO hidden")
    for asked in ({}, {"if_none_match": before[1]["etag"]}):
        for _ in range(2):
            status, headers, _ = changing.ask("/events", **asked)
            assert (status, headers["cache-control"]) == (503, "no-store")
    execute(changing.api.database, "ALTER TABLE hidden RENAME TO release")
    assert changing.ask("/events") == before


def test_a_remembered_answer_is_not_given_when_there_is_no_release_any_more(changing: Cached) -> None:
    changing.ask("/releases")
    for table in ("change", "event_body", "event_document", "reference_document", "membership", "release"):
        execute(changing.api.database, f"DELETE FROM {table}")  # noqa: S608
    for _ in range(2):
        status, _, body = changing.ask("/releases")
        assert (status, b"/problems/no-release" in body) == (503, True)


def test_many_at_once_get_the_answers_to_their_own_questions(filled: Database, forgetful: TestClient) -> None:
    mixed = [*QUESTIONS, *(f"/events?limit={limit}&sort={sort}" for limit in (1, 2, 5) for sort in ("id", "killed"))]
    asked: list[tuple[str, dict[str, str]]] = [
        (address, {"accept_encoding": coding}) for address in mixed for coding in CODINGS
    ]
    asked += [("/events?county=iraq", {}), (f"/events/{OPERATION}", {"if_none_match": "*"})]
    expected = [ask(forgetful, address, **headers) for address, headers in asked]
    with ExitStack() as ends:
        cached = ends.enter_context(remembering(filled, cache_mb=1))
        cached.cache._most_bytes = 200_000  # so that answers come and go meanwhile
        pool = ends.enter_context(ThreadPoolExecutor(12))
        chance = random.Random(1)  # noqa: S311
        order = chance.choices(range(len(asked)), k=900)
        answers = list(pool.map(lambda number: cached.ask(asked[number][0], **asked[number][1]), order))
        wrong = [asked[n] for n, answer in zip(order, answers, strict=True) if answer != expected[n]]
        kept = sum(len(answer.body) for answer in cached.cache._answers.values())
        assert kept == cached.cache._bytes <= 200_000
    assert wrong == []


def test_many_at_once_see_only_whole_releases_while_one_is_published(changing: Cached, tmp_path: Path) -> None:
    """Release numbers never go back for whoever has seen the new one."""
    publish_a_change(changing.api.database, tmp_path)
    database, stop = changing.api.database, Event()
    ids: dict[str, set[bytes]] = {}

    def read(number: int) -> list[tuple[int, bytes]]:
        seen = []
        while not stop.is_set():
            _, headers, body = changing.ask(("/events?fields=id", "/events?fields=id&sort=id")[number % 2])
            seen.append((int(headers["data-release"]), body))
        return seen

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read, number) for number in range(6)]
        try:
            for _ in range(2):
                publish_facts(database)
                publish_facts(database, tmp_path / "facts")
        finally:
            stop.set()
        for number, reader in enumerate(readers):
            seen = reader.result(30)
            assert [release for release, _ in seen] == sorted(release for release, _ in seen)
            for release, body in seen:
                ids.setdefault(f"{release} {number % 2}", set()).add(body)
    assert {len(bodies) for bodies in ids.values()} == {1}
    assert len(ids) > 2
