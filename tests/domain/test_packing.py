"""Texts that are packed one by one and unpacked together."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zstandard import ZstdError

from app.packing import Packer, Texts, Unpacker, train_dictionary

DICTIONARY = train_dictionary(
    [b'{"number":%d,"of":"a list of texts that have much in common"}' % n for n in range(900)], 2000
)
LARGER_THAN_A_BLOCK = 2**17 + 1
MANY = st.lists(st.binary(max_size=3000), max_size=20)


def _packed(texts: Sequence[bytes], dictionary: bytes | None = DICTIONARY) -> Texts:
    packer = Packer(1, dictionary)
    return Unpacker(dictionary).texts([packer.pack(text) for text in texts])


@given(MANY, st.binary(max_size=2000), st.binary(max_size=2000), st.sampled_from([None, DICTIONARY]))
def test_texts_are_what_was_packed_one_by_one_and_joined(
    texts: list[bytes], before: bytes, after: bytes, dictionary: bytes | None
) -> None:
    unpacked = _packed(texts, dictionary)

    assert len(unpacked) == len(texts)
    assert [*unpacked] == texts == unpacked[:]
    assert unpacked.joined(before, b",", after) == before + b",".join(texts) + after


@pytest.mark.parametrize("size", [0, 1, LARGER_THAN_A_BLOCK - 1, LARGER_THAN_A_BLOCK, 1_000_000])
def test_what_stands_around_them_may_be_of_any_size(size: int) -> None:
    around = b"." * size

    assert _packed([b"one", b"two"]).joined(around, around, around) == around + b"one" + around + b"two" + around


@pytest.mark.parametrize("damage", ["cut", "longer", "no frame"])
def test_a_damaged_text_is_never_taken_for_a_whole_one(damage: str) -> None:
    packer = Packer(1, DICTIONARY)
    whole = packer.pack(b"a text of some length, which is to be damaged: " + bytes(range(256)))
    damaged = {"cut": whole[:-1], "longer": whole + b".", "no frame": b"." + whole[1:]}[damage]
    for texts in ([damaged], [whole, damaged], [damaged, whole]):
        with pytest.raises(ZstdError):
            Unpacker(DICTIONARY).texts(texts).joined(b"[", b",", b"]")


def test_a_text_is_known_to_be_of_another_dictionary() -> None:
    other = train_dictionary(
        [b"something else altogether, %d times, and again %d" % (n, n * n) for n in range(900)], 2000
    )
    packed, packed_without = Packer(1, DICTIONARY).pack(b"a text"), Packer(None, None).pack(b"a text")

    assert Unpacker(DICTIONARY).fits(packed)
    assert not Unpacker(other).fits(packed)
    assert not Unpacker(None).fits(packed)
    assert Unpacker(None).fits(packed_without)
