"""How published texts are kept small: zstandard, with a dictionary of what texts of one sort have in common.

A dictionary is a row of the database, so that what it packed can be read for as long as the row is there.
"""

from collections.abc import Sequence

import zstandard

LEVEL = 3


class Packer:
    """Packs texts with one dictionary. Not to be used by two threads at once."""

    def __init__(self, number: int | None, content: bytes | None) -> None:
        self.number = number
        dictionary = zstandard.ZstdCompressionDict(content) if content else None
        # The row says which dictionary it was.
        self._compressor = zstandard.ZstdCompressor(
            LEVEL, dict_data=dictionary, write_checksum=False, write_dict_id=False
        )

    def pack(self, text: bytes) -> bytes:
        return self._compressor.compress(text)


class Unpacker:
    """Unpacks what the `Packer` of the same dictionary packed. Not to be used by two threads at once."""

    def __init__(self, content: bytes | None) -> None:
        dictionary = zstandard.ZstdCompressionDict(content) if content else None
        self.unpack = zstandard.ZstdDecompressor(dict_data=dictionary).decompress


def train_dictionary(texts: Sequence[bytes], size: int) -> bytes:
    """A dictionary, in bytes, of what the texts have in common; at least some hundred of them are wanted."""
    return zstandard.train_dictionary(size, list(texts)).as_bytes()
