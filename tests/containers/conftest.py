"""One stack for all tests here: it is built and started once, and always taken away."""

import uuid
from collections.abc import Iterator

import pytest

from tests.containers.docker import Stack, free_port, require_engine

# Characters that would end a URL, a shell word or a setting too early: a password may hold any.
AWKWARD = "p@ss:w/rd?#%'\"& "


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """The compose file, built and up."""
    require_engine()
    name = f"conflict-events-test-{uuid.uuid4().hex[:8]}"
    port = free_port()
    environment = {
        "IMAGE": name,
        "PORT": str(port),
        "PUBLISH_ADDRESS": "127.0.0.1",
        "POSTGRES_PASSWORD": f"{AWKWARD}superuser",
        "OWNER_PASSWORD": f"{AWKWARD}owner",
        "READER_PASSWORD": f"{AWKWARD}reader",
    }
    stack = Stack(name, port, environment)
    try:
        stack.up("--build")
        yield stack
    finally:
        stack.remove()
