"""A reader that looks at every answer while an import runs: it must come from a release that is whole."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException

from bench.checking import parsed
from bench.machine import BenchFailed
from bench.questions import Calendar, Question, Questions
from bench.servers import Server

ROWS, PAUSE_S = 10, 0.05


@dataclass(slots=True)
class Witness:
    """Asks new questions with short pauses. `expected` says for each release that may answer when its events were.

    An answer is right where its total is that of the file which its release holds, with as many rows as were asked for.
    """

    questions: Questions
    expected: dict[int, Calendar]
    seen: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watching(self, server: Server) -> Iterator[None]:
        """Ask until the block ends; raises BenchFailed then, where any answer was wrong."""
        self._done.clear()
        thread = threading.Thread(target=self._ask, args=[server], daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()
        if self.faults:
            raise BenchFailed(f"{len(self.faults)} answers were wrong, the first: {self.faults[0]}")

    def _ask(self, server: Server) -> None:
        with server.connect() as connection:
            while not self._done.wait(PAUSE_S):
                (question,) = self.questions.take(1)
                address = question.address(limit=ROWS)
                try:
                    self._judge(question, parsed(connection.ask(address), address)["meta"])
                except (BenchFailed, OSError, HTTPException) as fault:
                    self.faults.append(f"{address}: {fault}")
                    return

    def _judge(self, question: Question, meta: dict[str, int]) -> None:
        release, calendar = meta["release"], self.expected.get(meta["release"])
        self.seen[release] += 1
        if calendar is None:
            self.faults.append(f"release {release} answered, which nobody published")
        elif (meta["total"], meta["returned"]) != (calendar.meeting(question), ROWS):
            self.faults.append(
                f"{question.address()} in release {release}: {meta['returned']} rows of {meta['total']}, and the file "
                f"has {calendar.meeting(question)}"
            )
