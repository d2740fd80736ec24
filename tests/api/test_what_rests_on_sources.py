"""What rests on a source: its links lead to lists, and the lists hold what cites it."""

import pytest

from tests.api.serving import Api

LISTS = {"events": "events", "casualty_claims": "casualty-claims", "locations": "locations", "actors": "actors"}


def cited(row: dict[str, object]) -> set[str]:
    notes = row["citations"]
    assert isinstance(notes, list)
    return {note["source"]["id"] for note in notes}


@pytest.mark.parametrize(("name", "path"), LISTS.items())
def test_a_link_of_a_source_when_followed_then_it_lists_exactly_what_cites_it(
    fuller_api: Api, name: str, path: str
) -> None:
    rows = [row for page in fuller_api.walk(f"/{path}") for row in page["data"]]
    for source in fuller_api.rows("/sources"):
        assert source["links"][name] == f"/{path}?source={source['id']}"
        listed = [row["id"] for page in fuller_api.walk(source["links"][name]) for row in page["data"]]
        assert listed == [row["id"] for row in rows if source["id"] in cited(row)]


@pytest.mark.parametrize("name", ["locations", "actors"])
def test_a_list_of_what_rests_on_a_source_when_counted_then_it_holds_what_the_source_says(api: Api, name: str) -> None:
    for source in api.rows("/sources"):
        total = api.json(source["links"][name])["meta"]["total"]
        assert total >= source["rests_on_it"][name]
        if name == "locations":
            assert total == source["rests_on_it"][name]


def test_the_lists_when_sources_are_named_together_then_they_are_ored_and_with_other_filters_anded(api: Api) -> None:
    both = api.json("/locations?source=geonames,natural-earth-admin-0")["meta"]
    assert both["filters_applied"] == {"source": ["geonames", "natural-earth-admin-0"]}
    one_by_one = set(api.ids("/locations?source=geonames")) | set(api.ids("/locations?source=natural-earth-admin-0"))
    assert set(api.ids("/locations?source=geonames,natural-earth-admin-0")) == one_by_one
    in_syria = set(api.ids("/locations?source=geonames&country=syria"))
    assert in_syria == set(api.ids("/locations?source=geonames")) & set(api.ids("/locations?country=syria"))


@pytest.mark.parametrize("path", ["/locations", "/actors"])
def test_a_source_that_is_not_there_when_asked_for_then_it_is_a_fault_with_the_nearest(api: Api, path: str) -> None:
    assert api.faults(f"{path}?source=geoname") == {"source": ["geonames"]}
