"""What the compose file promises: the facts of the article, in containers that may do next to nothing."""

import json
import time
from typing import Any

import httpx2
import pytest

from tests.containers.docker import Stack, inspect, wait_for

pytestmark = pytest.mark.containers

OPERATION = "2024-02-02-us-strikes-iraq-syria"
IRAQI_PART = "2024-02-02-us-strikes-iraq"

WRITE_TO_THE_FILE_SYSTEM = """
import errno, pathlib, sys
for place in ("/x", "/app/x", "/app/app/x.py", "/opt/venv/x", "/data/x", "/etc/x", "/var/tmp/x"):
    try:
        pathlib.Path(place).write_text("x")
    except OSError as refusal:
        print(place, errno.errorcode[refusal.errno])
    else:
        print(place, "written")
pathlib.Path("/tmp/x").write_text("x")
"""

# Each in a session of its own that has first switched the default off, as one who got in would.
WRITE_TO_THE_DATABASE = """
import json, os, psycopg
def outcome(statement, *before, database="conflict_events"):
    try:
        with psycopg.connect(os.environ["DATABASE_URL"], dbname=database, autocommit=True) as connection:
            for each in (*before, statement):
                connection.execute(each)
    except psycopg.Error as refusal:
        return type(refusal).__name__
    return "done"
unlocked = ("SET default_transaction_read_only = off",)
print(json.dumps({
    "select": outcome("SELECT count(*) FROM release"),
    "insert by default": outcome("INSERT INTO release SELECT * FROM release"),
    "insert": outcome("INSERT INTO release SELECT * FROM release", *unlocked),
    "update": outcome("UPDATE release SET notes = 'x'", *unlocked),
    "delete": outcome("DELETE FROM release", *unlocked),
    "truncate": outcome("TRUNCATE release CASCADE", *unlocked),
    "drop": outcome("DROP TABLE release CASCADE", *unlocked),
    "create table": outcome("CREATE TABLE mine (x int)", *unlocked),
    "create temporary table": outcome("CREATE TEMPORARY TABLE mine (x int)", *unlocked),
    "create schema": outcome("CREATE SCHEMA mine", *unlocked),
    "create large object": outcome("SELECT lo_from_bytea(0, 'x')", *unlocked),
    "create role": outcome("CREATE ROLE mine", *unlocked),
    "become the owner": outcome("SET ROLE conflict_events_owner", *unlocked),
    "copy to a program": outcome("COPY release TO PROGRAM 'cat'", *unlocked),
    "another database": outcome("CREATE TEMPORARY TABLE mine (x int)", *unlocked, database="postgres"),
}))
"""


def test_iraq_when_the_stack_is_up_has_the_operation_and_its_iraqi_part(stack: Stack) -> None:
    events = {event["id"]: event for event in stack.get("/events?country=iraq")["data"]}

    counts = {count["measure"]: count for count in events[OPERATION]["reported_counts"]}
    assert (counts["targets_struck"]["wording"], counts["targets_struck"]["qualifier"]) == (
        "over 85 targets",
        "more_than",
    )
    assert (counts["targets_struck"]["value"], counts["targets_struck"]["low"]) == (85, 86)
    assert events[IRAQI_PART]["part_of"] == OPERATION
    [claim] = events[IRAQI_PART]["casualty_claims"]
    assert (claim["outcome"], claim["value"]) == ("killed", 16)
    assert (claim["claimant"]["id"], claim["claimant"]["is_party"]) == ("popular-mobilization-forces", True)


def test_metrics_when_the_stack_is_up_count_what_was_asked(stack: Stack) -> None:
    httpx2.get(f"{stack.url}/events", trust_env=False)
    shown = httpx2.get(f"{stack.url}/metrics", trust_env=False).text
    asked = [line for line in shown.splitlines() if line.startswith("conflict_events_requests_total{")]
    assert any('route="/events"' in line and 'status="200"' in line for line in asked)


def test_iraq_when_the_stack_is_up_cites_every_row(stack: Stack) -> None:
    events = stack.get("/events?country=iraq")["data"]

    for event in events:
        cited = {citation["id"] for citation in event["citations"] if citation["quote"] or citation["source"]["id"]}
        rows = [
            row for kind in ("locations", "actors", "reported_counts", "casualty_claims") for row in event.get(kind, [])
        ]
        assert rows
        assert all(row["citations"] and set(row["citations"]) <= cited for row in rows), event["id"]


def test_api_when_running_is_an_unprivileged_user_without_any_capability(stack: Stack) -> None:
    status = _status_of_the_server(stack)

    assert status["Uid"].split() == ["10001"] * 4
    assert status["Gid"].split() == ["10001"] * 4
    assert {
        name: int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
    } == dict.fromkeys(("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"), 0)
    assert status["NoNewPrivs"] == "1"
    assert stack.execute("api", ["tail", "-1", "/etc/passwd"]).strip().endswith(":/usr/sbin/nologin")


@pytest.mark.parametrize("service", ["database", "roles", "load", "api"])
def test_service_when_started_has_lost_what_it_does_not_need(stack: Stack, service: str) -> None:
    container = stack.container(service)
    host = container["HostConfig"]
    volumes = [mount["Name"] for mount in container["Mounts"] if mount["Type"] == "volume"]

    assert host["CapDrop"] == ["ALL"]
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert not host["Privileged"]
    assert host["ReadonlyRootfs"] is (service != "database")
    assert volumes == ([f"{stack.project}_database"] if service == "database" else [])


def test_api_when_it_tries_to_write_a_file_finds_a_read_only_file_system(stack: Stack) -> None:
    refusals = dict(line.split() for line in stack.python(WRITE_TO_THE_FILE_SYSTEM).splitlines())

    assert len(refusals) == 7
    assert set(refusals.values()) <= {"EROFS", "EACCES"}
    assert refusals["/data/x"] == "EROFS", "its own directory: no right is missing, the file system refuses"


def test_image_when_searched_has_no_compiler_and_no_installer(stack: Stack) -> None:
    search = "for tool in cc gcc g++ c++ clang ld make pip pip3 uv; do command -v $tool; done; true"
    imports = "for python in /opt/venv/bin/python /usr/local/bin/python; do $python -c 'import pip' 2>&1; done; true"

    assert stack.execute("api", ["sh", "-c", search]) == ""
    assert stack.execute("api", ["sh", "-c", imports]).count("No module named 'pip'") == 2


def test_image_when_started_holds_its_bytecode_and_nothing_of_the_tests(stack: Stack) -> None:
    files = stack.execute("api", ["find", "/app", "-maxdepth", "2"]).split()

    assert "/app/app/__pycache__" in files
    assert not {"/app/tests", "/app/data", "/app/.git", "/app/.env"} & set(files)


def test_api_when_inspected_knows_no_password_but_the_readers(stack: Stack) -> None:
    container = stack.container("api")
    known = json.dumps(container["Config"]) + json.dumps(container["Mounts"]) + stack.execute("api", ["env"])

    secrets = {name: value for name, value in stack.environment.items() if name.endswith("_PASSWORD")}
    seen = {name for name, value in secrets.items() if value in known or json.dumps(value)[1:-1] in known}
    assert seen == {"READER_PASSWORD"}
    assert "owner" not in known
    assert "DATABASE_WRITE_URL" not in known


def test_readers_role_when_it_tries_to_write_is_refused_by_the_database(stack: Stack) -> None:
    outcomes: dict[str, str] = json.loads(stack.python(WRITE_TO_THE_DATABASE))

    assert outcomes.pop("select") == "done"
    assert outcomes.pop("insert by default") == "ReadOnlySqlTransaction"
    assert outcomes.pop("another database") == "OperationalError", "it may not even connect"
    assert outcomes == dict.fromkeys(outcomes, "InsufficientPrivilege")


def test_database_when_up_is_not_reachable_from_outside_and_reaches_nothing(stack: Stack) -> None:
    networks = stack.container("database")["NetworkSettings"]

    assert not any(networks["Ports"].values())
    assert [inspect(name)["Internal"] for name in networks["Networks"]] == [True]
    assert stack.container("api")["NetworkSettings"]["Ports"] == {
        "8000/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(stack.port)}]
    }


def test_up_when_run_again_publishes_nothing_new_and_mends_what_stopped(stack: Stack) -> None:
    before = stack.get("/releases")
    stack.compose("stop", "database")
    away = httpx2.get(f"{stack.url}/readyz", trust_env=False)
    alive = httpx2.get(f"{stack.url}/healthz", trust_env=False)

    stack.up()

    assert (away.status_code, away.headers["content-type"]) == (503, "application/problem+json")
    assert alive.status_code == httpx2.codes.OK
    assert wait_for(f"{stack.url}/readyz").json() == {"status": "ready"}
    assert [release["number"] for release in before["data"]] == [1]
    assert stack.get("/releases") == before
    assert "Nothing new" in stack.compose("logs", "--no-log-prefix", "load")


def test_up_when_a_password_changed_gives_it_to_the_roles_of_the_same_volume(stack: Stack) -> None:
    changed = Stack(
        stack.project, stack.port, {**stack.environment, "READER_PASSWORD": "another", "OWNER_PASSWORD": "new"}
    )
    try:
        changed.up()
        assert wait_for(f"{stack.url}/readyz").json() == {"status": "ready"}
    finally:
        stack.up()
    assert wait_for(f"{stack.url}/readyz").json() == {"status": "ready"}


def test_api_when_told_to_stop_ends_in_order_and_at_once(stack: Stack) -> None:
    began = time.monotonic()
    stack.compose("stop", "api")
    took_s = time.monotonic() - began
    state = stack.container("api")["State"]
    stack.up()

    assert state["ExitCode"] == 0
    assert took_s < 8, "ten seconds are the engine's patience: what takes longer was killed"
    assert "Application shutdown complete" in stack.compose("logs", "--no-log-prefix", "api")


def _status_of_the_server(stack: Stack) -> dict[str, Any]:
    lines = stack.execute("api", ["cat", "/proc/1/status"]).splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
