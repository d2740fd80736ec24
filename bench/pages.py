"""Measures pages of events against a bare uvicorn that sends the same bytes, and against Datasette, in one run.

python -m bench.pages --events 170000
"""

import argparse
import sys
from pathlib import Path

from bench import datasette_side, servers
from bench.checking import ENCODINGS, Sample, captured, check
from bench.databases import Database, databases
from bench.files import first_file
from bench.http_client import Answer
from bench.options import client_of, cores_of, finish, parser, positive
from bench.page_rates import COLUMNS, DATASETTE, PAGE, PageRates, never_seen_row
from bench.questions import Calendar, Questions
from bench.servers import Server
from bench.tables import Table

CHECKED = 100  # questions whose answers are held against the file before anything is measured


def measure(options: argparse.Namespace) -> list[Table]:
    """All servers in turn, over one database."""
    cores = cores_of(options)
    client = client_of(options, cores, options.connections)
    with databases(options.work_folder, postgres=options.postgres and not options.database_url) as place:
        url = options.database_url
        database = Database(url, url) if url else place.with_events(options.events, fresh=options.fresh)
        questions = Questions(Calendar(first_file(options.work_folder, options.events)), PAGE)
        pages = PageRates(client, questions, cores.server)
        with servers.project(database, cores.server) as server:
            sample, bodies = _check_and_capture(server, questions, options.encodings)
            pages.measure_project(server, sample.typical, bodies)
        pages.measure_bare(bodies)
        notes = [sample.describe()]
        if not options.without_datasette:
            notes.append(_measure_datasette(options, pages, database, len(bodies["identity"].body)))
    kind = "PostgreSQL" if database.read_url.startswith("postgres") else "SQLite"
    return [Table(f"Pages of {PAGE} events of {options.events:,}, {kind}", COLUMNS, pages.rates.rows(), notes)]


def _check_and_capture(server: Server, questions: Questions, encodings: list[str]) -> tuple[Sample, dict[str, Answer]]:
    """Nothing is measured where an answer is wrong. None of these questions is asked for as a never-seen page later."""
    with server.connect() as connection:
        sample = check(connection, questions.calendar, questions.take(CHECKED), PAGE)
        print(sample.describe(), flush=True)
        return sample, captured(connection, sample.typical.address(), encodings)


def _measure_datasette(options: argparse.Namespace, pages: PageRates, database: Database, page_bytes: int) -> str:
    """Adds Datasette's row; says how the project's compares."""
    program = datasette_side.install(options.work_folder)
    file: Path = options.work_folder / f"documents_{options.events}.sqlite3"
    with servers.project(database, pages.server_core) as server, server.connect() as connection:
        copied = datasette_side.copy_documents(connection, file)
    with servers.datasette(program, file, pages.server_core) as server:
        with server.connect() as connection:
            sampled = pages.questions.take(CHECKED // 5)
            datasette_side.check(connection, pages.questions.calendar, file, sampled, PAGE)
        pages.measure_datasette(server, file, page_bytes // 2)
    ratio = pages.rates.ratio(never_seen_row("identity"), DATASETTE)
    return f"Never-seen pages, this project to {datasette_side.version(program)} ({copied:,} documents): {ratio:.1f}."


def main() -> int:
    """Run from the command line."""
    options = parser("pages", str(__doc__).partition("\n")[0])
    options.add_argument("--events", type=positive, required=True, help="how many the database holds")
    options.add_argument("--database-url", metavar="URL", help="measure this database, which holds just these events")
    options.add_argument("--fresh", action="store_true", help="load the database anew, even where one is there")
    options.add_argument("--connections", type=positive, default=8, help="connections that ask at the same time")
    options.add_argument("--without-datasette", action="store_true")
    options.add_argument("--encodings", nargs="+", choices=ENCODINGS, default=ENCODINGS, help="beside plain answers")
    return finish(measure, options.parse_args())


if __name__ == "__main__":
    sys.exit(main())
