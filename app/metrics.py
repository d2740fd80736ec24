"""The numbers of a server's processes in Prometheus's format. What they mean is said here, beside each.

Nothing here names a client, a question or a machine; of the program it tells its version.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.db import UnsafeDatabase
from app.measuring import BOUNDS_S, Board, Numbers, together
from app.queries.releases import newest_release

_BOUNDS = [*(str(bound) for bound in BOUNDS_S), "+Inf"]
# Prometheus's name, the name in a process's numbers, and what it is.
_GROWS = (
    ("answer_cache_hits", "cache_hits", "Requests that were answered from memory."),
    ("answer_cache_misses", "cache_misses", "Answers that could have been remembered and were not."),
    ("database_statement_failures", "database_failures", "Statements that the database refused or broke off."),
    ("process_cpu_seconds", "cpu_seconds", "Processor time of all processes."),
)
_HAS = (
    ("answer_cache_answers", "cache_answers", "Answers in memory."),
    ("answer_cache_bytes", "cache_bytes", "Bytes of the bodies of answers in memory."),
    ("streams_under_way", "streams", "Whole results that are being sent."),
    ("process_resident_bytes", "resident_bytes", "Memory of all processes, what they share counted for each."),
    ("processes", "processes", "Processes that serve."),
)


class Picture(Collector):
    """One picture of a server, whichever of its processes draws it."""

    def __init__(self, engine: Engine, version: str, folder: str | None, own: Numbers | None = None) -> None:
        self._engine = engine
        self._version = version
        self._own = own
        self.board = Board(Path(folder)) if folder else None

    def lay_down(self) -> None:
        """Let the other processes know this one's numbers. Raises OSError."""
        if self.board is not None and self._own is not None:
            self.board.lay_down(self._own)

    def collect(self) -> Iterator[Metric]:
        """All metrics. Raises OSError where the numbers of others cannot be read."""
        self.lay_down()
        own = [] if self._own is None else [self._own.snapshot()]
        numbers = together(self.board.read() if self.board is not None else own)
        yield InfoMetricFamily("conflict_events_build", "What is running.", {"version": self._version})
        yield from _of_requests(numbers["waits"])
        yield from _of_work(numbers["grows"], numbers["has"])
        yield from _of_the_release(self._engine)


def render(picture: Picture, accept: str) -> tuple[bytes, str]:
    """The text of all metrics and its media type: Prometheus's own, or OpenMetrics where that is asked for."""
    registry = CollectorRegistry()
    registry.register(picture)
    write, media_type = choose_encoder(accept)
    return write(registry), media_type


def _of_requests(waits: dict[tuple[str, str, int], tuple[float, Sequence[int]]]) -> Iterator[Metric]:
    total = CounterMetricFamily(
        "conflict_events_requests",
        "Requests that got an answer, by the template of their route.",
        labels=["route", "method", "status"],
    )
    seconds = HistogramMetricFamily(
        "conflict_events_request_seconds",
        "From a request until its answer begins; of whole results, not how long they are sent.",
        labels=["route"],
    )
    by_route: dict[str, tuple[float, list[int]]] = {}
    for (route, method, status), (took, buckets) in sorted(waits.items()):
        total.add_metric([route, method, str(status)], sum(buckets))
        before, counts = by_route.get(route, (0.0, [0] * len(buckets)))
        by_route[route] = before + took, [one + other for one, other in zip(counts, buckets, strict=True)]
    for route, (took, buckets) in by_route.items():
        seconds.add_metric([route], list(zip(_BOUNDS, accumulate(buckets), strict=True)), took)
    return iter((total, seconds))


def _of_work(grows: dict[str, float], has: dict[str, float]) -> Iterator[Metric]:
    for name, counted_as, meaning in _GROWS:
        yield CounterMetricFamily(f"conflict_events_{name}", meaning, value=grows.get(counted_as, 0))
    for name, counted_as, meaning in _HAS:
        yield GaugeMetricFamily(f"conflict_events_{name}", meaning, value=has.get(counted_as, 0))
    statements = Metric("conflict_events_database_statement_seconds", "Time in the database, by statement.", "summary")
    statements.add_sample(f"{statements.name}_count", {}, grows.get("database_statements", 0))
    statements.add_sample(f"{statements.name}_sum", {}, grows.get("database_seconds", 0))
    yield statements
    yield _labelled(
        CounterMetricFamily("conflict_events_streams", "Whole results, by how they ended.", labels=["end"]),
        {end: grows.get(f"streams_{end}", 0) for end in ("finished", "abandoned", "broken")},
    )
    yield _labelled(
        GaugeMetricFamily("conflict_events_database_connections", "Connections of the pool.", labels=["state"]),
        {state: has.get(f"connections_{state}", 0) for state in ("in_use", "idle")},
    )


def _labelled(metric: Any, values: dict[str, float]) -> Metric:
    for label, value in values.items():
        metric.add_metric([label], value)
    return metric  # type: ignore[no-any-return]


def _of_the_release(engine: Engine) -> Iterable[Metric]:
    """Asked of the database at each reading. Where it is away, that is said, and no release is."""
    try:
        newest = newest_release(engine)
    except (SQLAlchemyError, sqlite3.Error, UnsafeDatabase):
        return [GaugeMetricFamily("conflict_events_database_up", "Whether the database answers.", value=0)]
    metrics = [GaugeMetricFamily("conflict_events_database_up", "Whether the database answers.", value=1)]
    if newest is not None:
        number, published_at = newest
        age = (datetime.now(UTC) - published_at).total_seconds()
        for name, meaning, value in (
            ("release", "The number of the newest release.", number),
            ("release_published_timestamp_seconds", "When it was published.", published_at.timestamp()),
            ("release_age_seconds", "How long ago that is.", age),
        ):
            metrics.append(GaugeMetricFamily(f"conflict_events_{name}", meaning, value=value))
    return metrics
