"""Made-up events for what the article has none of: claims that exclude one another, highest numbers, conflicts."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tests.api.facts import ARTICLE

DISPUTED, RANGE, NOBODY, CORRECTED, HALF_DATED = (
    f"made-up-{name}" for name in ("disputed", "range", "nobody", "corrected", "half-dated")
)
CONFLICT = {"id": "made-up-conflict", "name": "Made-up conflict: north – south"}
CITED = [{"source": ARTICLE, "locator": "Introduction, paragraph 1", "quote": "dozens of sites across Iraq and Syria"}]
ALL = {"scope": "all", "description": "people"}


def claim(of: str, number: int, qualifier: str, wording: str, **more: Any) -> dict[str, Any]:
    claimant = more.get("claimant")
    return {
        "id": f"{of}.{more.pop('suffix', 'killed')}",
        "outcome": "killed",
        "wording": wording,
        "value": number,
        "qualifier": qualifier,
        "victims": ALL,
        "reporting": "attributed" if claimant else "own_voice",
        **({"claimant_is_party": False} if claimant else {}),
        "citations": CITED,
        **more,
    }


def event(name: str, day: int, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "title": f"Made-up event of day {day}",
        "date_start": date(2024, 3, day),
        "date_end": date(2024, 3, day),
        "date_precision": "day",
        "citations": CITED,
        "locations": [{"location": "anbar", "precision": "admin1", "citations": CITED}],
        **more,
    }


EVENTS = [
    event(
        DISPUTED,
        1,
        casualty_claims=[
            claim(DISPUTED, 16, "exact", "16", claimant="popular-mobilization-forces"),
            claim(DISPUTED, 30, "exact", "30", claimant="us-officials", suffix="killed-2"),
        ],
    ),
    event(
        RANGE,
        2,
        conflict=CONFLICT,
        casualty_claims=[
            claim(RANGE, 5, "range", "3 to 9, likely 5", low=3, high=9),
            claim(RANGE, 40, "at_most", "up to 40", outcome="injured", suffix="injured"),
        ],
    ),
    event(NOBODY, 3, casualty_claims=[claim(NOBODY, 0, "exact", "no one was killed")]),
    event(
        CORRECTED,
        4,
        conflict=CONFLICT,
        casualty_claims=[
            claim(CORRECTED, 12, "exact", "12", standing="superseded"),
            claim(CORRECTED, 15, "exact", "15", suffix="killed-2"),
        ],
    ),
    event(HALF_DATED, 5, date_end=None, date_precision="unknown", locations=[]),
]


class _WithoutAnchors(yaml.SafeDumper):
    """The reader of facts takes no YAML anchors, which values that are used twice would get."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def add_made_up_events(folder: Path) -> None:
    """Put them beside the facts of a folder."""
    text = yaml.dump({"events": EVENTS}, Dumper=_WithoutAnchors, allow_unicode=True, sort_keys=False)
    (folder / "events" / "made-up.yaml").write_text(text, encoding="utf-8")
