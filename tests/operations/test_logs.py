"""The log: a line a request that says enough to run the API by, and nothing about who asked what; stacks too."""

import http.client
import json
import logging
import re
import socket
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.logs import JsonLines, TextLines, logging_config
from tests.api.serving import migrate_database, publish_facts
from tests.api.test_streams import filled, take_away_the_events
from tests.conftest import DatabaseFactory
from tests.operations.servers import server
from tests.postgres_cluster import Database

LINE = {"time", "level", "logger", "message", "request_id", "route", "method", "status", "duration_ms", "bytes"}


def test_lines_when_json_then_each_request_has_one_with_its_template_and_no_line_has_what_was_asked(
    facts: Database, tmp_path: Path
) -> None:
    with server(facts, tmp_path, LOG_LEVEL="info", LOG_FORMAT="json") as served:
        sent = {
            "x-request-id": "chosen-by-a-stranger",
            "user-agent": "somebodys-browser",
            "referer": "https://a.example/",
        }
        status, headers, body = served.get("/events?country=iraq&q=mayadeen", sent)
        served.get("/events/2024-02-02-us-strikes-iraq?fields=id", sent)
        served.get("/nobody-is-to-know/this", sent)
    lines = served.lines()
    asked = [line for line in lines if line["logger"] == "app.access"]
    assert [(line["route"], line["method"], line["status"]) for line in asked] == [
        ("/events", "GET", 200),
        ("/events/{id}", "GET", 400),
        ("none", "GET", 404),
    ]
    assert status == 200
    assert all(line.keys() == LINE | {"release", "complete"} for line in asked)
    assert (asked[0]["request_id"], asked[0]["bytes"], asked[0]["release"]) == (headers["x-request-id"], len(body), 1)
    assert 0 < asked[0]["duration_ms"] < 60_000
    assert [line["complete"] for line in asked] == [True] * 3
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", asked[0]["time"])
    secret = ("iraq", "mayadeen", "nobody", "stranger", "browser", "a.example", "127.0.0.1:", "127.0.0.1 ")
    of_requests = json.dumps([line for line in lines if "running on" not in line["message"]])
    assert [word for word in secret if word in of_requests] == []


def test_the_servers_own_lines_when_it_starts_and_stops_then_they_have_the_same_shape(
    facts: Database, tmp_path: Path
) -> None:
    with (
        server(facts, tmp_path, LOG_LEVEL="info", LOG_FORMAT="json") as served,
        socket.create_connection(("127.0.0.1", served.port)) as connection,
    ):
        connection.sendall(b"not http at all\r\n\r\n")
        connection.recv(1000)
    lines = served.lines()
    said = {line["message"] for line in lines if line["logger"] == "uvicorn.error"}
    assert {"Application startup complete.", "Invalid HTTP request received.", "Application shutdown complete."} <= said
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    assert "uvicorn.access" not in {line["logger"] for line in lines}


def test_lines_when_only_warnings_are_wanted_then_a_request_leaves_none(facts: Database, tmp_path: Path) -> None:
    with server(facts, tmp_path) as served:
        served.get("/events")
        served.get("/readyz")
    assert served.log.read_text() == ""


def test_lines_when_text_then_they_say_the_same(facts: Database, tmp_path: Path) -> None:
    with server(facts, tmp_path, LOG_LEVEL="info") as served:
        served.get("/events?country=iraq")
    (line,) = [line for line in served.log.read_text().splitlines() if "route=/events " in line]
    assert re.fullmatch(
        r"\S+Z INFO    app\.access: request request_id=\S+ route=/events method=GET status=200"
        r" duration_ms=\S+ bytes=\d+ release=1 complete=True",
        line,
    )


def test_a_failure_when_it_happens_then_its_stack_is_in_the_log_by_the_id_that_the_client_got(
    make_database: DatabaseFactory, tmp_path: Path
) -> None:
    database = make_database("sqlite")
    migrate_database(database)
    publish_facts(database)
    with server(database, tmp_path, LOG_FORMAT="json") as served:
        served.get("/readyz")
        damage(database)
        status, headers, body = served.get("/events/2024-02-02-us-strikes-iraq?release=1")
    assert status == 500
    assert b"Traceback" not in body
    (line,) = [line for line in served.lines() if line["level"] == "error"]
    assert line["request_id"] == headers["x-request-id"]
    assert line["stack"].startswith("Traceback (most recent call last):")


def damage(database: Database) -> None:
    """Make the texts of events what no reader can unpack."""
    engine = create_engine(database.write_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE event_body SET body = x'00'"))
    engine.dispose()


def test_a_stream_when_it_breaks_off_then_one_line_has_the_stack_and_another_says_that_it_is_not_whole(
    make_database: DatabaseFactory, tmp_path: Path
) -> None:
    database = filled(make_database("sqlite"), tmp_path)
    with server(database, tmp_path, LOG_LEVEL="info", LOG_FORMAT="json") as served:
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
        connection.request("GET", "/events?format=ndjson&limit=all")
        answer = connection.getresponse()
        take_away_the_events(database)
        with closing(connection), closing(answer), pytest.raises((http.client.IncompleteRead, ConnectionError)):
            answer.read()
        broken = served.get("/metrics")[2]
    lines = served.lines()
    (failure,) = [line for line in lines if line["level"] == "error"]
    (access,) = [line for line in lines if line["logger"] == "app.access" and line["route"] == "/events"]
    assert failure["request_id"] == access["request_id"] == answer.getheader("x-request-id")
    assert "no such table" in failure["stack"]
    assert (access["status"], access["complete"]) == (200, False)
    assert access["bytes"] > 0
    assert b'conflict_events_streams_total{end="broken"} 1.0' in broken


def test_a_line_when_a_value_has_line_breaks_then_it_stays_one() -> None:
    record = logging.LogRecord("app.x", logging.WARNING, "", 0, "a\nb %s", ("c\r\nd",), None)
    assert JsonLines().format(record).count("\n") == 0
    assert json.loads(JsonLines().format(record))["message"] == "a\nb c\r\nd"
    assert TextLines().format(record).count("WARNING app.x: ") == 1


def test_libraries_when_configured_then_they_speak_from_warnings_on() -> None:
    config = logging_config("debug", "json")
    assert config["root"]["level"] == "WARNING"
    assert config["loggers"]["app"]["level"] == "DEBUG"
