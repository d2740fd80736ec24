"""Measures whole results over HTTP: rows a second by format, processor time a row, and the memory of the server.

python -m bench.streams --events 170000
"""

import argparse
import http.client
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import servers
from bench.databases import databases
from bench.http_client import TIMEOUT_S
from bench.machine import BenchFailed, this_process_on
from bench.memory import SAMPLED_EACH_S
from bench.options import cores_of, finish, parser, positive
from bench.servers import Server
from bench.tables import Table

FORMATS = ("csv", "ndjson", "geojson", "parquet")
COLUMNS = ("what", "events/s", "events/s of processor time", "MB", "anonymous memory before, MB", "at most, MB")
_READ_AT_ONCE = 2**18
_MEGA = 1_000_000


@dataclass(slots=True)
class Stream:
    """What one download took; `peak_bytes` is the most anonymous memory that the server was seen to have."""

    rows: int
    seconds: float
    processor_seconds: float
    bytes_sent: int
    bytes_before: int
    peak_bytes: int

    def cells(self, what: str) -> tuple[str, ...]:
        per_processor = f"{self.rows / self.processor_seconds:,.0f}" if self.processor_seconds else "too short"
        return (
            what,
            f"{self.rows / self.seconds:,.0f}",
            per_processor,
            f"{self.bytes_sent / _MEGA:,.1f}",
            f"{self.bytes_before / _MEGA:,.1f}",
            f"{self.peak_bytes / _MEGA:,.1f}",
        )


@dataclass(slots=True)
class Watch:
    """The anonymous memory of a process: what it holds itself, without the pages of files that it has mapped."""

    process: int
    peak_bytes: int = 0
    _done: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Sample until the block ends."""
        thread = threading.Thread(target=self._sample, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()

    def _sample(self) -> None:
        while True:
            self.peak_bytes = max(self.peak_bytes, anonymous_bytes(self.process))
            if self._done.wait(SAMPLED_EACH_S):
                return


def anonymous_bytes(process: int) -> int:
    """Resident memory of a process that belongs to no file. Raises BenchFailed where the system does not tell."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError as error:
        raise BenchFailed(f"The server's memory cannot be read: {error}") from error
    for line in lines:
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise BenchFailed("The system does not tell anonymous memory apart.")


def measure(options: argparse.Namespace) -> list[Table]:
    """A new server for each download, so that none has the memory of another; the median by time counts."""
    cores = cores_of(options)
    with databases(options.work_folder, postgres=options.postgres) as place:
        database = place.with_events(options.events, fresh=options.fresh)
        table = Table(f"limit=all of {options.events:,} events, sort={options.sort}, {place.kind}", COLUMNS)
        with this_process_on(cores.client):
            for name in options.formats:
                runs = []
                for _ in range(options.runs):
                    with servers.project(database, cores.server) as server:
                        runs.append(download(server, name, options.sort, options.events))
                table.add(*sorted(runs, key=lambda run: run.seconds)[len(runs) // 2].cells(name))
    return [table]


def download(server: Server, name: str, sort: str, expected: int) -> Stream:
    """Read all of a stream and keep nothing. Raises BenchFailed where it is not whole, or not of so many rows."""
    _read(server, f"/events?format={name}&limit=10")  # what is loaded when it is first asked for
    watch, before, used = Watch(server.process), anonymous_bytes(server.process), server.processor_seconds()
    with watch.watching():
        begun = time.perf_counter()
        total, received, lines = _read(server, f"/events?format={name}&limit=all&sort={sort}")
        took = time.perf_counter() - begun
    used = server.processor_seconds() - used
    if total != expected or (name == "ndjson" and lines != expected):
        raise BenchFailed(f"{name} had {total} rows and {lines} lines, and the database has {expected}.")
    return Stream(expected, took, used, received, before, watch.peak_bytes)


def _read(server: Server, address: str) -> tuple[int, int, int]:
    """The total that an answer names, how many bytes came, and how many lines."""
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT_S)) as connection:
            connection.request("GET", address, headers={"Accept-Encoding": "identity"})
            answer = connection.getresponse()
            received = lines = 0
            while part := answer.read(_READ_AT_ONCE):
                received += len(part)
                lines += part.count(b"\n")
    except (OSError, http.client.HTTPException) as error:
        raise BenchFailed(f"{address} broke off: {error!r}") from error
    if answer.status != http.client.OK:
        raise BenchFailed(f"{address} answered {answer.status}.")
    return int(answer.headers.get("Total-Count", 0)), received, lines


def main() -> int:
    """Run from the command line."""
    options = parser("streams", str(__doc__).partition("\n")[0])
    options.add_argument("--events", type=positive, required=True, help="how many the database holds")
    options.add_argument("--fresh", action="store_true", help="load the database anew, even where one is there")
    options.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS)
    options.add_argument("--sort", choices=("-date", "date", "-killed", "killed", "id"), default="-date")
    return finish(measure, options.parse_args())


if __name__ == "__main__":
    sys.exit(main())
