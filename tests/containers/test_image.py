"""The image alone: SQLite on a volume, with everything taken from the container that it can do without."""

import json
import re
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
import pytest

from tests.containers.docker import HARDENED, Stack, docker, free_port, inspect, wait_for

pytestmark = pytest.mark.containers

SQLITE = "sqlite:////data/conflict-events.sqlite3"
LOAD = ("sh", "-c", "python -m seed migrate && python -m seed")


@dataclass(frozen=True)
class Alone:
    """The image and a volume of its own."""

    image: str
    volume: str

    @property
    def options(self) -> tuple[str, ...]:
        return ("--volume", f"{self.volume}:/data", "--env", f"DATABASE_URL={SQLITE}", "--user", "10001", *HARDENED)

    def run_once(self, *command: str) -> str:
        return docker("run", "--rm", *self.options, self.image, *command)


@pytest.fixture
def alone(stack: Stack) -> Iterator[Alone]:
    """An empty volume for the image that the stack was built with."""
    volume = f"{stack.project}-{uuid.uuid4().hex[:6]}"
    docker("volume", "create", volume)
    yield Alone(stack.environment["IMAGE"], volume)
    docker("volume", "rm", "--force", volume)


@pytest.fixture
def served(alone: Alone) -> Iterator[tuple[Alone, str, str]]:
    """Loaded, and served on a free port: the volume, the container's name, the address."""
    alone.run_once(*LOAD)
    port = free_port()
    publish = ("--publish", f"127.0.0.1:{port}:8000")
    docker("run", "--detach", "--name", alone.volume, *publish, *alone.options, alone.image)
    try:
        yield alone, alone.volume, f"http://127.0.0.1:{port}"
    finally:
        docker("rm", "--force", alone.volume)


def test_image_when_run_with_sqlite_on_a_volume_answers_with_the_facts(served: tuple[Alone, str, str]) -> None:
    _, _, url = served

    events = wait_for(f"{url}/events?country=iraq").json()["data"]

    assert {"2024-02-02-us-strikes-iraq-syria", "2024-02-02-us-strikes-iraq"} <= {event["id"] for event in events}
    assert wait_for(f"{url}/readyz").json() == {"status": "ready"}


def test_image_when_a_browser_asks_has_the_page_and_nothing_that_built_it(served: tuple[Alone, str, str]) -> None:
    _, name, url = served
    wait_for(f"{url}/healthz")

    page = httpx2.get(url, headers={"accept": "text/html"}, trust_env=False)
    script = re.findall(r'src="(demo/page-[\w-]+\.js)"', page.text)
    assert httpx2.get(f"{url}/{script[0]}", trust_env=False).headers["content-type"].startswith("text/javascript")
    found = docker("exec", name, "sh", "-c", "command -v node npm; ls -d dashboard; true")
    assert found.strip() == ""


def test_image_when_loaded_again_while_it_serves_publishes_nothing_new(served: tuple[Alone, str, str]) -> None:
    alone, _, url = served
    before = wait_for(f"{url}/releases").json()

    said = alone.run_once(*LOAD)

    assert "Nothing new" in said
    assert httpx2.get(f"{url}/releases", trust_env=False).json() == before


def test_image_when_it_serves_passes_its_own_health_check_and_stops_in_order(served: tuple[Alone, str, str]) -> None:
    _, name, url = served
    wait_for(f"{url}/healthz")

    check = inspect(name)["Config"]["Healthcheck"]["Test"]
    assert check[0] == "CMD"
    assert docker("exec", name, *check[1:]).startswith("200 ")

    docker("stop", name)
    assert inspect(name)["State"]["ExitCode"] == 0


def test_image_when_its_volume_is_empty_is_alive_but_not_ready(alone: Alone) -> None:
    port = free_port()
    docker(
        "run", "--detach", "--name", alone.volume, "--publish", f"127.0.0.1:{port}:8000", *alone.options, alone.image
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        ready = httpx2.get(f"http://127.0.0.1:{port}/readyz", trust_env=False)
    finally:
        docker("rm", "--force", alone.volume)

    assert (ready.status_code, ready.headers["content-type"]) == (503, "application/problem+json")


def test_image_when_described_names_its_licence_and_no_address(stack: Stack) -> None:
    labels = inspect(stack.environment["IMAGE"])["Config"]["Labels"]

    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"
    assert not [value for name, value in labels.items() if "://" in value and not name.startswith("com.docker.")]


LEFT = """
import os, stat
tools = ("apt", "dpkg", "perl", "pip", "pip3", "curl", "wget", "gcc", "git", "ssh")
for folder, _, files in os.walk("/"):
    if folder.startswith(("/proc", "/sys", "/dev")):
        continue
    for name in files:
        path = os.path.join(folder, name)
        mode = os.lstat(path).st_mode
        program = stat.S_ISREG(mode) and mode & 0o111
        if stat.S_ISREG(mode) and mode & 0o6000:
            print("lends rights:", path)
        if program and name.split("-")[0] in tools:
            print("tool:", path)
"""


def test_image_when_searched_has_no_installer_and_nothing_that_lends_rights(alone: Alone) -> None:
    assert alone.run_once("python", "-c", LEFT) == ""


def test_image_when_it_serves_keeps_metrics_off_the_public_port_and_logs_json(served: tuple[Alone, str, str]) -> None:
    _, name, url = served
    wait_for(f"{url}/readyz")
    httpx2.get(f"{url}/events?country=iraq", trust_env=False)

    ask = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:9464/metrics').read().decode())"
    metrics = docker("exec", name, "python", "-c", ask)
    lines = subprocess.run(["docker", "logs", name], capture_output=True, text=True, check=True).stderr.splitlines()

    assert httpx2.get(f"{url}/metrics", trust_env=False).status_code == httpx2.codes.NOT_FOUND
    assert "conflict_events_release 1.0" in metrics
    assert [line["route"] for line in map(json.loads, lines) if line["logger"] == "app.access"] == ["/events"]
