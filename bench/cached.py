"""Measures what an HTTP cache before the API spares it: nginx with deploy/nginx.conf, and questions as crowds ask them.

python -m bench.cached --events 170000 --requests 6000
"""

import argparse
import itertools
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import servers
from bench.databases import databases
from bench.files import first_file
from bench.http_client import Connection
from bench.machine import BenchFailed, on_core, this_process_on
from bench.nginx import configuration
from bench.options import cores_of, finish, parser, positive
from bench.questions import Calendar, Questions
from bench.servers import Server
from bench.tables import Table

COLUMNS = (
    "what",
    "requests",
    "hit rate",
    "asked of the API",
    "API, ms of processor time",
    "MB sent",
    "MB from the API",
)
PINNED_SHARE = 0.3
ENCODINGS = ("zstd, gzip, br", "gzip, deflate, br, zstd", "gzip, deflate", "gzip")


@dataclass(slots=True)
class Crowd:
    """Questions of which few are asked by many: the n-th most frequent 1/n^`slope` times as often as the first.

    Each comes in one of the ways that clients spell `Accept-Encoding`, and some name a release.
    """

    addresses: list[str]
    slope: float
    seed: int = 1
    _chance: random.Random = field(init=False)
    _weights: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311  # a sample, no secret
        self._weights = list(itertools.accumulate(1 / rank**self.slope for rank in range(1, len(self.addresses) + 1)))

    def ask(self, requests: int) -> Iterator[tuple[str, dict[str, str]]]:
        for address in self._chance.choices(self.addresses, cum_weights=self._weights, k=requests):
            yield address, {"Accept-Encoding": self._chance.choice(ENCODINGS)}


@contextmanager
def nginx(api: Server, core: int | None) -> Iterator[int]:
    """The port of a cache that is empty; it is stopped at the end."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise BenchFailed("There is no nginx (Debian, Ubuntu: apt-get install nginx-light).")
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), servers.free_port()
        folder.chmod(0o755)  # its workers are another user's
        text = re.sub(r"access_log .*?;", "access_log off;", configuration(api.port, port, folder))
        file = folder / "nginx.conf"
        file.write_text(text, encoding="utf-8")
        command = [program, "-c", str(file), "-e", f"{folder}/error.log", "-g", "daemon off;"]
        process = subprocess.Popen(on_core(core, command), stderr=subprocess.DEVNULL)
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(servers.STOP_S)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + servers.STOP_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with Connection(port) as connection:
                connection.ask("/healthz")
                return
        except OSError:
            time.sleep(0.02)
    raise BenchFailed("nginx did not serve.")


@dataclass(slots=True)
class Told:
    """What a crowd was told, and what it took."""

    requests: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    bytes_sent: int = 0
    bytes_asked_for: int = 0
    processor_seconds: float = 0.0

    def cells(self, what: str) -> tuple[str, ...]:
        spared = self.outcomes["HIT"]
        return (
            what,
            f"{self.requests:,}",
            f"{spared / self.requests:.3f}" if self.outcomes else "none",
            f"{self.requests - spared:,}",
            f"{self.processor_seconds * 1000:,.0f}",
            f"{self.bytes_sent / 1e6:,.1f}",
            f"{self.bytes_asked_for / 1e6:,.1f}",
        )


def ask(port: int, api: Server, crowd: Iterator[tuple[str, dict[str, str]]]) -> Told:
    """Put all questions one after the other. Raises BenchFailed where one is not answered as it should be."""
    told, used = Told(), api.processor_seconds()
    with Connection(port) as connection:
        for address, headers in crowd:
            answer = connection.ask(address, headers)
            if answer.status != 200:
                raise BenchFailed(f"{address} was answered {answer.status}.")
            outcome = answer.headers.get("x-cache")
            if outcome is not None:
                told.outcomes[outcome] += 1
            told.requests += 1
            told.bytes_sent += len(answer.body)
            told.bytes_asked_for += 0 if outcome == "HIT" else len(answer.body)
    told.processor_seconds = api.processor_seconds() - used
    return told


def measure(options: argparse.Namespace) -> list[Table]:
    """The same questions of the API alone, and through an empty cache to an API that has just started."""
    cores = cores_of(options)
    with databases(options.work_folder, postgres=options.postgres) as place:
        database = place.with_events(options.events)
        calendar = Calendar(first_file(options.work_folder, options.events))
        addresses = _addresses(Questions(calendar, least=100), options.questions)
        title = f"{options.questions:,} questions of {options.events:,} events, {place.kind}"
        table = Table(title, COLUMNS)
        with this_process_on(cores.client):
            for slope in options.slopes:
                with servers.project(database, cores.server) as api:
                    crowd = Crowd(addresses, slope).ask(options.requests)
                    table.add(*ask(api.port, api, crowd).cells(f"slope {slope:g}, the API alone"))
                with servers.project(database, cores.server) as api, nginx(api, cores.client) as port:
                    crowd = Crowd(addresses, slope).ask(options.requests)
                    table.add(*ask(port, api, crowd).cells(f"slope {slope:g}, through the cache"))
    return [table]


def _addresses(questions: Questions, number: int) -> list[str]:
    chance = random.Random(1)  # noqa: S311  # a sample, no secret
    return [
        question.address(**({"release": 1} if chance.random() < PINNED_SHARE else {}))
        for question in questions.take(number)
    ]


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 where all was measured."""
    made = parser("cached", "Measure what an HTTP cache before the API spares it.", in_runs=False)
    made.add_argument("--events", type=positive, default=170_000, help="events in the database")
    made.add_argument("--questions", type=positive, default=2_000, help="different questions that are asked")
    made.add_argument("--requests", type=positive, default=6_000, help="requests in all, for each slope")
    made.add_argument("--slopes", type=float, nargs="+", default=[0.8, 1.0, 1.2], help="how unlike the questions are")
    return finish(measure, made.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
