"""What a printed count says: which bounds follow from its number and its qualifier.

Pure rules (the table "A count keeps the words it was reported in" of docs/methodology.md); the database's constraints
in `app.models.counts` say the same in SQL, and a test holds the two against each other.
"""

from dataclasses import dataclass

from app.vocabulary import Qualifier

# Only these offer their value as *the* number; everywhere else it is a bound, and a bound is never a best.
OFFERING = frozenset({Qualifier.EXACT, Qualifier.ABOUT, Qualifier.RANGE, Qualifier.CODED, Qualifier.DISORDERED})
WITHOUT_NUMBER = frozenset({Qualifier.VAGUE, Qualifier.UNKNOWN, Qualifier.NONE_REPORTED})


@dataclass(frozen=True, slots=True)
class Bounds:
    """The inclusive bounds of a count, in people or things; None where the words give none."""

    low: int | None
    high: int | None


def bounds_of(qualifier: Qualifier, value: int | None) -> Bounds:
    """The bounds that follow from a number and its qualifier.

    Raises ValueError for `range` and `disordered`, whose bounds are printed and not derived.
    """
    if qualifier in (Qualifier.RANGE, Qualifier.DISORDERED):
        raise ValueError(f"the bounds of {qualifier.value!r} are printed, not derived")
    if value is None or qualifier in WITHOUT_NUMBER:
        return Bounds(None, None)
    bounds = {
        Qualifier.EXACT: Bounds(value, value),
        Qualifier.AT_LEAST: Bounds(value, None),
        Qualifier.MORE_THAN: Bounds(value + 1, None),
        Qualifier.AT_MOST: Bounds(None, value),
        Qualifier.FEWER_THAN: Bounds(None, value - 1),
    }
    return bounds.get(qualifier, Bounds(None, None))


def fault_of_count(qualifier: Qualifier, value: int | None, low: int | None, high: int | None) -> str | None:
    """Why these four do not go together, in one clause, or None where they do."""
    if any(number is not None and number < 0 for number in (value, low, high)):
        return "a count is never negative"
    if qualifier in (Qualifier.RANGE, Qualifier.DISORDERED):
        return _fault_of_printed_bounds(qualifier, value, low, high)
    if qualifier in WITHOUT_NUMBER:
        return None if value is low is high is None else f"{qualifier.value!r} has no number: all three are null"
    if value is None:
        return f"{qualifier.value!r} needs the number that was printed"
    if qualifier is Qualifier.FEWER_THAN and value == 0:
        return "fewer than 0 is not a count"
    follow = bounds_of(qualifier, value)
    if (low, high) != (follow.low, follow.high):
        return f"{qualifier.value!r} {value} has low {follow.low} and high {follow.high}, not {low} and {high}"
    return None


def _fault_of_printed_bounds(qualifier: Qualifier, value: int | None, low: int | None, high: int | None) -> str | None:
    if low is None or high is None:
        return f"{qualifier.value!r} needs low and high"
    if qualifier is Qualifier.RANGE:
        if low > high:
            return "low is above high"
        return None if value is None or low <= value <= high else "the value lies outside its range: use 'disordered'"
    if value is None:
        return "'disordered' needs value, low and high as printed"
    return "these bounds are in order: use 'range'" if low <= value <= high else None
