"""A server as operators run it, `python -m app`, over a database that a test has filled."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from tests.api.serving import migrate_database, publish_facts
from tests.api.test_live_server import ROOT, free_port, wait_for
from tests.postgres_cluster import Database


@contextmanager
def running(database: Database, **more: str) -> Iterator[int]:
    """The port that it listens on, with more settings; it is ended in order, by its own process."""
    port = free_port()
    ours = {"DATABASE_URL": database.read_url, "HOST": "127.0.0.1", "PORT": str(port), "LOG_LEVEL": "warning", **more}
    server = subprocess.Popen([sys.executable, "-m", "app"], cwd=ROOT, env={**os.environ, **ours})
    try:
        wait_for(port, server)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


@contextmanager
def running_with_the_article() -> Iterator[int]:
    """The same over a database of its own, which holds the article's facts and is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/facts.sqlite3"
        database = Database("sqlite", write_url=url, read_url=url)
        migrate_database(database)
        publish_facts(database)
        with running(database) as port:
            yield port
