"""What published rows say of how they are cited: what was read, their address, and the release that they began in."""

from typing import Any

import orjson
from sqlalchemy import Connection

from app.queries.claims import cut_claim
from seed.neutral_facts import Facts
from tests.seed.loading import IRAQ, SYRIA, changed, documents, load_and_publish
from tests.seed.test_published_columns import load_ucdp

ARTICLE_CITED = (
    "Sara Harmouch and Nakissa Jahanbani. US raids in Iraq and Syria: How retaliatory airstrikes affect network of"
    " Iran-backed militias. The Conversation, 2024-02-03"
)
GED_CITED = (
    "UCDP Georeferenced Event Dataset (GED), version 24.1. Uppsala Conflict Data Program, Department of Peace and"
    " Conflict Research, Uppsala University"
)


def cited(connection: Connection, resource: str, thing: str) -> str:
    document: dict[str, Any] = documents(connection)[resource, thing].json
    assert list(document)[-1] == "cite_as"
    return str(document["cite_as"])


def claim_of(connection: Connection, event: str, position: int = 0) -> dict[str, Any]:
    return dict(orjson.loads(cut_claim(documents(connection)["event", event].body, position)))


def test_a_row_of_an_article_when_published_then_it_names_authors_title_publisher_and_day(loaded: Connection) -> None:
    here = "In: Conflict Events API, release 1, "
    assert cited(loaded, "event", IRAQ) == f"{ARTICLE_CITED}. {here}/events/{IRAQ}?release=1"
    assert cited(loaded, "source", "conversation-2024-02-03-us-raids") == (
        f"{ARTICLE_CITED}. {here}/sources/conversation-2024-02-03-us-raids?release=1"
    )
    assert cited(loaded, "source", "geonames") == (
        f"GeoNames geographical database. GeoNames. {here}/sources/geonames?release=1"
    )
    assert cited(loaded, "actor", "iran").startswith(ARTICLE_CITED)
    assert cited(loaded, "location", "al-mayadeen").startswith(f"{ARTICLE_CITED}; GeoNames geographical database")
    assert cited(loaded, "country", "IQ").endswith(f"{here}/countries/IQ?release=1")


def test_a_claim_when_cut_from_its_event_then_it_is_cited_by_its_own_address(loaded: Connection) -> None:
    claim = claim_of(loaded, SYRIA)
    assert list(claim)[-1] == "cite_as"
    where = f"/casualty-claims/{claim['id']}?release=1"
    assert claim["cite_as"] == f"{ARTICLE_CITED}. In: Conflict Events API, release 1, {where}"


def test_a_claim_when_it_rests_on_another_source_than_its_event_then_that_one_is_cited(loaded: Connection) -> None:
    document = documents(loaded)["event", SYRIA].json
    (name,) = document["casualty_claims"][0]["citations"]
    other = {"id": "other", "title": "Another", "publisher": "Press", "published_on": "2024-02-04", "url": None}
    for note in document["citations"]:
        if note["id"] == name:
            note["source"] = other
    claim = orjson.loads(cut_claim(orjson.dumps(document), 0))
    assert claim["cite_as"].startswith("Another. Press, 2024-02-04. In: Conflict Events API, release 1, ")


def test_a_claim_when_its_event_was_published_before_rows_were_cited_then_it_has_no_such_member(
    loaded: Connection,
) -> None:
    document = documents(loaded)["event", SYRIA].json
    del document["cite_as"]
    assert "cite_as" not in orjson.loads(cut_claim(orjson.dumps(document), 0))


def test_a_row_of_a_dataset_when_published_then_it_names_the_release_and_the_record(loaded: Connection) -> None:
    load_ucdp(loaded, "24.1", {"id": 7})
    assert cited(loaded, "event", "ucdp-7") == (
        f"{GED_CITED}, event 7. In: Conflict Events API, release 2, /events/ucdp-7?release=2"
    )
    assert claim_of(loaded, "ucdp-7")["cite_as"] == (
        f"{GED_CITED}, event 7. In: Conflict Events API, release 2, /casualty-claims/ucdp-7.killed?release=2"
    )


def test_a_row_when_a_later_release_leaves_it_as_it_is_then_it_keeps_the_release_it_began_in(
    loaded: Connection, facts: Facts
) -> None:
    load_and_publish(loaded, changed(facts, "events", IRAQ, title="Another title"))

    assert cited(loaded, "event", IRAQ).endswith(f"release 2, /events/{IRAQ}?release=2")
    assert cited(loaded, "event", SYRIA).endswith(f"release 1, /events/{SYRIA}?release=1")
    assert cited(loaded, "actor", "iran").endswith("release 1, /actors/iran?release=1")
