"""Unpacks the texts of published documents. A dictionary is read once for each connection to the database."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, bindparam, select
from zstandard import ZstdError

from app.models import CompressionDictionary
from app.packing import Unpacker

_CONTENT = select(CompressionDictionary.content).where(CompressionDictionary.number == bindparam("number"))
_UNPACKERS = "unpackers"


def unpack_all(connection: Connection, packed: Iterable[tuple[int | None, bytes]]) -> list[bytes]:
    """The texts, each packed with the dictionary of that number, or with none."""
    unpackers: dict[int | None, Unpacker] = connection.info.setdefault(_UNPACKERS, {})
    texts: list[bytes] = []
    # Those of one page mostly share a dictionary.
    for dictionary, run in groupby(packed, key=itemgetter(0)):
        bodies = [body for _, body in run]
        unpacker = unpackers.get(dictionary) or _learn(connection, unpackers, dictionary)
        try:
            texts += [unpacker.unpack(body) for body in bodies]
        except ZstdError:
            # Another database may stand in the file since the dictionary was read; it is read anew, and once.
            unpacker = _learn(connection, unpackers, dictionary)
            texts += [unpacker.unpack(body) for body in bodies]
    return texts


def unpack(connection: Connection, dictionary: int | None, text: bytes) -> bytes:
    """One text."""
    (unpacked,) = unpack_all(connection, [(dictionary, text)])
    return unpacked


def _learn(connection: Connection, unpackers: dict[int | None, Unpacker], dictionary: int | None) -> Unpacker:
    content = None if dictionary is None else connection.scalar(_CONTENT, {"number": dictionary})
    if dictionary is not None and content is None:
        raise ZstdError(f"dictionary {dictionary} is not in the database")
    unpacker = unpackers[dictionary] = Unpacker(content)
    return unpacker
