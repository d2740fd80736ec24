"""The shape for many readers, as deploy/compose.scaled.yml makes it: what is cached, and a primary that dies."""

import os
from collections.abc import Iterator

import httpx2
import pytest

from tests.containers.docker import REQUIRED, Stack, docker, free_port, wait_for

pytestmark = pytest.mark.containers

CACHE_IMAGE = "nginx:1.28"


@pytest.fixture(scope="module")
def scaled(stack: Stack) -> Iterator[Stack]:
    """Beside the plain stack, and of its image."""
    if not docker("image", "ls", "--quiet", CACHE_IMAGE):
        docker("pull", "--quiet", CACHE_IMAGE, check=False)
    if not docker("image", "ls", "--quiet", CACHE_IMAGE):
        reason = f"{CACHE_IMAGE} cannot be had here"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    port = free_port()
    files = "docker-compose.yml:deploy/compose.scaled.yml"
    environment = {**stack.environment, "PORT": str(port), "COMPOSE_FILE": files, "REPLICA_PASSWORD": "it's: a/b?"}
    made = Stack(f"{stack.project}-scaled", port, environment)
    try:
        made.up()
        yield made
    finally:
        made.compose("down", "--volumes", "--timeout", "5")


def test_readers_are_answered_by_the_cache_and_the_standby_when_the_primary_is_dead(scaled: Stack) -> None:
    pinned = f"{scaled.url}/events?limit=2&release=1"
    first, second = (wait_for(pinned) for _ in range(2))
    assert (first.headers["x-cache"], second.headers["x-cache"]) == ("MISS", "HIT")
    assert first.content == second.content
    query = "SELECT pg_is_in_recovery(), max(number) FROM release"
    said = scaled.execute("standby", ["psql", "-U", "postgres", "-d", "conflict_events", "-Atc", query])
    assert said.strip() == "t|1"

    scaled.compose("kill", "database")

    for limit in range(3, 13):
        answer = httpx2.get(f"{scaled.url}/events?limit={limit}", trust_env=False)
        assert (answer.status_code, answer.headers["x-cache"]) == (200, "MISS")
        assert answer.json()["meta"]["total"] == 11
