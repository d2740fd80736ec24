"""A database file that is damaged or replaced under a running server, a worker killed, the clock moved."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.api.facts import TOWER_22
from tests.api.made_up import add_made_up_events
from tests.api.running import running
from tests.api.serving import copy_of_facts, date_release, migrate_database, publish_facts, serving
from tests.api.test_live_server import request
from tests.faults.load import PLAIN, asked_all_the_time
from tests.postgres_cluster import Database

ADDRESSES = (f"/events/{TOWER_22}", "/events?limit=all&format=csv", "/casualty-claims?limit=3", "/stats?group_by=year")
SHORT = ("/events?limit=2", "/stats?group_by=month", "/sources?limit=3", *ADDRESSES)


def database_at(file: Path) -> Database:
    return Database("sqlite", f"sqlite:///{file}", f"sqlite:///{file}")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the article's facts; a test copies it."""
    file = tmp_path_factory.mktemp("first") / "first.sqlite3"
    migrate_database(database_at(file))
    publish_facts(database_at(file))
    return file


def garbage_in_the_middle(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.seek(4096)
        stream.write(os.urandom(file.stat().st_size - 8192))


def garbage_in_some_pages(file: Path) -> None:
    pages = file.stat().st_size // 4096
    with file.open("r+b") as stream:
        for page in range(3, pages, 7):
            stream.seek(page * 4096)
            stream.write(b"\xa5" * 4096)


def cut_in_half(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def emptied(file: Path) -> None:
    os.truncate(file, 0)


def no_database(file: Path) -> None:
    file.write_bytes(b"these are not the bytes of a database\n" * 20_000)


DAMAGES = [garbage_in_the_middle, garbage_in_some_pages, cut_in_half, emptied, no_database]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: each.__name__)
def test_a_damaged_file_gives_right_answers_or_refusals_and_a_whole_one_in_its_place_is_well(
    first: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    file = tmp_path / "damaged.sqlite3"
    shutil.copyfile(first, file)
    with serving(database_at(first)) as whole:
        right = {address: whole.client.get(address).content for address in SHORT}
    damage(file)
    with serving(database_at(file)) as api:
        refused = 0
        for address, body in right.items():
            answer = api.client.get(address)
            if answer.status_code != 200:
                assert answer.status_code == 503, f"{address}: {answer.status_code} {answer.text}"
                assert answer.headers["content-type"] == "application/problem+json"
                assert int(answer.headers["retry-after"]) > 0
                refused += 1
            else:
                assert answer.content == body
        assert refused
        assert api.client.get("/healthz").status_code == 200

        mended = tmp_path / "mended.sqlite3"
        shutil.copyfile(first, mended)
        for beside in ("-wal", "-shm"):
            Path(f"{file}{beside}").unlink(missing_ok=True)
        mended.replace(file)
        assert {address: api.client.get(address).content for address in right} == right


@pytest.fixture
def second(first: Path, tmp_path: Path) -> Path:
    """Another file, with more events in a second release."""
    file = tmp_path / "second.sqlite3"
    shutil.copyfile(first, file)
    add_made_up_events(facts := copy_of_facts(tmp_path))
    publish_facts(database_at(file), facts)
    return file


@pytest.mark.parametrize("remembered", ["0", "32"], ids=["nothing-remembered", "answers-remembered"])
def test_another_file_in_its_place_is_served_from_the_next_question_on(
    first: Path, second: Path, tmp_path: Path, remembered: str
) -> None:
    link, next_link = tmp_path / "current.sqlite3", tmp_path / "next"
    link.symlink_to(first)
    pinned = tuple(f"{address}{'&' if '?' in address else '?'}release=1" for address in ADDRESSES)
    with running(database_at(link), CACHE_MB=remembered, LOG_LEVEL="error") as port:
        with asked_all_the_time(port, pinned) as load:
            assert request(port, "GET", "/events?limit=2", PLAIN)[1]["data-release"] == "1"
            for target, release in ((second, "2"), (first, "1"), (second, "2")):
                next_link.symlink_to(target)
                next_link.replace(link)
                assert request(port, "GET", "/events?limit=2", PLAIN)[1]["data-release"] == release
                load.wait_until_well()
        assert load.unavailable == 0


def children(process: int) -> list[int]:
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = each.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        command = each.with_name("cmdline").read_bytes()
        if int(parent) == process and state != "Z" and b"spawn_main" in command:
            found.append(int(each.parent.name))
    return sorted(found)


@pytest.fixture
def two_workers(first: Path) -> Iterator[int]:
    with running(database_at(first), WORKERS="2", LOG_LEVEL="error") as port:
        yield port


def supervisor_of_this_test() -> int:
    """The server is this process's own child, with two of its own."""
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(each.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == os.getpid() and len(children(int(each.parent.name))) == 2:
            return int(each.parent.name)
    pytest.fail("there is no server with two workers")


def test_a_worker_that_is_killed_is_replaced_and_nothing_wrong_is_said_meanwhile(two_workers: int) -> None:
    if not Path("/proc/self/stat").exists():
        pytest.skip("workers are found under Linux's /proc, which is not here")
    supervisor = supervisor_of_this_test()
    before = children(supervisor)
    os.kill(before[0], signal.SIGKILL)
    deadline = time.monotonic() + 30
    while len(now := children(supervisor)) < 2 or before[0] in now:
        assert time.monotonic() < deadline, f"{before[0]} was not replaced: {now}"
        # The other one answers. A connection that the killed one had taken is lost, and may be made again.
        with suppress(OSError, HTTPException):
            assert request(two_workers, "GET", "/events?limit=2")[0] == 200
        time.sleep(0.05)
    assert before[1] in now
    for _ in range(20):
        assert request(two_workers, "GET", "/events?limit=2")[0] == 200


def test_a_clock_that_was_moved_harms_neither_order_nor_validators(second: Path) -> None:
    """Release 1 was published while the clock stood in the future, and release 2 after it was set right."""
    now = datetime.now(UTC).replace(microsecond=0)
    database = database_at(second)
    date_release(database, 1, now + timedelta(days=400))
    date_release(database, 2, now - timedelta(hours=1))
    with serving(database) as api:
        newest, earlier = (api.client.get(address) for address in ("/events?limit=2", "/events?limit=2&release=1"))
        assert (newest.headers["data-release"], earlier.headers["data-release"]) == ("2", "1")
        assert newest.headers["etag"] != earlier.headers["etag"]
        # It is the number that orders releases, and the ETag that names answers; dates are told as they were noted.
        assert parsedate_to_datetime(newest.headers["last-modified"]) == now - timedelta(hours=1)
        assert parsedate_to_datetime(earlier.headers["last-modified"]) == now + timedelta(days=400)
        for answer in (newest, earlier):
            again = api.client.get(str(answer.url), headers={"if-none-match": answer.headers["etag"]})
            assert again.status_code == 304
        # A date alone is never taken for proof that nothing changed.
        by_date = {"if-modified-since": earlier.headers["last-modified"]}
        assert api.client.get("/events?limit=2", headers=by_date).status_code == 200
        day = f"{now:%Y-%m-%d}"
        assert api.client.get(f"/events?limit=2&as_of={day}").headers["data-release"] == "2"
        future = f"{now + timedelta(days=401):%Y-%m-%d}"
        assert api.client.get(f"/events?limit=2&as_of={future}").headers["data-release"] == "2"
