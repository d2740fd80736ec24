"""Starts a server on its core, waits until it answers, and stops it."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.databases import Database
from bench.http_client import Connection
from bench.machine import ROOT, BenchFailed, clean_environment, on_core

START_S, STOP_S = 120, 20
# One process, and no line in a log for each request, for whatever is measured.
UVICORN = [
    sys.executable,
    "-m",
    "uvicorn",
    "--host",
    "127.0.0.1",
    "--no-access-log",
    "--log-level",
    "warning",
    "--timeout-keep-alive",
    "600",
]
FIRST_QUESTION = "/readyz"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that has answered."""

    port: int
    process: int
    seconds_to_first_answer: float

    def connect(self) -> Connection:
        return Connection(self.port)

    def processor_seconds(self) -> float:
        """How long its one process has been running on a core."""
        user, system = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def project(database: Database, core: int | None, first_question: str = FIRST_QUESTION) -> Iterator[Server]:
    """The API with one worker."""
    command = [*UVICORN, "app.main:create_app", "--factory"]
    with _serving(command, clean_environment(DATABASE_URL=database.read_url), core, first_question) as server:
        yield server


@contextmanager
def bare(body: bytes, encoding: str, core: int | None) -> Iterator[Server]:
    """What sends this body and does nothing else."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        command = [*UVICORN, "bench.bare:application", "--factory"]
        environment = clean_environment(BENCH_BODY=file.name, BENCH_ENCODING=encoding)
        with _serving(command, environment, core, "/") as server:
            yield server


@contextmanager
def datasette(program: Path, file: Path, core: int | None) -> Iterator[Server]:
    """Datasette over a file that nobody writes to (its faster mode), without guesses at further facets."""
    command = [str(program), "serve", "-i", str(file), "-h", "127.0.0.1", "--setting", "suggest_facets", "off"]
    with _serving(command, clean_environment(), core, "/-/versions.json") as server:
        yield server


@contextmanager
def _serving(
    command: list[str], environment: Mapping[str, str], core: int | None, first_question: str
) -> Iterator[Server]:
    port = free_port()
    with tempfile.TemporaryFile() as log:
        begun = time.perf_counter()
        process = subprocess.Popen(
            on_core(core, [*command, "--port", str(port)]), cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            if not _answers(process, port, first_question, begun + START_S):
                log.seek(0)
                raise BenchFailed(f"{command[0]} did not serve:\n{log.read()[-2000:].decode(errors='replace')}")
            yield Server(port, process.pid, time.perf_counter() - begun)
        finally:
            _stop(process)


def _answers(process: "subprocess.Popen[bytes]", port: int, question: str, deadline: float) -> bool:
    while process.poll() is None and time.perf_counter() < deadline:
        try:
            with Connection(port) as connection:
                return connection.ask(question).status == http.client.OK
        except OSError:
            time.sleep(0.002)
    return False


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
