"""Claims as marks on one scale, side by side: a dot, a range, an open arrow, or hatching for what has no number.

SVG with attributes alone, as the pages' policy lets no style stand inside a page. What it shows stands in words beside.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

WIDTH, HEIGHT, _MARGIN, _MIDDLE = 220, 22, 8, 11
_WHOLE = Markup(
    '<svg class="range" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true"'
    ' focusable="false"><line class="scale" x1="{margin}" y1="11" x2="{end}" y2="11"/>{marks}</svg>'
)
_LINE = Markup('<line class="span" x1="{}" y1="11" x2="{}" y2="11"/>')
_DOT = Markup('<circle class="{}" cx="{}" cy="11" r="4.5"/>')
_END = Markup('<line class="span" x1="{0}" y1="6" x2="{0}" y2="16"/>')
_ARROW = Markup('<path class="open" d="M{} 6 l6 5 l-6 5"/>')
_NOTHING = Markup('<rect class="nothing" x="{}" y="5" width="{}" height="12"/>{}')
_HATCH = Markup('<line class="hatch" x1="{}" y1="17" x2="{}" y2="5"/>')


@dataclass(frozen=True, slots=True)
class Scale:
    """From 0 to a little beyond the largest number of several claims."""

    most: int

    @classmethod
    def of(cls, claims: Iterable[Mapping[str, Any]]) -> "Scale":
        numbers = [claim[name] for claim in claims for name in ("low", "value", "high")]
        return cls(max((each for each in numbers if each is not None), default=0))

    def at(self, number: int) -> float:
        """Where a number is, in the picture's own units."""
        room = WIDTH - 2 * _MARGIN
        return round(_MARGIN + room * 0.85 * number / self.most, 1) if self.most else float(_MARGIN)

    def draw(self, claim: Mapping[str, Any]) -> Markup:
        """A claim, from its `low`, `value` and `high`."""
        return _WHOLE.format(
            width=WIDTH, height=HEIGHT, margin=_MARGIN, end=WIDTH - _MARGIN, marks=Markup("").join(self._marks(claim))
        )

    def _marks(self, claim: Mapping[str, Any]) -> Iterable[Markup]:
        low, value, high = claim["low"], claim["value"], claim["high"]
        if low is None and high is None and value is None:
            yield _nothing()
            return
        if low is not None and high is not None and low != high:
            yield _LINE.format(self.at(low), self.at(high))
            yield _END.format(self.at(low))
            yield _END.format(self.at(high))
        elif low is not None and high is None:
            yield _LINE.format(self.at(low), WIDTH - _MARGIN - 4)
            yield _ARROW.format(WIDTH - _MARGIN - 6)
        elif high is not None and low is None:
            yield _LINE.format(_MARGIN, self.at(high))
            yield _END.format(self.at(high))
        shown = value if value is not None else low if high is None else None
        if shown is not None:
            has_bounds = low is not None or high is not None
            yield _DOT.format("dot" if has_bounds else "dot hollow", self.at(shown))


def _nothing() -> Markup:
    left, width = _MARGIN, WIDTH - 2 * _MARGIN
    hatching = Markup("").join(_HATCH.format(left + step, left + step + 12) for step in range(0, width - 12, 8))
    return _NOTHING.format(left, width, hatching)
