"""Servers as operators run them, `python -m app`, with settings of the environment and their log in a file."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.settings import Settings
from tests.api.test_live_server import ROOT, free_port, request, wait_for
from tests.postgres_cluster import Database


@dataclass(frozen=True)
class Server:
    """A running server: its port, its process, and where it writes."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, target: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        return request(self.port, "GET", target, headers)

    def lines(self) -> list[dict[str, Any]]:
        """What it has logged, each line as the JSON that it is."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@contextmanager
def server(database: Database, folder: Path, **settings: str) -> Iterator[Server]:
    """A server that answers; ended in order by its own process where the test has not done so."""
    port, log = free_port(), folder / f"server-{free_port()}.log"
    ours = {name.upper() for name in Settings.model_fields} | {"OTEL_EXPORTER_OTLP_ENDPOINT"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    given = {"DATABASE_URL": database.read_url, "HOST": "127.0.0.1", "PORT": str(port), "LOG_LEVEL": "warning"}
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "app"], cwd=ROOT, env={**environment, **given, **settings}, stderr=lines
        )
        try:
            wait_for(port, process)
            yield Server(port, process, log)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)
