"""The machine that is measured on: its cores, who runs on which, and what to say where that cannot be arranged."""

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
# What the environment of the one who measures may say of the project, and must not say to what is measured.
SETTINGS = ("DATABASE_URL", "DATABASE_WRITE_URL", "HOST", "PORT", "WORKERS", "CORS_ORIGINS", "LOG_LEVEL", "RATE_LIMIT")


class BenchFailed(Exception):
    """Nothing was measured, or what was measured must not be believed; its text says why."""


@dataclass(frozen=True, slots=True)
class Cores:
    """Where the servers run and where the client; None is anywhere."""

    server: int | None
    client: int | None


def choose_cores(server: int, client: int) -> Cores:
    """These cores, or none where the machine does not let processes be pinned to them; says so then."""
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    missing = [core for core in (server, client) if core not in allowed]
    if shutil.which("taskset") is None or missing:
        reason = f"no core {missing[0]} is allowed here" if missing else "there is no taskset on this machine"
        print(f"Nothing is pinned to a core: {reason}. Ratios are then less sure.", flush=True)
        return Cores(None, None)
    return Cores(server, client)


def on_core(core: int | None, command: list[str]) -> list[str]:
    """The same command, pinned."""
    return command if core is None else ["taskset", "-c", str(core), *command]


@contextmanager
def this_process_on(core: int | None) -> Iterator[None]:
    """Pin this process, and what it starts meanwhile without a core of its own."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def clean_environment(**settings: str) -> dict[str, str]:
    """The machine's environment with these settings of the project and no others."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


def description(cores: Cores) -> str:
    """What a reader of the figures has to know of the machine; never its name."""
    pinned = "unpinned" if cores.server is None else f"server on core {cores.server}, client on core {cores.client}"
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {pinned}"
