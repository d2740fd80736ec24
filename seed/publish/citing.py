"""The text of a document with its last member, `cite_as`, which names the release that the document begins with."""

from typing import Any, NamedTuple

import orjson

from app.citing import cite_row


class CitedText(NamedTuple):
    """A document to publish: its text but for `cite_as`, what was read for it, and its address.

    The release of a document that holds already makes no other document of it: compare with `in_release` of that one.
    """

    text: bytes
    read: str
    address: str

    def in_release(self, release: int) -> bytes:
        """The whole text, as it begins with that release."""
        return b'%b,"cite_as":%b}' % (self.text[:-1], orjson.dumps(cite_row(self.read, self.address, release)))


def cited_text(document: dict[str, Any], read: str) -> CitedText:
    """A document's text, to be completed."""
    return CitedText(orjson.dumps(document), read, document["links"]["self"])
