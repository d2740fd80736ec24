"""Brings a file that is named by an address to this machine, for as long as it is needed."""

import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from seed.importers.tables import MOST_BYTES, FileRefused

TIMEOUT_S = 60
_AT_ONCE_BYTES = 2**20


@contextmanager
def as_local_file(path_or_url: str, most_bytes: int = MOST_BYTES) -> Iterator[Path]:
    """The file itself, or a copy of what stands at an http(s) address, under the address's own file name.

    Raises FileRefused where it cannot be had, or has no end.
    """
    if not path_or_url.startswith(("http://", "https://")):
        yield Path(path_or_url)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / (Path(unquote(urlsplit(path_or_url).path)).name or "download")
        try:
            with urllib.request.urlopen(path_or_url, timeout=TIMEOUT_S) as answer, file.open("wb") as copy:  # noqa: S310
                _copy(answer, copy, path_or_url, most_bytes)
        except (urllib.error.URLError, OSError) as error:
            raise FileRefused(f"{path_or_url} cannot be fetched: {getattr(error, 'reason', error)}.") from None
        yield file


def _copy(answer: Any, copy: IO[bytes], url: str, most_bytes: int) -> None:
    left = most_bytes
    while part := answer.read(_AT_ONCE_BYTES):
        left -= len(part)
        if left < 0:
            raise FileRefused(f"{url} gives more than {most_bytes:,} bytes; where it has to, say so with --most-bytes.")
        copy.write(part)
