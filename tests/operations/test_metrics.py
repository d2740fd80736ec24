"""/metrics: what is counted is what was asked, one picture of several processes, and no more than it should tell."""

import math
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app import VERSION
from app.main import create_app
from app.measuring import Board, Numbers, together
from app.settings import Settings, WrongSettings, read_settings
from tests.api.serving import serving
from tests.api.test_live_server import ROOT, free_port, request
from tests.docs.markdown import in_backticks, table_after
from tests.operations.servers import Server, server
from tests.postgres_cluster import Database

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples_of(text: str) -> Samples:
    """Each number by its name and labels; the parser refuses what Prometheus would."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def read(client: TestClient) -> Samples:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return samples_of(answer.text)


def requests_of(samples: Samples) -> dict[tuple[str, str, str], int]:
    """How often each route was asked by each method with each status."""
    found = {}
    for (name, labels), value in samples.items():
        if name == "conflict_events_requests_total":
            by = dict(labels)
            found[by["route"], by["method"], by["status"]] = int(value)
    return found


@pytest.fixture
def client(facts: Database) -> Iterator[TestClient]:
    with serving(facts) as served:
        yield served.client


def test_requests_when_asked_then_each_is_counted_by_its_template_and_never_by_what_was_asked(
    client: TestClient,
) -> None:
    for _ in range(3):
        client.get("/events?country=iraq")
    for name in ("2024-02-02-us-strikes-iraq", "no-such"):
        client.get(f"/events/{name}")
    client.get("/events/2024-02-02-us-strikes-iraq")
    client.head("/events/2024-02-02-us-strikes-iraq")
    client.get("/events?country=iraqi")
    client.get("/nowhere/secret")
    client.request("BREW", "/events")
    client.get("/ogc/collections/events/items/no-such")
    text = client.get("/metrics").text
    assert requests_of(samples_of(text)) == {
        ("/events", "GET", "200"): 3,
        ("/events", "GET", "400"): 1,
        ("/events", "other", "405"): 1,
        ("/events/{id}", "GET", "200"): 2,
        ("/events/{id}", "GET", "404"): 1,
        ("/events/{id}", "HEAD", "200"): 1,
        ("/ogc/collections/events/items/{id}", "GET", "404"): 1,
        ("none", "GET", "404"): 1,
    }
    assert not [word for word in ("iraq", "secret", "no-such", "sqlite", "BREW") if word in text]


def test_times_when_read_then_every_request_is_in_a_bucket_and_the_last_holds_all(client: TestClient) -> None:
    for _ in range(5):
        client.get("/events")
    samples = read(client)
    buckets = [
        (float(dict(labels)["le"]), value)
        for (name, labels), value in samples.items()
        if name == "conflict_events_request_seconds_bucket" and dict(labels)["route"] == "/events"
    ]
    assert sorted(buckets) == buckets
    assert [value for _, value in buckets] == sorted(value for _, value in buckets)
    assert math.isinf(buckets[-1][0])
    assert buckets[-1][1] == 5
    assert 0 < samples["conflict_events_request_seconds_sum", (("route", "/events"),)] < 10


def test_the_memory_and_the_database_when_the_same_is_asked_again_then_only_the_first_costs(client: TestClient) -> None:
    before = read(client)
    client.get("/events?country=syria")
    once = read(client)
    for _ in range(4):
        client.get("/events?country=syria")
    again = read(client)

    def grown(name: str, one: Samples, other: Samples) -> float:
        return other[name, ()] - one[name, ()]

    assert grown("conflict_events_answer_cache_misses_total", before, once) == 1
    assert grown("conflict_events_answer_cache_hits_total", once, again) == 4
    assert again["conflict_events_answer_cache_answers", ()] == 1
    assert again["conflict_events_answer_cache_bytes", ()] == len(client.get("/events?country=syria").content)
    assert grown("conflict_events_database_statement_seconds_count", before, once) >= 3
    assert 0 < grown("conflict_events_database_statement_seconds_sum", before, once) < 5


def test_the_release_when_read_then_its_number_and_age_are_there_and_the_version_alone_of_the_program(
    client: TestClient,
) -> None:
    samples = read(client)
    published = samples["conflict_events_release_published_timestamp_seconds", ()]
    assert samples["conflict_events_release", ()] == 1
    assert samples["conflict_events_release_age_seconds", ()] == pytest.approx(time.time() - published, abs=5)
    assert samples["conflict_events_database_up", ()] == 1
    assert [dict(labels) for (name, labels) in samples if name == "conflict_events_build_info"] == [
        {"version": VERSION}
    ]


def test_metrics_when_the_database_is_away_then_they_say_so_and_name_no_release(tmp_path: Path) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'none.sqlite3'}"))
    with TestClient(app) as client:
        samples = read(client)
    assert samples["conflict_events_database_up", ()] == 0
    assert not [name for name, _ in samples if name.startswith("conflict_events_release")]


def test_metrics_when_openmetrics_is_asked_for_then_they_are_that(client: TestClient) -> None:
    client.get("/events")
    answer = client.get("/metrics", headers={"accept": "application/openmetrics-text;version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert "conflict_events_requests" in {
        family.name
        for family in parse_openmetrics(answer.text)  # type: ignore[no-untyped-call]
    }


def test_metrics_when_answered_then_nothing_keeps_them_and_the_description_leaves_them_out(client: TestClient) -> None:
    first, second = client.get("/metrics"), client.get("/metrics")
    assert first.headers["cache-control"] == "no-store"
    assert "etag" not in first.headers
    assert first.text != second.text
    assert "/metrics" not in client.get("/openapi.json").json()["paths"]


@pytest.mark.parametrize("metrics", ["off", "19464"])
def test_metrics_when_they_are_not_for_the_public_then_there_is_nothing_at_their_path(
    facts: Database, metrics: str
) -> None:
    app = create_app(Settings(database_url=facts.read_url, metrics=metrics))
    with TestClient(app) as client:
        assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("given", ["yes", "0", "70000", "host:", "a:b"])
def test_a_place_for_metrics_when_it_is_none_then_the_start_stops_with_one_line(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("METRICS", given)
    with pytest.raises(WrongSettings, match=r"METRICS: .* is not on, off, a port such as 9464"):
        read_settings()


@pytest.mark.parametrize(
    ("given", "meant"),
    [("9464", ("127.0.0.1", 9464)), ("192.0.2.1:9464", ("192.0.2.1", 9464)), ("[::1]:9464", ("::1", 9464))],
)
def test_a_place_for_metrics_when_given_then_a_port_alone_is_this_machines(given: str, meant: tuple[str, int]) -> None:
    assert Settings(metrics=given).metrics_address == meant


def asked_of_all(served: Server, number: int) -> None:
    """Each request on a connection of its own, so that the workers share them."""
    for _ in range(number):
        assert served.get("/countries/iraq")[0] == 200


def seen(read: "Reading") -> int:
    return requests_of(read()).get(("/countries/{id}", "GET", "200"), 0)


class Reading:
    """The metrics at a port, as often as they are asked for."""

    def __init__(self, port: int) -> None:
        self._port = port

    def __call__(self) -> Samples:
        status, _, body = request(self._port, "GET", "/metrics")
        assert status == 200
        return samples_of(body.decode())


@pytest.mark.parametrize("apart", [False, True])
def test_two_workers_when_asked_then_whoever_shows_the_numbers_shows_those_of_both(
    facts: Database, tmp_path: Path, apart: bool
) -> None:
    own_port = free_port()
    with server(facts, tmp_path, WORKERS="2", METRICS=str(own_port) if apart else "on") as served:
        reading = Reading(own_port if apart else served.port)
        deadline = time.monotonic() + 60
        while reading()["conflict_events_processes", ()] < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        asked_of_all(served, 40)
        readings = [seen(reading)]
        while readings[-1] < 40 and time.monotonic() < deadline:
            time.sleep(0.05)
            readings.append(seen(reading))
        assert readings[-1] == 40
        assert readings == sorted(readings), "what only grows never falls, whichever process shows it"
        samples = reading()
        assert samples["conflict_events_processes", ()] == 2
        assert (served.get("/metrics")[0] == 404) == apart


def test_a_place_for_metrics_when_it_is_taken_then_the_start_stops_with_one_line(
    facts: Database, tmp_path: Path
) -> None:
    with (
        server(facts, tmp_path) as other,
        pytest.raises(pytest.fail.Exception),
        server(facts, tmp_path, METRICS=str(other.port)),
    ):
        pass
    (said,) = [log.read_text() for log in tmp_path.glob("*.log") if log != other.log]
    assert said == f"wrong settings: METRICS: {other.port} cannot be served: Address already in use\n"


def test_a_board_when_a_process_has_ended_then_its_requests_count_and_its_memory_does_not(tmp_path: Path) -> None:
    numbers = Numbers()
    numbers.answered(("/events", "GET", 200), 0.002)
    board = Board(tmp_path)
    board.lay_down(numbers)
    gone = {**numbers.snapshot(), "pid": 2**22 + 1}
    counted = together([*board.read(), gone])
    assert sum(counted["waits"]["/events", "GET", 200][1]) == 2
    assert counted["has"]["processes"] == 1


def test_the_table_of_metrics_when_held_against_them_then_it_names_all(client: TestClient) -> None:
    client.get("/events")
    there = {name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") for name, _ in read(client)}
    listed = {name for row in table_after("docs/operations.md", "## Metrics") for name in in_backticks(row[0])}
    assert listed == there


def test_the_alerts_when_held_against_the_metrics_then_they_ask_for_what_there_is(client: TestClient) -> None:
    client.get("/events")
    there = {name for name, _ in read(client)}
    asked = set(re.findall(r"\bconflict_events_\w+", (ROOT / "deploy" / "alerts.yml").read_text(encoding="utf-8")))
    assert asked
    assert asked <= there
