"""A client that asks one question after the other over one kept connection."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class Answer:
    """What came; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """One connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def ask(self, address: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer, its body as it was sent. Raises OSError or HTTPException where none came."""
        self._connection.request("GET", address, headers={"Accept-Encoding": "identity", **(headers or {})})
        answer = self._connection.getresponse()
        body = answer.read()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)
