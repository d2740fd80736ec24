"""What a process counts of its own work: plain numbers, cheap enough for every request; and several as one picture.

Knows neither HTTP nor the format in which the numbers are read (`app/metrics.py`).
"""

import json
import os
import resource
import secrets
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from time import process_time
from typing import Any

# Upper bounds of the buckets in seconds. A page takes a millisecond or so; what takes ten seconds is given up.
BOUNDS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

# The route's template, the method and the status: their number is bounded by the program, never by what is asked.
Key = tuple[str, str, int]


class Waits:
    """How long the answers to one kind of request took to begin."""

    __slots__ = ("buckets", "seconds")

    def __init__(self) -> None:
        self.buckets = [0] * (len(BOUNDS_S) + 1)
        self.seconds = 0.0


class StatementClock:
    """Adds up the time that statements took, from whatever threads they are run in."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.statements = 0
        self.failed = 0
        self.seconds = 0.0
        self.told: Callable[[str, float], None] | None = None

    def note(self, statement: str, seconds: float) -> None:
        """A statement was run, or failed; `seconds` until its first row was there or it failed."""
        with self._lock:
            self.statements += 1
            self.seconds += seconds
        if self.told is not None:
            self.told(statement, seconds)

    def note_rows(self, seconds: float) -> None:
        """Further rows of a statement that was noted were read."""
        with self._lock:
            self.seconds += seconds

    def note_failure(self) -> None:
        """A statement that was noted failed."""
        with self._lock:
            self.failed += 1


@dataclass(slots=True)
class StreamCounts:
    """Whole results that are written while they are sent."""

    under_way: int = 0
    finished: int = 0
    abandoned: int = 0
    broken: int = 0


@dataclass(slots=True)
class Remembered:
    """What the memory for answers did."""

    hits: int = 0
    misses: int = 0
    answers: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Numbers:
    """The numbers of one process. All but the clock are changed in the event loop's thread alone."""

    connections: Callable[[], dict[str, int]] = dict
    database: StatementClock = field(default_factory=StatementClock)
    streams: StreamCounts = field(default_factory=StreamCounts)
    remembered: Remembered = field(default_factory=Remembered)
    waits: dict[Key, Waits] = field(default_factory=dict)

    def answered(self, key: Key, seconds: float) -> None:
        """An answer began so long after its request."""
        waits = self.waits.get(key)
        if waits is None:
            waits = self.waits[key] = Waits()
        waits.seconds += seconds
        waits.buckets[bisect_left(BOUNDS_S, seconds)] += 1

    def snapshot(self) -> dict[str, Any]:
        """All of it as JSON can hold it: what only grows, and what a process has while it lives."""
        clock = self.database
        return {
            "pid": os.getpid(),
            "waits": [[*key, waits.seconds, waits.buckets] for key, waits in list(self.waits.items())],
            "grows": {
                "database_seconds": clock.seconds,
                "database_statements": clock.statements,
                "database_failures": clock.failed,
                "cache_hits": self.remembered.hits,
                "cache_misses": self.remembered.misses,
                "cpu_seconds": process_time(),
                **{f"streams_{name}": n for name, n in asdict(self.streams).items() if name != "under_way"},
            },
            "has": {
                "streams": self.streams.under_way,
                "cache_answers": self.remembered.answers,
                "cache_bytes": self.remembered.bytes,
                "resident_bytes": _resident_bytes(),
                "processes": 1,
                **{f"connections_{state}": number for state, number in self.connections().items()},
            },
        }


def _resident_bytes() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:  # not Linux: the most that it ever took
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()


class Board:
    """A folder where the processes of one server lay their numbers, so that any of them can show all.

    Each process has a file of its own, which is replaced whole. Numbers are read from the files alone, never from
    memory, so that what only grows never seems to fall between two readings, whichever process shows them. The file
    of a process that has ended stays, for its requests were answered.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = folder / f"{os.getpid()}-{secrets.token_hex(4)}.json"
        self._lock = Lock()

    def lay_down(self, numbers: Numbers) -> None:
        """Replace this process's numbers. Raises OSError."""
        new = self._own.with_suffix(".new")
        with self._lock:
            new.write_text(json.dumps(numbers.snapshot()), encoding="utf-8")
            new.replace(self._own)

    def read(self) -> list[dict[str, Any]]:
        """The numbers of all processes there were. Raises OSError."""
        return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(self._folder.glob("*.json"))]


def together(snapshots: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The numbers of several processes as those of one; what a process has counts while it lives."""
    waits: dict[Key, tuple[float, list[int]]] = {}
    grows: dict[str, float] = {}
    has: dict[str, float] = {"processes": 0}
    for snapshot in snapshots:
        for route, method, status, seconds, buckets in snapshot["waits"]:
            key = (route, method, status)
            before, counts = waits.get(key, (0.0, [0] * len(buckets)))
            waits[key] = before + seconds, [one + other for one, other in zip(counts, buckets, strict=True)]
        for name, number in snapshot["grows"].items():
            grows[name] = grows.get(name, 0) + number
        for name, number in snapshot["has"].items():
            has[name] = has.get(name, 0) + (number if _lives(snapshot["pid"]) else 0)
    return {"waits": waits, "grows": grows, "has": has}


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
