"""What an import of a dataset did, in numbers that add up, for people and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from seed.importers.datasets import Reject

REJECTS_SHOWN = 20


@dataclass(slots=True)
class Sums:
    """Sums of low, best and high, in people killed."""

    low: int = 0
    best: int = 0
    high: int = 0

    def add(self, low: int | None, best: int | None, high: int | None) -> None:
        """Add one row's figures. A missing one adds nothing."""
        self.low += low or 0
        self.best += best or 0
        self.high += high or 0


@dataclass(slots=True)
class FileReport:
    """One file: `read` = `created` + `updated` + `unchanged` + `suppressed` + the number of `rejects`."""

    file: str
    source: str
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    suppressed: int = 0
    rejects: list[Reject] = field(default_factory=list)
    as_read: Sums = field(default_factory=Sums)
    as_stored: Sums = field(default_factory=Sums)

    def lines(self) -> Iterator[str]:
        loaded = self.created + self.updated
        yield f"{self.file} ({self.source}): {self.read} records read = {loaded} loaded ({self.created} new,"
        suppressed = f" + {self.suppressed} suppressed" if self.suppressed else ""
        yield f"  {self.updated} changed) + {self.unchanged} unchanged{suppressed} + {len(self.rejects)} rejected"
        for name, sums in (("as read", self.as_read), ("as stored", self.as_stored)):
            yield f"  killed {name + ':':<11} low {sums.low}, best {sums.best}, high {sums.high}"
        for reject in self.rejects[:REJECTS_SHOWN]:
            yield f"  rejected: record {reject.number}, id {reject.id or 'unknown'}: {'; '.join(reject.reasons)}"
        if len(self.rejects) > REJECTS_SHOWN:
            yield f"  and {len(self.rejects) - REJECTS_SHOWN} more rejects: --report FILE writes all"


@dataclass(slots=True)
class DatasetReport:
    """A whole import. `release` is None where nothing differed, and no release was made."""

    files: list[FileReport] = field(default_factory=list)
    withdrawn: int = 0
    release: int | None = None

    def lines(self) -> Iterator[str]:
        """The report in words."""
        for file in self.files:
            yield from file.lines()
        if self.withdrawn:
            yield f"{self.withdrawn} events are not in the files any more and were withdrawn"
        yield f"Published release {self.release}" if self.release else "Nothing new: no release was made"

    def as_json(self) -> dict[str, Any]:
        """The report in JSON's own types, every reject included."""
        return asdict(self)
