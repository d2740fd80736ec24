"""More is asked than can be answered: some is refused at once, nothing hangs or is wrong, and it passes by itself."""

import asyncio
import http.client
import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from app.problems import OVERLOADED, Problem
from app.web.turns import Streams, Turns
from tests.api.running import running
from tests.api.serving import migrate_database, publish_facts
from tests.api.slowness import make_slow
from tests.postgres_cluster import Database

TARGETS = [f"/events?limit={limit}&fields=id,title&sort=id" for limit in range(1, 9)]


def ask(port: int, target: str) -> tuple[int, dict[str, str], bytes, float]:
    begun = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", target)
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, headers, answer.read(), time.monotonic() - begun


def test_an_api_when_asked_far_more_than_it_can_then_it_refuses_quickly_answers_rightly_and_recovers(
    database: Database,
) -> None:
    migrate_database(database)
    publish_facts(database)
    with running(database, CACHE_MB="0") as port:
        right = {target: json.loads(ask(port, target)[2])["data"] for target in TARGETS}
        make_slow(database, 0.05)
    with running(database, CACHE_MB="0", MAX_QUERIES="2", MAX_WAITING="4") as port:
        targets = [TARGETS[number % len(TARGETS)] for number in range(60)]
        with ThreadPoolExecutor(60) as clients:
            answers = list(clients.map(lambda target: (target, *ask(port, target)), targets))
        statuses = Counter(status for _, status, *_ in answers)
        assert set(statuses) == {200, 503}
        assert statuses[200] >= 2  # those that are worked on; on a busy machine others wait in vain
        assert statuses[503] >= 10
        for target, status, headers, body, _ in answers:
            said = json.loads(body)
            if status == 200:
                assert said["data"] == right[target]
            else:
                assert (said["type"], headers["content-type"]) == ("/problems/overloaded", "application/problem+json")
                assert int(headers["retry-after"]) > 0
        assert ask(port, "/healthz")[0] == 200
        assert [ask(port, target)[0] for target in TARGETS] == [200] * len(TARGETS)


def test_a_question_when_others_wait_too_many_then_it_is_refused_and_a_place_is_free_again_after() -> None:
    asyncio.run(_turns())


async def _turns() -> None:
    turns, go = Turns(at_once=1, waiting=1, patience_s=30), threading.Event()
    first = asyncio.create_task(turns.run(go.wait, 30))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(turns.run(lambda: "second"))
    await asyncio.sleep(0.05)
    with pytest.raises(Problem) as refusal:
        await turns.run(lambda: "third")
    assert refusal.value.problem_type is OVERLOADED
    go.set()
    assert (await first, await second) == (True, "second")
    assert await turns.run(lambda: "fourth") == "fourth"
    assert turns.waiting == 0


def test_a_question_when_it_waits_in_vain_then_it_is_refused_and_leaves_the_line() -> None:
    async def wait_in_vain() -> None:
        turns, go = Turns(at_once=1, waiting=5, patience_s=0.05), threading.Event()
        first = asyncio.create_task(turns.run(go.wait, 30))
        await asyncio.sleep(0.05)
        refused = await asyncio.gather(*(turns.run(lambda: "in vain") for _ in range(3)), return_exceptions=True)
        assert [type(each) for each in refused] == [Problem] * 3
        given_up = asyncio.create_task(turns.run(lambda: "given up"))
        await asyncio.sleep(0.01)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        assert turns.waiting == 0
        go.set()
        await first
        assert [await turns.run(lambda: "again") for _ in range(3)] == ["again"] * 3

    asyncio.run(wait_in_vain())


def test_a_question_when_it_fails_then_its_turn_is_anothers() -> None:
    async def fail() -> None:
        turns = Turns(at_once=1, waiting=0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await turns.run(lambda: 1 / 0)

    asyncio.run(fail())


def test_whole_results_when_all_places_are_taken_then_one_more_is_refused_until_one_ends() -> None:
    streams = Streams(2)
    first, _ = streams.begin(), streams.begin()
    with pytest.raises(Problem) as refusal:
        streams.begin()
    assert refusal.value.headers["Retry-After"]
    first.end()
    first.end()  # once, however often it is said
    streams.begin()
    with pytest.raises(Problem):
        streams.begin()
