"""A primary and a hot standby that lags, fails, or takes over: a reader never goes back."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from app.params.asking import read_query
from app.params.events import EventQuery
from app.queries.events import list_events
from app.queries.following import ReplicaBehind
from app.queries.releases import find_release
from app.web.streaming import walk_on
from tests.api.facts import TOWER_22
from tests.api.made_up import add_made_up_events
from tests.api.running import running
from tests.api.serving import Api, copy_of_facts, migrate_database, publish_facts, serving
from tests.api.test_live_server import request
from tests.faults.load import asked_all_the_time
from tests.postgres_cluster import READER, Database, PostgresCluster

NAME = "copied"


@dataclass(frozen=True, slots=True)
class Pair:
    """A primary with release 1, and a standby that has it too."""

    primary: PostgresCluster
    standby: PostgresCluster
    database: Database

    def both(self, wish: str) -> Database:
        """The database as libpq finds it on either host, in no order, as `wish` says (`target_session_attrs`)."""
        hosts = "&".join(f"host=127.0.0.1:{each.port}" for each in (self.primary, self.standby))
        url = f"postgresql+psycopg://{READER}@/{NAME}?{hosts}&target_session_attrs={wish}&load_balance_hosts=random"
        return Database("postgresql", self.database.write_url, url)

    def on_standby(self) -> Database:
        return Database("postgresql", self.database.write_url, self.standby.url(NAME, READER))

    def publish_another(self, folder: Path) -> None:
        """Release 2, which holds more events."""
        facts = copy_of_facts(folder)
        add_made_up_events(facts)
        publish_facts(self.database, facts)


@pytest.fixture
def pair(postgres_cluster: PostgresCluster) -> Iterator[Pair]:
    assert postgres_cluster.running
    primary = PostgresCluster.launch()
    try:
        database = primary.create_database(NAME)
        migrate_database(database)
        publish_facts(database)
        standby = primary.follow()
        try:
            standby.catch_up_with(primary)
            yield Pair(primary, standby, database)
        finally:
            standby.remove()
    finally:
        primary.remove()


def assert_behind(api: Api, address: str) -> None:
    answer = api.client.get(address)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/replica-behind"), address
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["cache-control"] == "no-store"


def test_what_a_standby_has_not_had_yet_is_503_there_and_right_once_it_has(pair: Pair, tmp_path: Path) -> None:
    with serving(pair.database) as ahead, serving(pair.on_standby()) as api:
        assert api.json("/events?limit=2") == ahead.json("/events?limit=2")
        pair.standby.pause_replay()
        pair.publish_another(tmp_path)
        first = ahead.json("/events?limit=2")
        assert first["meta"]["release"] == 2
        newer = [
            first["links"]["next"],  # the walk goes on at another process, over the standby
            first["links"]["permalink"],
            f"/events/{TOWER_22}?release=2",
            "/stats?group_by=year&release=2",
            "/releases/2?release=2",
            "/changes?since=1&until=2",
            "/changes?since=2",
            "/events?release=2&limit=all&format=csv",
        ]
        for address in newer:
            assert_behind(api, address)
        # A release that nobody can have published meanwhile is still a fault of who asks.
        assert list(api.faults("/events?release=5000")) == ["release"]
        assert api.json("/events?release=1&limit=3") == ahead.json("/events?release=1&limit=3")
        pair.standby.resume_replay()
        pair.standby.catch_up_with(pair.primary)
        for address in newer:
            assert api.client.get(address).content == ahead.client.get(address).content


@pytest.mark.parametrize("remembered", ["0", "32"], ids=["nothing-remembered", "answers-remembered"])
def test_a_process_over_both_never_goes_back(pair: Pair, tmp_path: Path, remembered: str) -> None:
    with running(pair.both("any"), CACHE_MB=remembered, LOG_LEVEL="error") as port:
        pair.standby.pause_replay()
        pair.publish_another(tmp_path)
        releases, known = [], ""
        for _ in range(25):
            # Each time on another connection, which may be to either of them.
            for each in (pair.primary, pair.standby):
                each.end_connections("conflict-events-api")
            status, headers, _ = request(port, "GET", "/events?limit=2", {"If-None-Match": known})
            if status == 503:
                assert headers["retry-after"] == "1"
                continue
            assert status in (200, 304)
            releases.append(int(headers["data-release"]))
            known = headers["etag"]
        assert releases == sorted(releases)
        assert releases[-1] == 2
        pair.standby.resume_replay()
        pair.standby.catch_up_with(pair.primary)
        assert request(port, "GET", "/events?limit=2")[0] == 200


def test_a_download_waits_for_a_copy_that_lags_and_breaks_off_rather_than_end_early(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead, behind = (create_engine(each.read_url) for each in (pair.database, pair.on_standby()))
    pair.standby.pause_replay()
    pair.publish_another(tmp_path)
    asked = read_query(EventQuery, [("limit", "3")]).asked
    with closing(ahead.connect()) as connection:
        release = find_release(connection, asked)
        first = list_events(connection, release, asked)
    whole = [each for page in walk_on(ahead, first, release, asked, list_events) for each in page]
    assert len(whole) > 11

    monkeypatch.setattr("app.web.streaming.PATIENCE_WITH_COPIES_S", 0.2)
    with pytest.raises(ReplicaBehind):
        list(walk_on(behind, first, release, asked, list_events))

    monkeypatch.setattr("app.web.streaming.PATIENCE_WITH_COPIES_S", 20)
    later = threading.Timer(0.3, pair.standby.resume_replay)
    later.start()
    assert [each for page in walk_on(behind, first, release, asked, list_events) for each in page] == whole
    later.join()
    ahead.dispose()
    behind.dispose()


def test_a_primary_that_dies_is_followed_by_its_standby_and_the_api_goes_on(pair: Pair) -> None:
    addresses = (f"/events/{TOWER_22}", "/events?limit=5", "/stats?group_by=year", "/casualty-claims?limit=3")
    with (
        running(pair.both("prefer-standby"), CACHE_MB="0", LOG_LEVEL="error") as port,
        asked_all_the_time(port, addresses) as load,
    ):
        pair.primary.kill_postmaster()
        load.wait_until_well()
        pair.standby.promote()
        pair.standby.end_connections("conflict-events-api")
        load.wait_until_well()
        assert load.unavailable <= 40


def test_a_standby_that_dies_leaves_its_readers_to_the_primary(pair: Pair) -> None:
    addresses = (f"/events/{TOWER_22}", "/events?limit=5", "/stats?group_by=year")
    with (
        running(pair.both("prefer-standby"), CACHE_MB="0", LOG_LEVEL="error") as port,
        asked_all_the_time(port, addresses) as load,
    ):
        pair.standby.kill()
        load.wait_until_well()
        pair.standby.start()
        load.wait_until_well()
