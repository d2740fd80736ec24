"""PostgreSQL goes away under load, in each way that it can: no wrong answer, 503 meanwhile, and back by itself."""

from collections.abc import Callable, Iterator

import pytest

from tests.api.facts import TOWER_22
from tests.api.running import running
from tests.api.serving import migrate_database, publish_facts
from tests.faults.load import asked_all_the_time
from tests.postgres_cluster import Database, PostgresCluster

ADDRESSES = (
    f"/events/{TOWER_22}",
    "/events?limit=5",
    "/events?country=iraq&limit=2",
    "/casualty-claims?limit=3",
    "/stats?group_by=year",
    "/sources?limit=3",
    "/releases",
    "/events?format=csv&limit=all",
)


@pytest.fixture(scope="module")
def cluster(postgres_cluster: PostgresCluster) -> Iterator[PostgresCluster]:
    """A server that may be stopped without stopping other tests'."""
    assert postgres_cluster.running
    own = PostgresCluster.launch()
    yield own
    own.remove()


@pytest.fixture(scope="module")
def database(cluster: PostgresCluster) -> Database:
    made = cluster.create_database("faults")
    migrate_database(made)
    publish_facts(made)
    return made


@pytest.fixture(scope="module", params=["0", "32"], ids=["nothing-remembered", "answers-remembered"])
def port(request: pytest.FixtureRequest, database: Database) -> Iterator[int]:
    """One API for all faults: it has to come back from each without being started again."""
    with running(database, CACHE_MB=request.param, LOG_LEVEL="error") as port:
        yield port


def test_a_server_that_is_stopped_and_started_again(port: int, cluster: PostgresCluster) -> None:
    with asked_all_the_time(port, ADDRESSES) as load:
        cluster.stop()
        load.wait_until_unavailable()
        cluster.start()
        load.wait_until_well()


@pytest.mark.parametrize("end", [PostgresCluster.kill, PostgresCluster.kill_postmaster], ids=["power cut", "kill -9"])
def test_a_server_that_is_killed_and_recovers(
    port: int, cluster: PostgresCluster, end: Callable[[PostgresCluster], None]
) -> None:
    with asked_all_the_time(port, ADDRESSES) as load:
        end(cluster)
        load.wait_until_unavailable()
        cluster.start_when_the_last_has_ended()
        load.wait_until_well()


def test_a_server_that_is_restarted_three_times_in_a_row(port: int, cluster: PostgresCluster) -> None:
    with asked_all_the_time(port, ADDRESSES) as load:
        for _ in range(3):
            cluster.stop()
            cluster.start()
        load.wait_until_well()


def test_connections_that_are_ended_again_and_again_are_hardly_noticed(port: int, cluster: PostgresCluster) -> None:
    with asked_all_the_time(port, ADDRESSES) as load:
        ended = 0
        for _ in range(10):
            before = load.answered
            ended += cluster.end_connections("conflict-events-api")
            load.wait_for(lambda before=before: load.answered > before + 8, "right answers between two ends")  # type: ignore[misc]
        load.wait_until_well()
        assert ended >= 10
        assert load.unavailable <= ended
