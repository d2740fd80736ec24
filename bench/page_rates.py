"""The rows of the table of pages: which server is asked what, and what must hold of its answers for a row to count."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench import datasette_side, servers
from bench.http_client import Answer
from bench.machine import BenchFailed
from bench.questions import Question, Questions
from bench.servers import Server
from bench.wrk import Client, Rate

PAGE = 100  # rows, the API's default
NO_BODY_BYTES = 1500  # an answer without a body is smaller than this
COLUMNS = ("what", "requests/s", "slowest to fastest run", "of the bare app", "by processor time", "bytes", "median ms")
AGAIN_WITH_ETAG = "the same page again, If-None-Match"
DATASETTE = "Datasette, never-seen page"


def bare_row(encoding: str) -> str:
    return f"bare uvicorn, {encoding}"


def never_seen_row(encoding: str) -> str:
    return f"never-seen page, {encoding}"


def again_row(encoding: str) -> str:
    return f"the same page again, {encoding}"


@dataclass(slots=True)
class Rates:
    """Rates by the name of the row, with the row of the bare app that each is held against."""

    rates: dict[str, Rate] = field(default_factory=dict)
    against: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, rate: Rate, against: str, least_bytes: int, most_bytes: int | None = None) -> None:
        """A row; raises BenchFailed where the answers were not of the size that they must be."""
        if rate.bytes_each < least_bytes or (most_bytes is not None and rate.bytes_each > most_bytes):
            raise BenchFailed(f"{name}: the answers have {rate.bytes_each:,.0f} bytes, which cannot be right.")
        self.rates[name] = rate
        self.against[name] = against
        print(f"  {name}: {rate.per_second:,.0f} requests/s", flush=True)

    def ratio(self, name: str, to: str) -> float:
        return self.rates[name].per_second / self.rates[to].per_second

    def rows(self) -> list[tuple[str, ...]]:
        """The cells of all rows, what they are held against first."""
        first = dict.fromkeys(self.against.values())
        return [self._cells(name, self.rates[name]) for name in first | self.rates]

    def _cells(self, name: str, rate: Rate) -> tuple[str, ...]:
        slowest, fastest = rate.spread
        return (
            name,
            f"{rate.per_second:,.0f}",
            f"{slowest:,.0f} to {fastest:,.0f}",
            f"{self.ratio(name, self.against[name]):.3f}",
            f"{self.rates[self.against[name]].processor_ms_each / rate.processor_ms_each:.3f}",
            f"{rate.bytes_each:,.0f}",
            f"{rate.median_ms:.2f}",
        )


@dataclass(slots=True)
class PageRates:
    """Measures one row after the other."""

    client: Client
    questions: Questions
    server_core: int | None
    rates: Rates = field(default_factory=Rates)

    def measure_bare(self, bodies: Mapping[str, Answer]) -> None:
        """A server that does nothing but send these bodies; asked for the same addresses as the project."""
        addresses = [question.address() for question in self.questions.take(1000)]
        for encoding in bodies:
            body = bodies[encoding].body
            with servers.bare(body, encoding, self.server_core) as server:
                rate = self.client.ask_list(server, addresses, {"Accept-Encoding": encoding})
            self.rates.add(bare_row(encoding), rate, bare_row(encoding), len(body))

    def measure_project(self, server: Server, typical: Question, bodies: Mapping[str, Answer]) -> None:
        """Pages that nobody asked for before, then one page all the time."""
        for encoding in bodies:
            headers = {"Accept-Encoding": encoding}
            rate = self.client.ask_once(server, self._addresses, headers)
            self.rates.add(never_seen_row(encoding), rate, bare_row(encoding), len(bodies[encoding].body) // 2)
        for encoding in bodies:
            rate = self.client.ask_list(server, [typical.address()], {"Accept-Encoding": encoding})
            self.rates.add(again_row(encoding), rate, bare_row(encoding), len(bodies[encoding].body))
        headers = {"Accept-Encoding": "identity", "If-None-Match": bodies["identity"].headers["etag"]}
        with server.connect() as connection:
            if (status := connection.ask(typical.address(), headers).status) != 304:
                raise BenchFailed(f"{typical.address()} with its ETag was answered with {status}, not 304.")
        rate = self.client.ask_list(server, [typical.address()], headers)
        self.rates.add(AGAIN_WITH_ETAG, rate, bare_row("identity"), 0, NO_BODY_BYTES)

    def measure_datasette(self, server: Server, file: Path, least_bytes: int) -> None:
        """The same kind of question; no page is asked for twice here either."""

        def addresses(number: int) -> list[str]:
            return [datasette_side.address(file, question, PAGE) for question in self.questions.take(number)]

        rate = self.client.ask_once(server, addresses, {"Accept-Encoding": "identity"})
        self.rates.add(DATASETTE, rate, bare_row("identity"), least_bytes)

    def _addresses(self, number: int) -> list[str]:
        return [question.address() for question in self.questions.take(number)]
