"""How published texts are kept small: zstandard, with a dictionary of what texts of one sort have in common.

A dictionary is a row of the database, so that what it packed can be read for as long as the row is there.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

import zstandard

LEVEL = 3
_LARGEST_BLOCK = 2**17
_SEGMENT_OF_4_BYTES_SIZE = b"\x28\xb5\x2f\xfd\xa0"


class Packer:
    """Packs texts with one dictionary. Not to be used by two threads at once."""

    def __init__(self, number: int | None, content: bytes | None) -> None:
        self.number = number
        dictionary = zstandard.ZstdCompressionDict(content) if content else None
        # With the dictionary's id, by which `Unpacker.fits` knows a text of another one: without it, what is remembered
        # of a dictionary would fit no text, and the dictionary be read anew for every page.
        self._compressor = zstandard.ZstdCompressor(LEVEL, dict_data=dictionary, write_checksum=False)

    def pack(self, text: bytes) -> bytes:
        return self._compressor.compress(text)


class Texts(Sequence[bytes]):
    """Texts that were packed with one dictionary. They are unpacked when they are asked for, in any thread.

    Raises ZstdError then, where one of them is damaged.
    """

    def __init__(self, packed: Sequence[bytes], dictionary: zstandard.ZstdCompressionDict | None) -> None:
        self._packed = packed
        self._dictionary = dictionary

    def __len__(self) -> int:
        return len(self._packed)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        return self._each[index]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._each)

    @cached_property
    def _each(self) -> Sequence[bytes]:
        unpack = zstandard.ZstdDecompressor(self._dictionary).decompress
        return [unpack(text) for text in self._packed]

    def joined(self, before: bytes, between: bytes, after: bytes) -> bytes:
        """All texts in one, with these around them.

        What was packed one by one is unpacked as one text, so that each is written where it will stand and need not be
        moved there. A page of a list is large: to put it together takes a third of the time that its texts take.
        """
        packed = b"".join((_as_packed(before), _as_packed(between).join(self._packed), _as_packed(after)))
        size = len(before) + len(between) * max(len(self) - 1, 0) + len(after)
        size += sum(map(zstandard.frame_content_size, self._packed))
        unpacker = zstandard.ZstdDecompressor(self._dictionary)
        text = unpacker.stream_reader(packed, read_across_frames=True).read(size)
        if len(text) != size:
            raise zstandard.ZstdError(f"{len(self)} texts come to {len(text)} bytes rather than {size}")
        return text


def _as_packed(text: bytes) -> bytes:
    """A text as a frame of zstandard that holds it as it is (RFC 8878, 3.1.1): one segment, one last block, raw."""
    if len(text) > _LARGEST_BLOCK:
        return zstandard.ZstdCompressor(LEVEL).compress(text)
    size = len(text)
    return _SEGMENT_OF_4_BYTES_SIZE + size.to_bytes(4, "little") + (size << 3 | 1).to_bytes(3, "little") + text


class Unpacker:
    """Unpacks what the `Packer` of the same dictionary packed. Not to be used by two threads at once."""

    def __init__(self, content: bytes | None) -> None:
        self._dictionary = zstandard.ZstdCompressionDict(content) if content else None
        self.unpack = zstandard.ZstdDecompressor(self._dictionary).decompress

    def fits(self, packed: bytes) -> bool:
        """Whether it is this dictionary that a text was packed with. Raises ZstdError for what is no packed text."""
        of_text: int = zstandard.get_frame_parameters(packed).dict_id
        return of_text == (self._dictionary.dict_id() if self._dictionary else 0)

    def texts(self, packed: Sequence[bytes]) -> Texts:
        """These texts, unpacked when they are asked for."""
        return Texts(packed, self._dictionary)


def train_dictionary(texts: Sequence[bytes], size: int) -> bytes:
    """A dictionary, in bytes, of what the texts have in common; at least some hundred of them are wanted."""
    return zstandard.train_dictionary(size, list(texts)).as_bytes()
