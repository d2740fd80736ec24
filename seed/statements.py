"""How many keys one statement takes, so that neither database is asked about more at a time."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

KEYS_A_STATEMENT = 500

Key = TypeVar("Key", str, int)


def chunks_of(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """The keys, as many at a time as a statement takes."""
    for start in range(0, len(keys), KEYS_A_STATEMENT):
        yield keys[start : start + KEYS_A_STATEMENT]
