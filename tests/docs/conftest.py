"""A real server over the project's own facts, started as the documentation says."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.settings import Settings
from tests.docs.markdown import ROOT

START_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Api:
    """Where the server answers, and the environment that its commands run in."""

    port: int
    environment: dict[str, str] = field(repr=False)

    def ask(self, target: str, method: str = "GET", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """The status and the body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, target, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def environment_for(database: Path) -> dict[str, str]:
    """The machine's environment without settings of ours, on a database of its own."""
    ours = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "DATABASE_URL": f"sqlite:///{database}", "PYTHONPATH": str(ROOT)}


def run_python(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The API over a fresh load of the facts."""
    folder = tmp_path_factory.mktemp("docs")
    environment = environment_for(folder / "events.sqlite3")
    for arguments in (["-m", "seed", "migrate"], ["-m", "seed"]):
        done = run_python(environment, *arguments)
        assert done.returncode == 0, done.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "app"], cwd=ROOT, env={**environment, "PORT": str(port)}, stdout=log, stderr=log
        )
    served = Api(port, environment)
    try:
        _wait_until_ready(served, server, folder / "server.log")
        yield served
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_until_ready(api: Api, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if api.ask("/readyz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail(f"the server did not become ready:\n{log.read_text()[-2000:]}", pytrace=False)
