"""How texts and questions are folded into words, so that spellings of one name meet. Pure; both databases share it.

Words are lower case, without accents, apostrophes and Arabic marks. An article before a name (`al-`, `ez-`, `ال`) is no
word of its own: `Deir ez-Zor` has the words `deir`, `zor` and `ezzor`, and a question for it asks for one of the two.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_WORD = 60
# A prefix of fewer letters would gather a good part of all words.
SHORTEST_PREFIX = 3

# Articles as they are written before names, assimilated ones too. Those that are words of other languages as well are
# articles only where a hyphen ties them to a name.
_ARTICLES = frozenset({"al", "el", "ad", "ed", "ar", "ash", "esh", "az", "ez"})
_TIED_ARTICLES = _ARTICLES | {"an", "en", "as", "es", "at", "et", "er", "ul", "ur", "us", "ud"}
_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŋ": "n",
        "ə": "e", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ة": "ه", "ە": "ه", "ک": "ك", "ـ": None,
        # Apostrophes, and what stands for the letters ain and hamza.
        **dict.fromkeys("'’‘‛ʼʻʾʿʹ`´′＇ʽˈ", None),
    }
)  # fmt: skip
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−־", "-"))
_POSSESSIVE = re.compile(r"['’ʼ]s\b", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+|-")
_DASH = "-"
_ARABIC_ARTICLE, _LEAST_AFTER_IT = "ال", 3


class AskedWord(NamedTuple):
    """A word that a text has to have: one of these spellings, or a word that begins so."""

    spellings: tuple[str, ...]
    is_prefix: bool = False


def words_of(text: str) -> set[str]:
    """The words that a text is found by."""
    plain = _plain(text)
    if plain.isascii():  # without articles, as most texts are, and a million of them are read by an import
        words = set(_TOKEN.findall(plain))
        if words.isdisjoint(_TIED_ARTICLES):
            return {word[:LONGEST_WORD] for word in words if word != _DASH}
    return {spelling for word in _read(text) for spelling in word}


def asked_words(question: str) -> list[AskedWord]:
    """The words of a question, each once; `word*` asks for words that begin so."""
    asked: dict[AskedWord, None] = {}
    for part in re.split(r"(?<=\*)|\s(?=\S+\*)", question):
        words = [AskedWord(word) for word in _read(part)]
        if words and part.endswith("*"):
            words[-1] = AskedWord(words[-1].spellings, is_prefix=True)
        asked |= dict.fromkeys(words)
    return list(asked)


def _read(text: str) -> Iterator[tuple[str, ...]]:
    """Each word of a text: its spellings, with and without the article before it."""
    tokens: list[str] = _TOKEN.findall(_plain(text))
    article = ""
    for place, token in enumerate(tokens):
        if token == _DASH:
            continue
        tied = tokens[place + 1 : place + 2] == [_DASH]
        follows = next((later for later in tokens[place + 1 :] if later != _DASH), "")
        if follows and token in (_TIED_ARTICLES if tied else _ARTICLES):
            article = token
            continue
        word = _without_arabic_article(token)[:LONGEST_WORD]
        yield (word, (article + token)[:LONGEST_WORD]) if article else (word,)
        article = ""


def _plain(text: str) -> str:
    """The text in lower case, without what folding takes away."""
    if text.isascii():
        return _POSSESSIVE.sub("", text).lower().replace("'", "").replace("`", "")
    text = _POSSESSIVE.sub("", text.translate(_DASHES))
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return bare.translate(_LETTERS)


def _without_arabic_article(word: str) -> str:
    rest = word.removeprefix(_ARABIC_ARTICLE)
    return rest if len(rest) >= _LEAST_AFTER_IT else word
