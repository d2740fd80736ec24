"""A real nginx with the project's own configuration, before an API on loopback. Only addresses and folders differ."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bench.nginx import configuration
from tests.api.test_live_server import free_port, request


def program() -> str:
    """nginx; the test is skipped where there is none, and fails in CI, which installs it."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        reason = "there is no nginx on this machine (Debian, Ubuntu: apt-get install nginx-light)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return found


@contextmanager
def before(api_port: int, folder: Path) -> Iterator[int]:
    """The port of nginx, with an empty cache, before an API; it is stopped at the end."""
    port = free_port()
    file = folder / "nginx.conf"
    file.write_text(configuration(api_port, port, folder), encoding="utf-8")
    folder.chmod(0o755)  # its workers are another user's
    for parent in folder.parents:
        if parent.name.startswith(("pytest-", "popen-")):  # the second where files of tests run side by side
            parent.chmod(0o755)
    command = [program(), "-c", str(file), "-e", f"{folder}/error.log", "-g", "daemon off;"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, process, folder)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            request(port, "GET", "/healthz")
            return
        time.sleep(0.05)
    pytest.fail(f"nginx did not come up: {(folder / 'error.log').read_text()}")
