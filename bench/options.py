"""What all measurements can be told, and how they end: a table on the screen, the same as JSON, and an exit code."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from bench.machine import BenchFailed, Cores, choose_cores, description
from bench.tables import Table
from bench.wrk import Client

DEFAULT_FOLDER = Path("data/bench")


def parser(program: str, what: str, *, in_runs: bool = True) -> argparse.ArgumentParser:
    """With the options that all have, and those of what is measured in runs of some seconds."""
    made = argparse.ArgumentParser(prog=f"python -m bench.{program}", description=what)
    made.add_argument("--work-folder", type=Path, default=DEFAULT_FOLDER, help="where files and databases are kept")
    made.add_argument("--postgres", action="store_true", help="on a PostgreSQL that is started for this run")
    if in_runs:
        made.add_argument("--runs", type=positive, default=3, help="runs of which the median counts")
        made.add_argument("--seconds", type=positive, default=5, help="seconds that a run of wrk takes")
        made.add_argument("--warm-up", type=int, default=1, help="seconds of wrk before, which do not count")
    made.add_argument("--server-core", type=int, default=0)
    made.add_argument("--client-core", type=int, default=1)
    made.add_argument("--json", type=Path, metavar="FILE", help="write the tables as JSON as well")
    return made


def positive(text: str) -> int:
    """A number of at least one; what `argparse` says of a wrong one names this function."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def client_of(options: argparse.Namespace, cores: Cores, connections: int) -> Client:
    """wrk as the options want it; raises BenchFailed where there is none."""
    return Client(options.work_folder, cores.client, options.seconds, options.runs, connections, options.warm_up)


def cores_of(options: argparse.Namespace) -> Cores:
    """The cores to pin to; says what they are."""
    cores = choose_cores(options.server_core, options.client_core)
    print(description(cores), flush=True)
    return cores


def finish(measure: Callable[[argparse.Namespace], list[Table]], options: argparse.Namespace) -> int:
    """Measure and show; 1 with the reason on stderr where there is nothing to be believed."""
    options.work_folder = options.work_folder.resolve()
    try:
        tables = measure(options)
    except BenchFailed as failure:
        print(f"Nothing was measured. {failure}", file=sys.stderr)
        return 1
    for table in tables:
        print(f"\n{table.as_markdown()}")
    if options.json:
        options.json.write_text(json.dumps([table.as_json() for table in tables], indent=2) + "\n", encoding="utf-8")
    return 0
