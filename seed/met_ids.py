"""The ids that an import has met, of which a dataset has a million: kept in a bit each, as they end in numbers."""

from collections import defaultdict

_PAGE_BITS = 1 << 15
# More digits than this are no number that a dataset counts its records by.
_MOST_DIGITS = 9


class MetIds:
    """A set of ids. `ucdp-123` and `ucdp-0123` are two."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, int], bytearray] = defaultdict(lambda: bytearray(_PAGE_BITS // 8))
        self._others: set[str] = set()

    def add(self, thing_id: str) -> bool:
        """Add an id; whether it is met for the first time."""
        place = _place_of(thing_id)
        if place is None:
            is_new = thing_id not in self._others
            self._others.add(thing_id)
            return is_new
        page, byte, bit = self._pages[place[0], place[1] // _PAGE_BITS], place[1] % _PAGE_BITS // 8, 1 << place[1] % 8
        is_new = not page[byte] & bit
        page[byte] |= bit
        return is_new

    def __contains__(self, thing_id: object) -> bool:
        if not isinstance(thing_id, str):
            return False
        place = _place_of(thing_id)
        if place is None:
            return thing_id in self._others
        page = self._pages.get((place[0], place[1] // _PAGE_BITS))
        return page is not None and bool(page[place[1] % _PAGE_BITS // 8] & 1 << place[1] % 8)


def _place_of(thing_id: str) -> tuple[str, int] | None:
    """What stands before an id's number, and the number; None where it does not end in one that is written plainly."""
    before = thing_id.rstrip("0123456789")
    digits = thing_id[len(before) :]
    if not digits.isascii() or not 0 < len(digits) <= _MOST_DIGITS or digits[0] == "0":
        return None
    return before, int(digits)
