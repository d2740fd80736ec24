"""Databases with so many generated events, on SQLite or a PostgreSQL of their own; one that is there is used again."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.files import FIRST_RELEASE, first_file
from bench.machine import ROOT, BenchFailed, clean_environment

if TYPE_CHECKING:
    from tests.postgres_cluster import PostgresCluster

# The tests' servers may lose what a power cut catches, which would make an import look cheaper than it is.
AS_DEPLOYED = "\nfsync = on\nfull_page_writes = on\n"


@dataclass(frozen=True, slots=True)
class Database:
    """Where the project reads and writes, and where a SQLite database lies."""

    read_url: str
    write_url: str
    file: Path | None = None

    def bytes_on_disk(self) -> int:
        """The size of the whole database; on SQLite with what stands beside the file."""
        if self.file is not None:
            beside = (Path(f"{self.file}{suffix}") for suffix in ("", "-wal", "-shm"))
            return sum(file.stat().st_size for file in beside if file.exists())
        import psycopg  # noqa: PLC0415  # not needed, and perhaps not there, on SQLite

        with psycopg.connect(self.read_url.replace("+psycopg", "")) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0

    def run_seed(self, *arguments: str) -> None:
        """Run a command of the project's and wait for it; raises BenchFailed with what it said."""
        done = subprocess.run(
            seed_command(*arguments), cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise BenchFailed(f"python -m seed {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")

    def environment(self) -> dict[str, str]:
        """For the commands that write."""
        return clean_environment(DATABASE_URL=self.read_url, DATABASE_WRITE_URL=self.write_url)


def seed_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "seed", *arguments]


@dataclass(frozen=True, slots=True)
class Databases:
    """Makes databases: files in the work folder, or databases of a PostgreSQL that lives as long as the run."""

    folder: Path
    cluster: "PostgresCluster | None" = None

    @property
    def kind(self) -> str:
        return "SQLite" if self.cluster is None else "PostgreSQL"

    def empty(self, name: str) -> Database:
        """A new database with the schema and nothing else."""
        if self.cluster is not None:
            made = self.cluster.create_database(name.replace("-", "_"))
            database = Database(made.read_url, made.write_url)
        else:
            file = self.folder / f"{name}.sqlite3"
            for suffix in ("", "-wal", "-shm", ".loaded"):
                Path(f"{file}{suffix}").unlink(missing_ok=True)
            database = Database(f"sqlite:///{file}", f"sqlite:///{file}", file)
        database.run_seed("migrate")
        return database

    def with_events(self, events: int, *, fresh: bool = False) -> Database:
        """A database with so many events, and no others; on SQLite the one of an earlier run, unless `fresh`."""
        name = f"ged-{events}"
        file = self.folder / f"{name}.sqlite3"
        mark = Path(f"{file}.loaded")
        if self.cluster is None and mark.exists() and not fresh:
            _say_what_is_used_again(file, mark)
            database = Database(f"sqlite:///{file}", f"sqlite:///{file}", file)
            database.run_seed("migrate")
            return database
        print(f"Loading {events:,} events into {self.kind}.", flush=True)
        database = self.empty(name)
        database.run_seed("ucdp", str(first_file(self.folder, events)), "--release", FIRST_RELEASE)
        if self.cluster is None:
            mark.write_text(json.dumps({"by": _what_writes()}), encoding="utf-8")
        return database


@contextmanager
def databases(folder: Path, *, postgres: bool) -> Iterator[Databases]:
    """Where databases are made; stops what it started."""
    folder.mkdir(parents=True, exist_ok=True)
    if not postgres:
        yield Databases(folder)
        return
    from tests.postgres_cluster import PostgresCluster, PostgresUnavailableError  # noqa: PLC0415  # not on SQLite

    try:
        cluster = PostgresCluster.launch()
    except PostgresUnavailableError as fault:
        raise BenchFailed(str(fault)) from None
    try:
        cluster.stop()
        with (cluster.data_directory / "postgresql.conf").open("a") as settings:
            settings.write(AS_DEPLOYED)
        cluster.start()
        yield Databases(folder, cluster)
    finally:
        cluster.remove()


def _say_what_is_used_again(file: Path, mark: Path) -> None:
    by = json.loads(mark.read_text(encoding="utf-8"))["by"]
    other = "" if by == _what_writes() else " The importer has changed since it was loaded: --fresh loads it anew."
    print(f"Using {file.name} again.{other}", flush=True)


def _what_writes() -> str:
    """Changes with the code that decides what a database holds."""
    parts = (
        path for folder in ("seed", "migrations", "app/models", "app/schemas") for path in (ROOT / folder).rglob("*.py")
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(parts))).hexdigest()
