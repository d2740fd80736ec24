"""Talks to a Docker engine through its own command line, and says why where none answers."""

import functools
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

ROOT = Path(__file__).parent.parent.parent
REQUIRED = "REQUIRE_CONTAINERS"  # set by `make test-containers`: who asks for these tests alone wants no skip
BUILD_TIMEOUT_S = 900
HARDENED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")  # noqa: S108


def docker(*arguments: str, environment: Mapping[str, str] | None = None, check: bool = True) -> str:
    """What `docker …` wrote on stdout; fails with what it wrote on stderr."""
    done = subprocess.run(
        ["docker", *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=BUILD_TIMEOUT_S,
    )
    if check and done.returncode != 0:
        pytest.fail(f"docker {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}", pytrace=False)
    return done.stdout


def inspect(container: str) -> dict[str, Any]:
    """What the engine knows of a container or an image."""
    described: list[dict[str, Any]] = json.loads(docker("inspect", container))
    return described[0]


def require_engine() -> None:
    """Skip with the reason where no engine with compose answers; fail where the tests were asked for."""
    reason = _why_no_engine()
    if reason is None:
        return
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@functools.cache
def _why_no_engine() -> str | None:
    if shutil.which("docker") is None:
        return "no `docker` on the PATH"
    for question in (("version", "--format", "{{.Server.Version}}"), ("compose", "version")):
        try:
            asked = subprocess.run(["docker", *question], capture_output=True, text=True, check=False, timeout=30)
        except subprocess.TimeoutExpired:
            return f"`docker {question[0]}` gave no answer within 30 s"
        if asked.returncode != 0:
            return f"`docker {question[0]}` says: {asked.stderr.strip() or asked.returncode}"
    return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str, timeout_s: float = 30) -> httpx2.Response:
    """The first answer 200; fails with the last thing that was seen instead."""
    deadline = time.monotonic() + timeout_s
    seen = "nothing"
    while time.monotonic() < deadline:
        with suppress(httpx2.TransportError):
            answer = httpx2.get(url, trust_env=False)
            if answer.status_code == httpx2.codes.OK:
                return answer
            seen = f"{answer.status_code} {answer.text}"
        time.sleep(0.1)
    pytest.fail(f"{url} did not answer 200 within {timeout_s} s, but {seen}", pytrace=False)


@dataclass(frozen=True)
class Stack:
    """One project of the compose file, apart from every other by its name, port, image and passwords."""

    project: str
    port: int
    environment: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def compose(self, *arguments: str) -> str:
        return docker("compose", "--project-name", self.project, *arguments, environment=self.environment)

    def up(self, *options: str) -> None:
        """As a user does it; waits until all are healthy or have done their work, or fails with what they said."""
        try:
            self.compose("up", "--detach", "--wait", *options)
        except pytest.fail.Exception as failure:
            pytest.fail(f"{failure}\n{self.compose('logs', '--tail', '50')}", pytrace=False)

    def container(self, service: str) -> dict[str, Any]:
        return inspect(self.compose("ps", "--all", "--quiet", service).strip())

    def execute(self, service: str, command: Sequence[str]) -> str:
        """What a command in the running container wrote, with the container's own environment and user."""
        return self.compose("exec", "-T", service, *command)

    def python(self, script: str) -> str:
        """What a script wrote that ran in the API's container."""
        return self.execute("api", ["python", "-c", script])

    def get(self, path: str) -> Any:
        """The JSON of an answer that has to be 200."""
        answer = httpx2.get(self.url + path, trust_env=False)
        assert answer.status_code == httpx2.codes.OK, answer.text
        return answer.json()

    def remove(self) -> None:
        """Leave nothing behind: containers, networks, volumes, the image."""
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "5")
        docker("image", "rm", "--force", self.environment["IMAGE"], check=False)
