"""A reader's throughput alone, and while a second import runs into the same database."""

import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench import servers
from bench.databases import Database, seed_command
from bench.files import NEXT_RELEASE, next_file
from bench.machine import ROOT, BenchFailed, Cores, on_core, this_process_on
from bench.questions import Calendar, Questions
from bench.servers import Server
from bench.witness import Witness
from bench.wrk import Client, Rate, Run

READERS = 2  # connections
HEADERS = {"Accept-Encoding": "identity"}
# Of the second import about so many stretches are measured, spread over its whole length.
STRETCHES = 12
FIRST, SECOND = 1, 2  # releases


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader reached, how many answers were checked meanwhile, and how long the second import took."""

    before: Rate
    during: Rate
    checked: int
    seconds: float

    def describe(self) -> str:
        """One line on how the reader was measured."""
        return (
            f"The second import took {self.seconds:,.1f} s beside the reader,"
            f" who was measured in {len(self.during.runs)} stretches of it."
        )


def read_during_an_import(
    database: Database, questions: Questions, client: Client, cores: Cores, events: int, first_took: float
) -> Reading:
    """The server has its core; reader, witness and importer share the other. Raises BenchFailed for a wrong answer."""
    revised = next_file(client.folder, events)
    witness = Witness(
        Questions(questions.calendar, questions.least, seed=2), {FIRST: questions.calendar, SECOND: Calendar(revised)}
    )

    def addresses(number: int) -> list[str]:
        return [question.address() for question in questions.take(number)]

    with servers.project(database, cores.server) as server, this_process_on(cores.client):
        with witness.watching(server):
            before = client.ask_once(server, addresses, HEADERS)
        witness.seen.clear()
        command = seed_command("ucdp", str(revised), "--release", NEXT_RELEASE)
        with witness.watching(server), _running(on_core(cores.client, command), database) as (importer, took):
            during = _read_while(importer, client, server, addresses, first_took / STRETCHES)
            _see_the_new_release(witness)
    return Reading(before, during, sum(witness.seen.values()), took[0])


@contextmanager
def _running(command: list[str], database: Database) -> Iterator[tuple["subprocess.Popen[bytes]", list[float]]]:
    """The importer, and a list that holds its seconds once it has ended; raises BenchFailed where it failed."""
    took: list[float] = []

    def wait(importer: "subprocess.Popen[bytes]", begun: float) -> None:
        importer.wait()
        took.append(time.perf_counter() - begun)

    with tempfile.TemporaryFile() as said:
        importer = subprocess.Popen(command, cwd=ROOT, env=database.environment(), stdout=said, stderr=said)
        waiting = threading.Thread(target=wait, args=[importer, time.perf_counter()])
        waiting.start()
        try:
            yield importer, took
        finally:
            if importer.poll() is None:
                importer.kill()
            waiting.join()
        if importer.returncode != 0:
            said.seek(0)
            raise BenchFailed(f"The second import failed:\n{said.read().decode(errors='replace')}")


def _read_while(
    importer: "subprocess.Popen[bytes]",
    client: Client,
    server: Server,
    addresses: Callable[[int], list[str]],
    each_s: float,
) -> Rate:
    """Runs of wrk that end before the import does, spread over it; a single one may be longer than a short import."""
    runs: list[Run] = []
    while importer.poll() is None:
        begun = time.perf_counter()
        run = client.ask_new(server, addresses, HEADERS, client.seconds)
        if importer.poll() is None or not runs:
            runs.append(run)
        with_pause = each_s - (time.perf_counter() - begun)
        if with_pause > 0 and importer.poll() is None:
            _wait(importer, with_pause)
    return Rate(tuple(runs))


def _wait(importer: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        importer.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _see_the_new_release(witness: Witness) -> None:
    """The import is over, so its release must answer soon."""
    deadline = time.perf_counter() + 10
    while SECOND not in witness.seen and not witness.faults:
        if time.perf_counter() > deadline:
            raise BenchFailed("The second import is over, and its release does not answer.")
        time.sleep(0.05)
