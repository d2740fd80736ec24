"""What an operator may set, and that a wrong setting is named in one line."""

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings, WrongSettings, read_settings
from tests.api.facts import IRAQ_STRIKES
from tests.api.serving import migrate_database, publish_facts
from tests.conftest import DatabaseFactory


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://data.example.org", "https://data.example.org"),
        ("https://data.example.org/", "https://data.example.org"),
        ("http://localhost:8000/conflicts/", "http://localhost:8000/conflicts"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("", None),
    ],
)
def test_a_public_address_when_given_then_paths_can_be_put_after_it(given: str, kept: str | None) -> None:
    assert Settings(public_url=given).public_url == kept


@pytest.mark.parametrize(
    "given",
    [
        "data.example.org",
        "ftp://data.example.org",
        "https://",
        "https://a b",
        "https://a?x=1",
        "https://a#b",
        "https://a:x",
    ],
)
def test_a_public_address_when_it_is_none_then_the_start_stops_with_one_line(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("PUBLIC_URL", given)
    with pytest.raises(WrongSettings) as refusal:
        read_settings()
    assert str(refusal.value).startswith(f"wrong settings: PUBLIC_URL: {given!r} is not an address such as ")
    assert "\n" not in str(refusal.value)
    with pytest.raises(SystemExit, match="PUBLIC_URL"):
        create_app()


def test_an_answer_when_the_public_address_is_known_then_it_is_cited_by_it_and_linked_as_ever(
    make_database: DatabaseFactory,
) -> None:
    database = make_database("sqlite")
    migrate_database(database)
    publish_facts(database)
    app = create_app(Settings(database_url=database.read_url, public_url="https://data.example.org/api/"))
    with TestClient(app) as client:
        listed, item = client.get("/events?limit=1").json(), client.get(f"/events/{IRAQ_STRIKES}").json()
        references = client.get(f"/events/{IRAQ_STRIKES}?format=csl-json").json()
    address = f"https://data.example.org/api/events/{IRAQ_STRIKES}?release=1"
    assert references[0]["URL"] == address
    assert listed["meta"]["cite_as"].endswith(", https://data.example.org/api/events?limit=1&release=1")
    assert item["meta"]["cite_as"].endswith(f", https://data.example.org/api/events/{IRAQ_STRIKES}?release=1")
    assert item["links"]["self"] == f"/events/{IRAQ_STRIKES}"
    # A document is kept as it was published, wherever it is served.
    assert item["data"]["cite_as"].endswith(f"release 1, /events/{IRAQ_STRIKES}?release=1")


def test_an_answer_when_the_public_address_changes_then_its_validator_does_too(make_database: DatabaseFactory) -> None:
    database = make_database("sqlite")
    migrate_database(database)
    publish_facts(database)
    tags = set()
    for public_url in (None, "https://one.example", "https://two.example"):
        with TestClient(create_app(Settings(database_url=database.read_url, public_url=public_url))) as client:
            tags |= {client.get(address).headers["etag"] for address in ("/events", f"/events/{IRAQ_STRIKES}")}
    assert len(tags) == 6
