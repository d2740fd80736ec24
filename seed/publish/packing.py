"""Packs the texts of one load: finds the dictionary of their sort, or makes it from the first texts that come."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select

from app.models import CompressionDictionary
from app.packing import Packer, Unpacker, train_dictionary

# With fewer texts than this a dictionary would cost more than it spares.
TEXTS_TO_LEARN_FROM = 200
DICTIONARY_BYTES = 64 * 1024


@dataclass(slots=True)
class Packing:
    """The packers of one load by the sort of text, and the dictionaries that it has made and that are to be stored."""

    known: dict[str, tuple[int, bytes]]
    last_number: int
    made: list[tuple[int, str, bytes]] = field(default_factory=list)
    _packers: dict[str, Packer] = field(default_factory=dict)

    def pack(self, sort: str, texts: list[bytes]) -> tuple[int | None, list[bytes]]:
        """The texts packed, and the number of the dictionary that unpacks them, if any."""
        packer = self._packers.get(sort) or self._packer_for(sort, texts)
        return packer.number, [packer.pack(text) for text in texts]

    def packed_rows(self, sort: str, texts: Sequence[tuple[int, bytes]]) -> list[tuple[int, int | None, bytes]]:
        """Numbered texts as rows: number, dictionary, packed text."""
        dictionary, packed = self.pack(sort, [text for _, text in texts])
        return [(number, dictionary, text) for (number, _), text in zip(texts, packed, strict=True)]

    def _packer_for(self, sort: str, texts: list[bytes]) -> Packer:
        if sort not in self.known and len(texts) >= TEXTS_TO_LEARN_FROM:
            self.last_number += 1
            self.known[sort] = self.last_number, train_dictionary(texts, DICTIONARY_BYTES)
            self.made.append((self.last_number, sort, self.known[sort][1]))
        if sort not in self.known:
            return Packer(None, None)
        packer = self._packers[sort] = Packer(*self.known[sort])
        return packer

    def take_made(self) -> list[tuple[int, str, bytes]]:
        """The dictionaries that are not stored yet: number, sort, content."""
        made, self.made = self.made, []
        return made


def read_packing(connection: Connection) -> Packing:
    """The dictionaries that the database holds."""
    table = CompressionDictionary
    rows = connection.execute(select(table.number, table.sort, table.content).order_by(table.number)).all()
    return Packing(
        {sort: (number, content) for number, sort, content in rows}, max((row[0] for row in rows), default=0)
    )


def store_dictionaries(connection: Connection, made: list[tuple[int, str, bytes]]) -> None:
    """Store dictionaries, before what they packed."""
    if made:
        rows = [{"number": number, "sort": sort, "content": content} for number, sort, content in made]
        connection.execute(insert(CompressionDictionary), rows)


class Unpacking:
    """Unpacks what is published, in this transaction; each dictionary is read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._unpackers: dict[int | None, Unpacker] = {}

    def unpack(self, dictionary: int | None, packed: bytes) -> bytes:
        """A text, packed with the dictionary of that number, or with none."""
        if dictionary not in self._unpackers:
            query = select(CompressionDictionary.content).where(CompressionDictionary.number == dictionary)
            self._unpackers[dictionary] = Unpacker(self._connection.scalar(query))
        return self._unpackers[dictionary].unpack(packed)
