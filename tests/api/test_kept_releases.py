"""All that a release answered, kept and asked again after real data was loaded and revised: byte for byte the same."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.api.serving import Api, copy_of_facts, migrate_database, publish_facts, serving
from tests.api.test_releases import change_facts
from tests.conftest import KINDS, DatabaseFactory
from tests.seed.dataset_files import real_ucdp_file
from tests.seed.test_dataset_loads import load_by

RESOURCES = ("events", "casualty-claims", "locations", "actors", "sources", "countries", "releases")
LISTS = [
    *(f"/{resource}?limit=1000" for resource in RESOURCES),
    "/events?sort=id&limit=1000",
    "/events?sort=-killed&limit=300",
    "/events?country=ukraine&date_from=2014-06&date_to=2014-08&limit=50",
    "/events?source=ucdp-ged-19.1&limit=1000",
    "/casualty-claims?outcome=killed&sort=killed&limit=500",
    "/changes?since=0&limit=700",
    "/changes?since=1&country=ukraine&limit=1000",
]
FILES = [
    *(f"/{resource}?limit=all&format={format_}" for resource in RESOURCES for format_ in ("csv", "parquet", "xlsx")),
    *(f"/{resource}?limit=all&format=ndjson" for resource in RESOURCES),
    *(f"/{resource}?limit=all&format=geojson" for resource in ("events", "locations")),
    *(f"/events?limit=100&format={format_}" for format_ in ("bibtex", "csl-json", "ris", "html")),
    *(f"/changes?since=0&limit=all&format={format_}" for format_ in ("csv", "ndjson", "parquet", "xlsx")),
    *(
        f"/stats?group_by={keys}&country=ukraine&format={format_}"
        for keys in ("month,type_of_violence", "cell", "source,claimant")
        for format_ in ("json", "csv", "ndjson", "parquet", "xlsx")
    ),
]
KEPT = 2
# Asking takes its time, and lists have given every document: of the items, every so many-th is asked for.
STRIDE = {"sqlite": 5, "postgresql": 25}
WALK = "/events?sort=killed&limit=90"


@dataclass(frozen=True, slots=True)
class Kept:
    """An API after two more loads, and what it had answered before them, by address."""

    api: Api
    answers: dict[str, bytes]
    walked: list[str]
    next_page: str


def addresses(api: Api) -> Iterator[str]:
    """Every page of every list, every item and every original record of the newest release, pinned to it, and files."""
    for address in FILES:
        yield f"{address}&release={KEPT}"
    for address in LISTS:
        for page in api.walk(f"{address}&release={KEPT}"):
            yield page["links"]["self"]
    stride = STRIDE[api.database.kind]
    for resource in RESOURCES:
        links = [row["links"] for page in api.walk(f"/{resource}?limit=1000&total=false") for row in page["data"]]
        for each in links[::stride]:
            yield f"{each['self']}?release={KEPT}"
            if each.get("original"):
                yield f"{each['original']}?release={KEPT}"


@pytest.fixture(scope="module", params=KINDS)
def kept(
    request: pytest.FixtureRequest, make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    first, second = (real_ucdp_file(f"hdx-ukr-191-201/ukraine_ged{release}.csv") for release in ("191", "201"))
    database = make_database(request.param)
    migrate_database(database)
    publish_facts(database)
    load_by(database, [first], in_two=False)
    with serving(database) as api:
        answers = {address: api.client.get(address).content for address in addresses(api)}
        walked = [row["id"] for page in api.walk(f"{WALK}&release={KEPT}") for row in page["data"]]
        begun = api.json(WALK)
        facts = copy_of_facts(tmp_path_factory.mktemp("kept"))
        change_facts(facts)
        publish_facts(database, facts)
        load_by(database, [second], in_two=False)
        assert api.json("/releases")["meta"]["release"] == KEPT + 2
        yield Kept(api, answers, walked, begun["links"]["next"])


def test_everything_is_answered_again_byte_for_byte(kept: Kept) -> None:
    stride = STRIDE[kept.api.database.kind]
    assert len([address for address in kept.answers if "/original" in address]) >= 993 // stride
    other = [address for address, before in kept.answers.items() if kept.api.client.get(address).content != before]
    assert other == []
    assert not [address for address, before in kept.answers.items() if b'"type":"/problems/' in before]


def test_walk_that_began_before_the_loads_ends_whole_in_its_release(kept: Kept) -> None:
    pages = list(kept.api.walk(kept.next_page))
    assert {page["meta"]["release"] for page in pages} == {KEPT}
    rest = [row["id"] for page in pages for row in page["data"]]
    assert kept.walked[:90] + rest == kept.walked
    assert len(set(kept.walked)) == 993 + 11
