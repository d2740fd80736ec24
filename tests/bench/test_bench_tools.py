"""What the measurements rest on: questions that are right and new, and runs that count only where all went well."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import getpid
from pathlib import Path
from threading import Thread

import pytest

from bench.checking import check_page
from bench.files import first_file, next_file
from bench.ged_rows import rows
from bench.http_client import Answer
from bench.machine import BenchFailed
from bench.questions import ISO2, Calendar, Questions
from bench.servers import Server
from bench.wrk import Client

EVENTS = 1000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def calendar(folder: Path) -> Calendar:
    return Calendar(first_file(folder, EVENTS))


def test_questions_when_taken_then_none_comes_twice_and_each_is_met_by_a_full_page(calendar: Calendar) -> None:
    questions = Questions(calendar, 100)
    taken = [question for _ in range(5) for question in questions.take(200)]

    assert len(set(taken)) == 1000
    assert {question.country for question in taken} <= {"SY", "AF"}
    assert min(calendar.starting(question) for question in taken) == 100
    assert taken[:50] == Questions(calendar, 100).take(50)


def test_questions_when_held_against_the_rows_then_their_totals_are_right(calendar: Calendar) -> None:
    generated = list(rows(EVENTS))
    for question in Questions(calendar, 20).take(50):
        there = [row for row in generated if ISO2[str(row["country_id"])] == question.country]
        met = [row for row in there if row["date_start"] <= question.date_to and row["date_end"] >= question.date_from]  # type: ignore[operator]
        assert calendar.meeting(question) == len(met)


def test_questions_when_the_data_holds_no_more_then_that_is_said(calendar: Calendar) -> None:
    with pytest.raises(BenchFailed, match="make more events"):
        Questions(calendar, 500).take(1)


def test_the_next_release_when_written_then_a_tenth_is_new_and_none_is_gone(folder: Path) -> None:
    first = first_file(folder, EVENTS).read_text(encoding="utf-8").splitlines()
    following = next_file(folder, EVENTS).read_text(encoding="utf-8").splitlines()

    assert len(following) == len(first) + EVENTS // 10
    assert len(set(first) - set(following)) == EVENTS // 10
    assert len({line.partition(",")[0] for line in following}) == len(following)


def test_a_page_when_its_total_is_not_that_of_the_file_then_nothing_is_measured(calendar: Calendar) -> None:
    (question,) = Questions(calendar, 100).take(1)
    total = calendar.meeting(question)

    def page(returned: int, total: int, status: int = 200) -> Answer:
        return Answer(status, {}, json.dumps({"meta": {"returned": returned, "total": total}}).encode())

    assert check_page(page(100, total), calendar, question, 100) == total
    for wrong in (page(100, total + 1), page(99, total), page(100, total, status=500)):
        with pytest.raises(BenchFailed):
            check_page(wrong, calendar, question, 100)


@contextmanager
def answering(statuses: list[int]) -> Iterator[tuple[Server, list[str]]]:
    """A server that answers with these in turn, the last one for ever; and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(statuses[min(len(asked), len(statuses)) - 1])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Server(int(server.server_address[1]), getpid(), 0), asked
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.usefixtures("_wrk")
def test_a_run_when_one_answer_is_an_error_then_it_fails_loudly(tmp_path: Path) -> None:
    client = Client(tmp_path, None, seconds=1, runs=1, connections=1, warm_up=0)
    with answering([200, 200, 500, 200]) as (server, _), pytest.raises(BenchFailed, match="1 failures"):
        client.ask_list(server, ["/a"], {})


@pytest.mark.usefixtures("_wrk")
def test_a_run_when_its_list_is_too_short_then_it_is_repeated_with_new_addresses(tmp_path: Path) -> None:
    given: list[int] = []

    def addresses(number: int) -> list[str]:
        given.append(number)
        return [f"/{len(given)}-{address}" for address in range(3 if len(given) == 1 else 100_000)]

    client = Client(tmp_path, None, seconds=1, runs=1, connections=1, warm_up=0)
    with answering([200]) as (server, asked):
        rate = client.ask_once(server, addresses, {})

    assert len(given) == 2
    counted = [address for address in asked if address.startswith("/2-")]
    assert len(counted) == len(set(counted))
    assert rate.per_second == pytest.approx(len(counted), rel=0.3)
