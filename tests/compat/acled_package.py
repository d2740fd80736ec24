"""What a user of the Python package `acled` writes. ACLED_API_HOST says where its API is; rows are printed as JSON."""

import json
from datetime import date
from typing import Any

from acled import AcledClient  # the package reads the address as it is imported


def main() -> None:
    """Walk pages of a few questions until one is short."""
    client = AcledClient(auth_method="legacy", api_key="any", email="any@example.org")
    asked: dict[str, dict[str, Any]] = {
        "all": {},
        "battles in Iraq": {"country": "Iraq", "event_type": "Battles"},
        "days": {
            "event_date": "2024-01-01|2024-01-31",
            "query_params": {"event_date_where": "BETWEEN"},
            "fields": "event_id_cnty|event_date|fatalities",
        },
        "deadly": {"fatalities": 0, "query_params": {"fatalities_where": ">"}, "region": 11},
    }
    print(json.dumps({name: walk(client, question) for name, question in asked.items()}))


def walk(client: Any, question: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for page in range(1, 99):
        found = client.get_data(limit=60, page=page, **question)
        rows += [told(row) for row in found]
        if len(found) < 60:
            break
    return rows


def told(row: dict[str, Any]) -> dict[str, Any]:
    """The values that the package turns into Python's own, as JSON has them."""
    return {
        name: value.isoformat() if isinstance(value, date) else value  # a moment is a day, too
        for name, value in row.items()
        if name in {"event_id_cnty", "event_date", "fatalities", "latitude", "timestamp", "year"}
    }


if __name__ == "__main__":
    main()
