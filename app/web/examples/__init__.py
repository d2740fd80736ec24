"""Real answers of this API over the project's own facts, for its documentation. A test asks them again."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

# What is asked for each example; `python -m tests.examples` writes the answers anew.
EXAMPLES = {
    "events": "/events?country=iraq&level=event&limit=1",
    "event": "/events/2024-02-02-us-strikes-syria",
    "casualty_claims": "/casualty-claims?country=iraq&limit=1",
    "casualty_claim": "/casualty-claims/2024-02-02-us-strikes-iraq.killed",
    "locations": "/locations?country=jordan&limit=1",
    "location": "/locations/al-mayadeen",
    "actors": "/actors?kind=umbrella",
    "actor": "/actors/islamic-resistance-in-iraq",
    "sources": "/sources?kind=article",
    "source": "/sources/conversation-2024-02-03-us-raids",
    "countries": "/countries?country=iraq",
    "country": "/countries/IQ",
    "stats": "/stats?group_by=country&country=syria&level=event",
    "releases": "/releases",
    "release": "/releases/1",
    "changes": "/changes?since=0&type=event&limit=2",
}


@cache
def example_of(name: str) -> Any:
    """The kept answer of this name, as JSON's own types."""
    return json.loads(files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
