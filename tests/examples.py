"""Writes the examples of the API's documentation: real answers over a fresh database of the article's facts.

`python -m tests.examples` writes them all anew.
"""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import app.web.examples
from app.web.examples import EXAMPLES
from tests.api.serving import date_release, migrate_database, publish_facts, serving
from tests.postgres_cluster import Database

FOLDER = Path(app.web.examples.__file__).parent
# Answers name the instant of their release; this one stands in them whenever they are written.
PUBLISHED_AT = datetime(2024, 2, 5, 10, tzinfo=UTC)


def answers() -> dict[str, Any]:
    """Each example by name, asked now."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/examples.sqlite3"
        database = Database("sqlite", write_url=url, read_url=url)
        migrate_database(database)
        publish_facts(database)
        date_release(database, 1, PUBLISHED_AT)
        with serving(database) as api:
            return {name: api.json(address) for name, address in EXAMPLES.items()}


def main() -> None:
    """Write every example."""
    for name, answer in answers().items():
        text = json.dumps(answer, ensure_ascii=False, indent=2)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
