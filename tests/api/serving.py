"""Fills databases with facts and serves them, with the project's own commands and nothing in between."""

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, update
from starlette.testclient import TestClient

from app.main import create_app
from app.models import Release
from app.settings import Settings
from seed.__main__ import main as seed_command
from seed.database import make_write_engine
from seed.importers.facts import ARTICLE_FACTS
from tests.postgres_cluster import Database


@dataclass(frozen=True, slots=True)
class Api:
    """A served database, with shorthands that say what a test wants of an answer."""

    client: TestClient
    database: Database

    @property
    def engine(self) -> Engine:
        """The engine that the app itself reads with."""
        return cast(Engine, cast(FastAPI, self.client.app).state.engine)

    def json(self, address: str) -> dict[str, Any]:
        """The body of a 200."""
        answer = self.client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text}"
        assert answer.headers["content-type"] == "application/json"
        return cast(dict[str, Any], answer.json())

    def rows(self, address: str) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self.json(address)["data"])

    def ids(self, address: str) -> list[str]:
        return [row["id"] for row in self.rows(address)]

    def problem(self, address: str, status: int, method: str = "GET") -> dict[str, Any]:
        """The body of a refusal, which has to be problem+json of this status."""
        answer = self.client.request(method, address)
        assert answer.status_code == status, f"{address}: {answer.status_code} {answer.text}"
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        body = cast(dict[str, Any], answer.json())
        assert body["status"] == status
        return body

    def faults(self, address: str) -> dict[str, list[str]]:
        """What a 400 proposes, by the parameter that is at fault."""
        return {fault["parameter"]: fault["did_you_mean"] for fault in self.problem(address, 400)["errors"]}

    def walk(self, address: str) -> Iterator[dict[str, Any]]:
        """Every page from this address on, by `links.next` alone."""
        following: str | None = address
        while following is not None:
            page = self.json(following)
            yield page
            following = page["links"]["next"]


def settings_of(database: Database) -> Settings:
    return Settings(database_url=database.read_url, database_write_url=database.write_url)


@contextmanager
def serving(database: Database) -> Iterator[Api]:
    """The app over a database, as it is or is not filled."""
    # What the app would log as its own fault is answered, as a server does, and not raised into the test.
    # Nothing is compressed where a test does not ask for it: that takes longer than the answer.
    app, plain = create_app(settings_of(database)), {"accept-encoding": "identity"}
    with TestClient(app, raise_server_exceptions=False, headers=plain) as client:
        yield Api(client, database)


def migrate_database(database: Database) -> None:
    """`python -m seed migrate`."""
    command(database, "migrate")


def publish_facts(database: Database, folder: Path = ARTICLE_FACTS) -> None:
    """`python -m seed`, with the article's facts or with those of a folder."""
    command(database, "facts", "--facts", str(folder))


def command(database: Database, *arguments: str) -> None:
    """`python -m seed` with these arguments."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        patch.setenv("DATABASE_URL", database.read_url)
        patch.setenv("DATABASE_WRITE_URL", database.write_url)
        code = seed_command(arguments)
    assert code == 0, said.getvalue()


def date_release(database: Database, number: int, published_at: datetime) -> None:
    """Say when a release was published, for tests of `as_of` and for answers that have to be the same every day."""
    engine = make_write_engine(database.write_url)
    try:
        with engine.begin() as connection:
            connection.execute(update(Release).where(Release.number == number).values(published_at=published_at))
    finally:
        engine.dispose()


def copy_of_facts(folder: Path) -> Path:
    """The article's facts in a folder where a test may change them."""
    return Path(shutil.copytree(ARTICLE_FACTS, folder / "facts"))


def change_text(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")
