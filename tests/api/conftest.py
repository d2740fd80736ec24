"""The article's facts, served from both databases; and once more with made-up events beside them."""

from collections.abc import Iterator

import pytest

from tests.api.made_up import add_made_up_events
from tests.api.serving import Api, copy_of_facts, migrate_database, publish_facts, serving
from tests.conftest import KINDS, DatabaseFactory


@pytest.fixture(scope="session", params=KINDS)
def api(request: pytest.FixtureRequest, make_database: DatabaseFactory) -> Iterator[Api]:
    """The first release of the article's facts; no test changes it."""
    database = make_database(request.param)
    migrate_database(database)
    publish_facts(database)
    with serving(database) as served:
        yield served


@pytest.fixture(scope="session", params=KINDS)
def fuller_api(
    request: pytest.FixtureRequest, make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """The article's facts and what they have none of; no test changes it."""
    database = make_database(request.param)
    facts = copy_of_facts(tmp_path_factory.mktemp("fuller"))
    add_made_up_events(facts)
    migrate_database(database)
    publish_facts(database, facts)
    with serving(database) as served:
        yield served
