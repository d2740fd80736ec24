"""Runs a command and watches the memory of its process and of all that it starts; Linux tells that under /proc."""

import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.machine import ROOT, BenchFailed

SAMPLED_EACH_S = 0.05


@dataclass(frozen=True, slots=True)
class Watched:
    """How long a command took, and the largest sum of its processes' resident memory that was seen."""

    seconds: float
    peak_bytes: int


def watch(command: list[str], environment: Mapping[str, str]) -> Watched:
    """Run a command to its end; raises BenchFailed with what it said where it fails."""
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        peak = 0
        try:
            while process.poll() is None:
                peak = max(peak, sum(_resident_bytes(each) for each in _family(process.pid)))
                time.sleep(SAMPLED_EACH_S)
        except BaseException:
            process.kill()
            process.wait()
            raise
        seconds = time.perf_counter() - begun
        if process.returncode != 0:
            said.seek(0)
            raise BenchFailed(f"{' '.join(command[1:])} failed:\n{said.read().decode(errors='replace')}")
        return Watched(seconds, peak)


def _family(process: int) -> Iterator[int]:
    """A process and all that it, or what it started, has started; those that have just ended are left out."""
    yield process
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from _family(int(child))


def _resident_bytes(process: int) -> int:
    """Pages that processes share count for each of them, so that the sum is never too small."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0
