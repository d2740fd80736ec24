"""A few clients that never stop asking, and hold each answer against the right one, to the byte."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

PATIENCE_S = 20.0
CLIENTS = 4
# Between two questions of one client: the machine has other work.
PAUSE_S = 0.005
# So many right answers in a row, and whatever was wrong is over.
ENOUGH = 40
PLAIN = {"accept-encoding": "identity"}


@dataclass
class Load:
    """What the clients have met: `unavailable` are honest 503s, `faults` all that must not be."""

    port: int
    right: dict[str, bytes]
    answered: int = 0
    unavailable: int = 0
    in_a_row: int = 0
    faults: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    def wait_for(self, is_met: Callable[[], bool], what: str, timeout_s: float = PATIENCE_S) -> None:
        deadline = time.monotonic() + timeout_s
        while not is_met():
            if time.monotonic() > deadline:
                pytest.fail(f"{what} did not happen within {timeout_s:g} s: {self}")
            time.sleep(0.01)

    def wait_until_unavailable(self) -> None:
        before = self.unavailable
        self.wait_for(lambda: self.unavailable >= before + CLIENTS, "a 503 for each client")

    def wait_until_well(self) -> None:
        """Until right answers come one after the other, beginning now."""
        with self._lock:
            self.in_a_row = 0
        self.wait_for(lambda: self.in_a_row >= ENOUGH, "recovery")

    def __str__(self) -> str:
        return f"{self.answered} right, {self.unavailable} unavailable, {self.faults[:5]}"

    def ask_on(self, addresses: Sequence[str], begin: int) -> None:
        """Ask one address after the other until it is over; each client on one connection for as long as it holds."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        number = begin
        while not self._over.is_set():
            address = addresses[number % len(addresses)]
            number += 1
            try:
                connection.request("GET", address, headers=PLAIN)
                answer = connection.getresponse()
                self._judge(address, answer.status, answer.headers, answer.read())
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                with self._lock:
                    self.faults.append(f"{address}: {error!r}")
            time.sleep(PAUSE_S)
        connection.close()

    def _judge(self, address: str, status: int, headers: http.client.HTTPMessage, body: bytes) -> None:
        with self._lock:
            if status == 200 and body == self.right[address]:
                self.answered += 1
                self.in_a_row += 1
                return
            self.in_a_row = 0
            if status == 503 and is_honest(headers):
                self.unavailable += 1
            else:
                self.faults.append(f"{address}: {status} {body[:200]!r}")

    def end(self) -> None:
        self._over.set()


def is_honest(headers: http.client.HTTPMessage) -> bool:
    """Whether a refusal says that it is one, when to come again, and that nobody may keep it."""
    return (
        headers["content-type"] == "application/problem+json"
        and int(headers["retry-after"] or 0) > 0
        and headers["cache-control"] == "no-store"
    )


@contextmanager
def asked_all_the_time(port: int, addresses: Sequence[str]) -> Iterator[Load]:
    """The clients, from before a fault until after it. Whatever was wrong meanwhile fails the test at the end."""
    load = Load(port, {address: fetch(port, address) for address in addresses})
    clients = [threading.Thread(target=load.ask_on, args=(addresses, number), daemon=True) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        load.wait_until_well()
        yield load
    finally:
        load.end()
        for client in clients:
            client.join(PATIENCE_S)
    assert load.faults == []


def fetch(port: int, address: str) -> bytes:
    """The right answer, of before the fault."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("GET", address, headers=PLAIN)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200, body
    return body
