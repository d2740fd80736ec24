"""How many statements an answer costs the database: a client that has it already costs no query."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from tests.api.facts import TOWER_22
from tests.api.serving import Api

DOCUMENTS = ("event_document", "reference_document", "claim_entry", "event_term", "event_involvement")


@contextmanager
def statements(api: Api) -> Iterator[list[str]]:
    """What the app asks of its database meanwhile: the driver is listened to, as it is asked past the toolkit too."""
    asked: list[str] = []

    class Heard(psycopg.Cursor[Any]):
        def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
            if query not in ("", ";", "SELECT 1"):  # whether the connection is still there
                asked.append(query)
            return super().execute(query, *arguments, **options)

    def listen(connection: Any, *_: Any) -> None:
        if api.engine.dialect.name == "sqlite":
            connection.set_trace_callback(asked.append)
        else:
            connection.cursor_factory = Heard

    kept = api.client.app.state.kept_connection  # type: ignore[attr-defined]
    kept.close()
    event.listen(api.engine, "checkout", listen)
    try:
        yield asked
    finally:
        event.remove(api.engine, "checkout", listen)
        kept.close()


@pytest.mark.parametrize(
    "path", ["/events?country=iraq&date_from=2024", f"/events/{TOWER_22}", "/actors", "/casualty-claims"]
)
def test_a_304_asks_for_the_newest_release_and_for_no_document(api: Api, path: str) -> None:
    etag = api.client.get(path).headers["etag"]
    with statements(api) as asked:
        # Asked for in other words than before, so that the answer is not remembered.
        answer = api.client.get(path, headers={"if-none-match": etag, "accept": "application/json;q=0.9"})
    assert answer.status_code == 304
    assert len(asked) == 1
    assert "FROM release" in " ".join(asked[0].split())
    assert not [name for name in DOCUMENTS if name in asked[0]]


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/events", 4),  # the release, what there is of everything, the page: the dated, then the undated
        ("/events?total=false", 4),
        ("/events?country=iraq&role=target&limit=1", 4),
        ("/events?actor=iran&network=true", 7),  # and who is in the network, and whether the actor exists
        ("/events?date_from=2024", 5),  # and what was left out
        (f"/events/{TOWER_22}", 2),
        ("/actors", 3),
        ("/healthz", 0),
        ("/readyz", 2),
    ],
)
def test_an_answer_costs_a_few_statements_however_many_rows_it_has(api: Api, path: str, most: int) -> None:
    with statements(api) as asked:
        assert api.client.get(path).status_code == 200
    assert len(asked) <= most


def test_a_request_that_is_wrong_in_itself_asks_for_no_document(api: Api) -> None:
    with statements(api) as asked:
        api.problem("/events?limit=0", 400)
    assert not [statement for statement in asked if any(name in statement for name in DOCUMENTS)]
