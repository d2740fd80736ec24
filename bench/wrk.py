"""Runs wrk, which asks for another address with each request. A run with any fault in it raises and counts nothing."""

import json
import shutil
import statistics
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import BenchFailed, on_core
from bench.servers import Server

SCRIPT = Path(__file__).with_name("ask.lua")
FAULTS = ("connect_errors", "read_errors", "write_errors", "timeouts", "failures")
FIRST_LIST, SPARE = 2000, 1.5
TIMEOUT_S = 30

# Gives so many addresses that nobody was given before.
NextAddresses = Callable[[int], list[str]]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of wrk."""

    per_second: float
    median_ms: float
    p99_ms: float
    bytes_each: float
    processor_ms_each: float


@dataclass(frozen=True, slots=True)
class Rate:
    """Several runs of the same question: the median, and how far they lie apart."""

    runs: tuple[Run, ...]

    @property
    def per_second(self) -> float:
        return statistics.median(run.per_second for run in self.runs)

    @property
    def spread(self) -> tuple[float, float]:
        """The slowest and the fastest run."""
        return min(run.per_second for run in self.runs), max(run.per_second for run in self.runs)

    @property
    def median_ms(self) -> float:
        return statistics.median(run.median_ms for run in self.runs)

    @property
    def processor_ms_each(self) -> float:
        """The server's own time on its core for an answer: what a busy machine disturbs least."""
        return statistics.median(run.processor_ms_each for run in self.runs)

    @property
    def bytes_each(self) -> float:
        return statistics.median(run.bytes_each for run in self.runs)


@dataclass(slots=True)
class Client:
    """wrk with one thread on its core; keeps its list of addresses in `folder`."""

    folder: Path
    core: int | None
    seconds: int
    runs: int
    connections: int = 8
    warm_up: int = 1
    _rate: float = field(default=0, init=False)

    def __post_init__(self) -> None:
        if shutil.which("wrk") is None:
            raise BenchFailed("There is no wrk on this machine (Debian, Ubuntu: apt-get install wrk).")

    def ask_list(self, server: Server, addresses: list[str], headers: Mapping[str, str]) -> Rate:
        """The same addresses, or one, all the time, after a warm-up."""
        if self.warm_up:
            self._run(server, addresses, headers, self.warm_up, again=True)
        runs = [self._run(server, addresses, headers, self.seconds, again=True) for _ in range(self.runs)]
        return Rate(tuple(run for run in runs if run is not None))

    def ask_once(self, server: Server, addresses: NextAddresses, headers: Mapping[str, str]) -> Rate:
        """Another address with each request, after a warm-up."""
        self._rate = 0
        if self.warm_up:
            self.ask_new(server, addresses, headers, self.warm_up)
        return Rate(tuple(self.ask_new(server, addresses, headers, self.seconds) for _ in range(self.runs)))

    def ask_new(self, server: Server, addresses: NextAddresses, headers: Mapping[str, str], seconds: int) -> Run:
        """One run; the list is made longer and the run repeated where the server was faster than was thought."""
        number = int(self._rate * seconds * SPARE) + FIRST_LIST
        while (run := self._run(server, addresses(number), headers, seconds)) is None:
            number *= 3
        self._rate = run.per_second
        return run

    def _run(
        self, server: Server, addresses: list[str], headers: Mapping[str, str], seconds: int, *, again: bool = False
    ) -> Run | None:
        """One run, or None where a list without `again` was too short; raises BenchFailed for any fault."""
        listing = self.folder / "addresses.txt"
        listing.write_text("\n".join(addresses) + "\n", encoding="ascii")
        command = ["wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "--timeout", f"{TIMEOUT_S}s"]
        command += ["-s", str(SCRIPT)]
        for name, value in headers.items():
            command += ["-H", f"{name}: {value}"]
        command += [f"http://127.0.0.1:{server.port}", "--", str(listing)]
        before = server.processor_seconds()
        done = subprocess.run(on_core(self.core, command), capture_output=True, text=True, check=False)
        spent = server.processor_seconds() - before
        if done.returncode != 0:
            raise BenchFailed(f"wrk failed: {done.stderr or done.stdout}")
        said: dict[str, int] = json.loads(done.stdout.rstrip().rpartition("\n")[2])
        if faults := _faults(said):
            raise BenchFailed(f"The server failed under load: {faults} of {said['answers']} answers.")
        if said["answers"] == 0:
            raise BenchFailed(f"The server did not answer once in {seconds} s.")
        return None if not again and said["asked"] > said["listed"] else _run_of(said, spent)


def _run_of(said: Mapping[str, int], processor_seconds: float) -> Run:
    return Run(
        per_second=said["answers"] / said["microseconds"] * 1e6,
        median_ms=said["median_us"] / 1000,
        p99_ms=said["p99_us"] / 1000,
        bytes_each=said["bytes"] / said["answers"],
        processor_ms_each=processor_seconds * 1000 / said["answers"],
    )


def _faults(said: Mapping[str, int]) -> str:
    return ", ".join(f"{said[name]} {name.replace('_', ' ')}" for name in FAULTS if said[name])
