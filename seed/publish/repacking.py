"""Makes compression dictionaries anew that hold pieces of a text which has to leave the database."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, delete, func, insert, select

from app.models import CompressionDictionary, EventBody, EventOriginal, ReferenceDocument
from app.packing import Packer, train_dictionary
from seed.publish.packing import DICTIONARY_BYTES, TEXTS_TO_LEARN_FROM, Unpacking
from seed.writing import update_rows

# A dictionary holds pieces of texts. One of so many bytes tells something; a shorter one is any word.
TELLING_BYTES = 12
SOME = 1000
# Of each table with packed texts: its key, and the columns of a text and of its dictionary.
PACKED: Sequence[tuple[Any, str, str]] = (
    (EventBody, "document", "body"),
    (EventOriginal, "document", "record"),
    (ReferenceDocument, "number", "body"),
)


def forget_texts(connection: Connection, texts: Iterable[bytes]) -> int:
    """Replace each dictionary that holds a piece of what these JSON texts say; how many they were.

    Whatever it packed is packed again, with one that is made of what is left: some minutes for a million events.
    """
    pieces = {piece for text in texts for said in _said(orjson.loads(text)) for piece in _pieces(said.encode())}
    dictionary = CompressionDictionary
    replaced = 0
    for number, sort, content in connection.execute(
        select(dictionary.number, dictionary.sort, dictionary.content)
    ).all():
        if any(content[at : at + TELLING_BYTES] in pieces for at in range(len(content) - TELLING_BYTES + 1)):
            _replace(connection, number, sort)
            replaced += 1
    return replaced


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _said(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _said(inner)
    elif isinstance(value, str):
        yield value


def _pieces(said: bytes) -> Iterator[bytes]:
    for at in range(len(said) - TELLING_BYTES + 1):
        yield said[at : at + TELLING_BYTES]


def _replace(connection: Connection, number: int, sort: str) -> None:
    table = CompressionDictionary
    texts = [text for _, text in _packed_with(connection, number, TEXTS_TO_LEARN_FROM)]
    new, content = (connection.scalar(select(func.max(table.number))) or 0) + 1, None
    if len(texts) >= TEXTS_TO_LEARN_FROM:
        content = train_dictionary(texts, DICTIONARY_BYTES)
        connection.execute(insert(table).values(number=new, sort=sort, content=content))
    packer = Packer(new if content else None, content)
    for model, key, column in PACKED:
        for rows in _some_of(connection, model, key, column, number):
            packed = [(row_key, packer.number, packer.pack(text)) for row_key, text in rows]
            update_rows(connection, model, (key, "dictionary", column), packed)
    connection.execute(delete(table).where(table.number == number))


def _packed_with(connection: Connection, number: int, most: int) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    for model, key, column in PACKED:
        for rows in _some_of(connection, model, key, column, number):
            found += rows
            if len(found) >= most:
                return found
    return found


def _some_of(
    connection: Connection, model: Any, key: str, column: str, number: int
) -> Iterator[list[tuple[int, bytes]]]:
    """The texts that a dictionary packed, by their rows' keys, some at a time."""
    unpack, after = Unpacking(connection).unpack, -1
    keys, texts = getattr(model, key), getattr(model, column)
    query = select(keys, texts).order_by(keys).limit(SOME)
    while rows := connection.execute(query.where(model.dictionary == number, keys > after)).all():
        after = rows[-1][0]
        yield [(row_key, unpack(number, packed)) for row_key, packed in rows]
