"""Holds the API's answers against the generated file before anything is measured: rows, totals, encodings."""

import gzip
import json
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import zstandard

from bench.http_client import Answer, Connection
from bench.machine import BenchFailed
from bench.questions import Calendar, Question

PLAIN = "identity"
ENCODINGS = (PLAIN, "gzip", "zstd")


@dataclass(frozen=True, slots=True)
class Sample:
    """What the checked questions were answered with: how many events met them, and the page of the median size."""

    totals: tuple[int, ...]
    typical: Question

    def describe(self) -> str:
        """One line on the questions."""
        middle = statistics.median(self.totals)
        return (
            f"{len(self.totals)} questions were checked before: each has a full page, and the total that the file says:"
            f" median {middle:,.0f}, {min(self.totals):,} to {max(self.totals):,}."
        )


def check(connection: Connection, calendar: Calendar, questions: Iterable[Question], rows: int) -> Sample:
    """Ask these questions; raises BenchFailed where an answer is not exactly right."""
    pages: list[tuple[int, int, Question]] = []
    for question in questions:
        answer = connection.ask(question.address())
        pages.append((len(answer.body), check_page(answer, calendar, question, rows), question))
    by_size = sorted(pages, key=lambda page: page[0])
    return Sample(tuple(total for _, total, _ in pages), by_size[len(by_size) // 2][2])


def check_page(answer: Answer, calendar: Calendar, question: Question, rows: int) -> int:
    """The total of a page that is full and right; raises BenchFailed."""
    meta = parsed(answer, question)["meta"]
    wanted = calendar.meeting(question)
    if (meta["returned"], meta["total"]) != (rows, wanted):
        raise BenchFailed(
            f"{question.address()} brought {meta['returned']} rows of {meta['total']}, not {rows} of {wanted}."
        )
    return wanted


def parsed(answer: Answer, question: object) -> dict[str, Any]:
    """The JSON of an answer; raises BenchFailed where it is none, or no success."""
    if answer.status != 200:
        raise BenchFailed(f"{question} was answered with {answer.status}: {answer.body[:300]!r}")
    read: dict[str, Any] = json.loads(answer.body)
    return read


def captured(connection: Connection, address: str, encodings: Iterable[str]) -> dict[str, Answer]:
    """The same page in each of these encodings, and plain; raises BenchFailed where one is not the same page."""
    wanted = dict.fromkeys([PLAIN, *encodings])
    answers = {encoding: connection.ask(address, {"Accept-Encoding": encoding}) for encoding in wanted}
    for encoding, answer in answers.items():
        if answer.status != 200 or answer.headers.get("content-encoding", PLAIN) != encoding:
            raise BenchFailed(f"{address}, {encoding} asked for: {answer.status}, {dict(answer.headers)}")
        if decoded(answer.body, encoding) != answers[PLAIN].body:
            raise BenchFailed(f"{address} reads otherwise when {encoding} is asked for.")
    return answers


def decoded(body: bytes, encoding: str) -> bytes:
    """The text of a body; one that was put together from several compressed parts as well."""
    if encoding == "gzip":
        return gzip.decompress(body)
    if encoding == "zstd":
        with zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True) as reader:
            return reader.read()
    return body
