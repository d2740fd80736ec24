"""What a generated client has to find, told by the API's own routes."""

from typing import Any

from tests.clients.conftest import Live


def is_what_the_api_says(live: Live, found: dict[str, Any]) -> None:
    """Holds what a client printed, but for the refusal of wrong parameters, to the answers themselves."""
    rows = live.api.rows("/events?country=IQ,SY&sort=-killed")
    assert len(rows) > 4, "several pages of two"
    assert found["ids"] == [row["id"] for row in rows]
    assert found["low"] == [(row["casualties"]["killed"] or {}).get("low") for row in rows]
    assert {None, 16, 18} <= set(found["low"]), "unknown is null in the client, too"
    assert found["quotes"] == [each["quote"] for row in rows for each in row["citations"]]
    one = live.api.json(f"/events/{rows[0]['id']}?release=1")
    assert (found["one"], found["release"]) == (one["data"]["title"], 1)
    stats = live.api.rows("/stats?group_by=country,month")
    assert found["stats"] == [
        [row["country"], row["month"], row["source_family"], row["killed"]["low"]] for row in stats
    ]
    assert found["missing"] == {"type": "/problems/not-found", "status": 404, "errors": []}
    assert found["gone"] == {"type": "/problems/withdrawn", "status": 410, "errors": []}
