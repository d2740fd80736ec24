"""What is wrong with a file of facts, and where: said of all rows at once, for the person who edits the file."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.problems import nearest

Steps = tuple[str | int, ...]  # to a value in a file: the names of members and the numbers of rows


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `line` counts from 1; `row` is empty where the fault is the whole file's."""

    file: str
    line: int
    row: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where}: {self.row}: {self.reason}" if self.row else f"{where}: {self.reason}"


class FactsRefused(Exception):
    """The facts are not taken, any of them. `faults` holds all that was found, by file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults), key=lambda fault: (fault.file, fault.line, fault.row, fault.reason)))
        super().__init__(self.faults)

    def __str__(self) -> str:
        number = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        return "\n".join([f"The facts are refused: {number}.", *map(str, self.faults)])


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """A clause that proposes the nearest of the candidates, or nothing where none is near."""
    found = nearest(word, candidates)
    return f"; did you mean {' or '.join(repr(candidate) for candidate in found)}?" if found else ""


def row_name(path: Steps, identifier: str | None = None) -> str:
    """A path as a person reads it: `events[2] 2024-02-02-us-strikes-syria .casualty_claims[0]`."""
    parts = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path[2:])
    head = "".join(f"[{step}]" if isinstance(step, int) else str(step) for step in path[:2])
    return " ".join(part for part in (head, identifier, parts) if part)
