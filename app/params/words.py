"""The words that a client looks for."""

from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from app.folding import SHORTEST_PREFIX, asked_words
from app.params.asking import wrong

MAX_WORDS = 20
MAX_LENGTH = 300


def _words(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise wrong(f"has {len(text)} characters; the most is {MAX_LENGTH}")
    words = asked_words(text)
    if not words:
        raise wrong(f"{text!r} holds no word to look for")
    if len(words) > MAX_WORDS:
        raise wrong(f"has {len(words)} words; the most is {MAX_WORDS}")
    for word in words:
        if word.is_prefix and min(map(len, word.spellings)) < SHORTEST_PREFIX:
            raise wrong(f"{word.spellings[0] + '*'!r} is too short: give {SHORTEST_PREFIX} letters or more before a *")
    return " ".join(text.split())


Words = Annotated[str, BeforeValidator(_words), WithJsonSchema({"type": "string", "maxLength": MAX_LENGTH})]
