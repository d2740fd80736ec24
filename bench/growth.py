"""Measures whether a page takes longer where the database holds more: latencies of single requests, one at a time.

python -m bench.growth
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice

from bench import servers
from bench.checking import check_page, parsed
from bench.databases import Database, databases
from bench.files import first_file
from bench.http_client import Connection
from bench.machine import BenchFailed, Cores, this_process_on
from bench.options import cores_of, finish, parser, positive
from bench.questions import Calendar, Questions
from bench.tables import Table

PAGE = 100
# So many events meet each question, however many there are in all: few enough for the smallest database.
MEETING = (150, 170)
COLUMNS = ("what", "events", "median ms", "fastest to slowest ms", "of the smallest", "requests")
EARLY_PAGE = 5


@dataclass(frozen=True, slots=True)
class Times:
    """How long single requests took."""

    milliseconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    def cells(self, what: str, events: int, smallest: "Times") -> tuple[str, ...]:
        return (
            what,
            f"{events:,}",
            f"{self.median:.2f}",
            f"{min(self.milliseconds):.2f} to {max(self.milliseconds):.2f}",
            f"{self.median / smallest.median:.2f}",
            str(len(self.milliseconds)),
        )


@dataclass(frozen=True, slots=True)
class Site:
    """A server over one size of database, with one kept connection and the questions for it."""

    events: int
    connection: Connection
    questions: Questions

    def time_question(self) -> float:
        """Milliseconds for a question that was not asked before; the answer is checked when time has stopped."""
        (question,) = self.questions.take(1)
        begun = time.perf_counter()
        answer = self.connection.ask(question.address())
        took = (time.perf_counter() - begun) * 1000
        check_page(answer, self.questions.calendar, question, PAGE)
        return took


def measure(options: argparse.Namespace) -> list[Table]:
    """Databases of all sizes are served at once and asked in turn, so that a slow moment of the machine meets all."""
    cores = cores_of(options)
    with ExitStack() as opened:
        place = opened.enter_context(databases(options.work_folder, postgres=options.postgres))
        loaded = {events: place.with_events(events, fresh=options.fresh) for events in sorted(options.sizes)}
        sites = [_open(opened, options, cores, events, database) for events, database in loaded.items()]
        opened.enter_context(this_process_on(cores.client))
        filtered = time_questions(sites, options.requests)
        early, late = time_walks(sites[0], sites[-1], options.deep_page, options.walked)
    table = Table(f"Latency as data grows, {place.kind}", COLUMNS)
    for site, times in zip(sites, filtered, strict=True):
        table.add(*times.cells(f"{PAGE} of {MEETING[0]} to {MEETING[1]} events", site.events, filtered[0]))
    table.add(*early.cells(f"page {EARLY_PAGE} of a walk", sites[0].events, early))
    table.add(*late.cells(f"page {options.deep_page:,} of a walk", sites[-1].events, early))
    return [table]


def _open(opened: ExitStack, options: argparse.Namespace, cores: Cores, events: int, database: Database) -> Site:
    calendar = Calendar(first_file(options.work_folder, events))
    questions = Questions(calendar, 20, MEETING[1], only=calendar.most_frequent(), meeting=MEETING)
    server = opened.enter_context(servers.project(database, cores.server))
    return Site(events, opened.enter_context(server.connect()), questions)


def time_questions(sites: list[Site], number: int) -> list[Times]:
    """So many questions to each, after half as many to warm up."""
    taken: list[list[float]] = [[] for _ in sites]
    for _ in range(number // 2 + number):
        for site, milliseconds in zip(sites, taken, strict=True):
            milliseconds.append(site.time_question())
    return [Times(tuple(milliseconds[number // 2 :])) for milliseconds in taken]


def time_walks(small: Site, large: Site, deep_page: int, number: int) -> tuple[Times, Times]:
    """An early page of the small database and a late one of the large, in turn; no page is asked for twice.

    Late pages follow one another in one walk, with `deep_page` in their middle. Early ones are the same page of as many
    walks, whose pages are a little smaller and larger than usual.
    """
    first_late, smallest_limit = deep_page - number // 2, PAGE - number // 2
    if first_late < 1 or smallest_limit < 1:
        raise BenchFailed("--walked is too large for this --deep-page.")
    walk = _walk(large.connection, PAGE)
    skipped = sum(1 for _ in islice(walk, first_late - 1))
    early, late = [], []
    for limit in range(smallest_limit, smallest_limit + number):
        early += list(islice(_walk(small.connection, limit), EARLY_PAGE - 1, EARLY_PAGE))
        late += list(islice(walk, 1))
    if skipped != first_late - 1 or not len(early) == len(late) == number:
        raise BenchFailed("A walk ended too early: make more events, or give a smaller --deep-page or --walked.")
    return Times(tuple(early)), Times(tuple(late))


def _walk(connection: Connection, limit: int) -> Iterator[float]:
    """How long each page took, from the first one on; a page that is not full ends the walk."""
    address: str | None = f"/events?limit={limit}"
    while address is not None:
        begun = time.perf_counter()
        answer = connection.ask(address)
        took = (time.perf_counter() - begun) * 1000
        page = parsed(answer, address)
        address = page["links"]["next"]
        if page["meta"]["returned"] == limit:
            yield took


def main() -> int:
    """Run from the command line."""
    options = parser("growth", str(__doc__).partition("\n")[0])
    options.add_argument("--sizes", type=positive, nargs="+", default=[1000, 170_000, 1_000_000], help="events")
    options.add_argument("--requests", type=positive, default=200, help="filtered pages that are timed at each size")
    options.add_argument("--deep-page", type=positive, default=1000, help="the late page, in the largest database")
    options.add_argument("--walked", type=positive, default=49, help="pages of walks that are timed")
    options.add_argument("--fresh", action="store_true", help="load the databases anew, even where they are there")
    return finish(measure, options.parse_args())


if __name__ == "__main__":
    sys.exit(main())
