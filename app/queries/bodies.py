"""Unpacks the texts of published documents. A dictionary is read once for each connection to the database."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, bindparam, select
from zstandard import ZstdError

from app.models import CompressionDictionary
from app.packing import Texts, Unpacker

_CONTENT = select(CompressionDictionary.content).where(CompressionDictionary.number == bindparam("number"))
_UNPACKERS = "unpackers"


def unpack_all(connection: Connection, packed: Iterable[tuple[int | None, bytes]]) -> Sequence[bytes]:
    """The texts, each packed with the dictionary of that number, or with none.

    Where they share one, as those of a page mostly do, they are `Texts`. Raises ZstdError.
    """
    unpackers: dict[int | None, Unpacker] = connection.info.setdefault(_UNPACKERS, {})
    runs: list[Texts] = []
    for dictionary, run in groupby(packed, key=itemgetter(0)):
        bodies = [body for _, body in run]
        unpacker = unpackers.get(dictionary)
        # Another database may stand in the file since the dictionary was read.
        if unpacker is None or not unpacker.fits(bodies[0]):
            unpacker = unpackers[dictionary] = _learn(connection, dictionary)
        runs.append(unpacker.texts(bodies))
    return runs[0] if len(runs) == 1 else [text for run in runs for text in run]


def unpack(connection: Connection, dictionary: int | None, text: bytes) -> bytes:
    """One text."""
    (unpacked,) = unpack_all(connection, [(dictionary, text)])
    return unpacked


def _learn(connection: Connection, dictionary: int | None) -> Unpacker:
    content = None if dictionary is None else connection.scalar(_CONTENT, {"number": dictionary})
    if dictionary is not None and content is None:
        raise ZstdError(f"dictionary {dictionary} is not in the database")
    return Unpacker(content)
