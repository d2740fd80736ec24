"""Measures an import: how fast, how much memory and space, how soon a server answers, what a reader notices.

python -m bench.imports --events 170000
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from bench import servers
from bench.databases import Database, databases, seed_command
from bench.files import FIRST_RELEASE, first_file
from bench.machine import BenchFailed
from bench.memory import Watched, watch
from bench.options import client_of, cores_of, finish, parser, positive
from bench.questions import Calendar, Question, Questions
from bench.reading import READERS, Reading, read_during_an_import
from bench.tables import Table

PAGE = 100
MEGABYTE = 1e6


def measure(options: argparse.Namespace) -> list[Table]:
    """One import into an empty database, then a second one beside a reader."""
    cores = cores_of(options)
    client = client_of(options, cores, READERS)
    with databases(options.work_folder, postgres=options.postgres) as place:
        file = first_file(options.work_folder, options.events)
        database = place.empty("import")
        imported = time_import(database, file, options.events)
        size = database.bytes_on_disk()
        questions = Questions(Calendar(file), PAGE)
        started = time_starts(database, questions.take(options.runs), cores.server)
        reading = read_during_an_import(database, questions, client, cores, options.events, imported.seconds)
    table = Table(f"Import of {options.events:,} events, {place.kind}", ("what", "measured"))
    table.rows.extend(_rows(options.events, imported, file.stat().st_size, size, started, reading))
    table.notes.append(reading.describe())
    return [table]


def time_import(database: Database, file: Path, events: int) -> Watched:
    """The whole command, from its start to its end; raises BenchFailed where it did not load every event."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        arguments = ("ucdp", str(file), "--release", FIRST_RELEASE, "--report", str(report))
        print(f"Importing {events:,} events.", flush=True)
        watched = watch(seed_command(*arguments), database.environment())
        (said,) = json.loads(report.read_text(encoding="utf-8"))["files"]
    if said["created"] != events:
        raise BenchFailed(f"The import made {said['created']} of {events} events.")
    return watched


def time_starts(database: Database, questions: list[Question], core: int | None) -> float:
    """Seconds from the start of a server to its first page, the median of a few starts."""
    seconds = []
    for question in questions:
        with servers.project(database, core, question.address()) as server:
            seconds.append(server.seconds_to_first_answer)
    return statistics.median(seconds)


def _rows(
    events: int, imported: Watched, file_bytes: int, database_bytes: int, started: float, reading: Reading
) -> list[tuple[str, str]]:
    before, during = reading.before.per_second, reading.during.per_second
    return [
        ("import, seconds", f"{imported.seconds:,.1f}"),
        ("import, events/s", f"{events / imported.seconds:,.0f}"),
        ("peak memory of the importer, MB", f"{imported.peak_bytes / MEGABYTE:,.0f}"),
        ("database, MB", f"{database_bytes / MEGABYTE:,.1f}"),
        ("database, times the CSV", f"{database_bytes / file_bytes:.2f}"),
        ("server start to first page, seconds", f"{started:.2f}"),
        ("reader alone, requests/s", f"{before:,.0f}"),
        ("reader during a second import, requests/s", f"{during:,.0f}"),
        ("reader during a second import, of alone", f"{during / before:.2f}"),
        ("answers checked during the second import", f"{reading.checked:,}, all from whole releases"),
    ]


def main() -> int:
    """Run from the command line."""
    options = parser("imports", str(__doc__).partition("\n")[0])
    options.add_argument("--events", type=positive, required=True, help="how many are imported")
    return finish(measure, options.parse_args())


if __name__ == "__main__":
    sys.exit(main())
