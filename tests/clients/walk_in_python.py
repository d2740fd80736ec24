"""What a person writes with a client that openapi-python-client made: list, page, get, and read what is refused.

The address of a server is its first argument, an event that was withdrawn its second; what it found is printed as JSON.
"""

import json
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

from events_client import Client
from events_client.api.events import get_event, list_events
from events_client.api.stats import list_stats
from events_client.models import (
    EventItem,
    EventList,
    ListEventsSort,
    ListStatsGroupByItem,
    ProblemDocument,
    StatsAnswer,
)
from events_client.types import UNSET


def walk(client: Client, country: list[str]) -> list[Any]:
    found: list[Any] = []
    cursor = UNSET
    while True:
        page = list_events.sync(
            client=client, country=country, limit=2, cursor=cursor, sort=ListEventsSort.KILLED_DESCENDING
        )
        assert isinstance(page, EventList), page
        found += page.data
        if page.links.next_ is None:
            return found
        (cursor,) = parse_qs(urlsplit(page.links.next_).query)["cursor"]


def shown(answer: object) -> dict[str, object]:
    assert isinstance(answer, ProblemDocument), answer
    return {"type": answer.type_, "status": answer.status, "errors": [fault.to_dict() for fault in answer.errors]}


def main() -> None:
    """Print what was found."""
    with Client(base_url=sys.argv[1]) as client:
        print(json.dumps(found_with(client)))


def found_with(client: Client) -> dict[str, Any]:
    events = walk(client, ["iraq", "SYR"])
    one = get_event.sync(events[0].id, client=client, release=1)
    stats = list_stats.sync(client=client, group_by=[ListStatsGroupByItem.COUNTRY, ListStatsGroupByItem.MONTH])
    # The generator knows JSON alone: other formats come by the connection that it keeps.
    text = client.get_httpx_client().get("/events", params={"format": "bibtex", "limit": 1}).text
    assert isinstance(one, EventItem)
    assert isinstance(stats, StatsAnswer)
    return {
        "ids": [event.id for event in events],
        "low": [event.casualties.killed and event.casualties.killed.low for event in events],
        "quotes": [citation.quote for event in events for citation in event.citations],
        "one": one.data.title,
        "release": one.meta.release,
        "stats": [[row.country, row.month, row.source_family, row.killed.low] for row in stats.data],
        "bibtex": text[:1],
        "wrong": shown(list_events.sync(client=client, country=["iraqi"], killed_min=3, killed_max=2)),
        "missing": shown(get_event.sync("no-such-event", client=client)),
        "gone": shown(get_event.sync(sys.argv[2], client=client)),
    }


if __name__ == "__main__":
    main()
