"""The whole API against what schemathesis makes of its own description: examples, edges, chance, and walks.

`python -m tests.hostile.test_schemathesis ADDRESS [SECONDS]` asks a server for longer, by another chance each time.
"""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.api.running import running
from tests.api.serving import command, migrate_database, publish_facts
from tests.api.test_live_server import ROOT
from tests.conftest import DatabaseFactory
from tests.seed.dataset_files import write_csv
from tests.seed.test_ucdp_records import ROW

CONFIG = ROOT / "tests" / "hostile" / "schemathesis.toml"
BEGIN = (
    "import runpy, sys; sys.argv[0] = 'schemathesis'; import tests.hostile.checks;"
    " from schemathesis.cli import schemathesis; schemathesis()"
)
SEED, SECONDS = 20240202, 60


def schemathesis(address: str, seconds: int, *options: str) -> "subprocess.CompletedProcess[str]":
    """A run of all phases and all checks; what it says, and whether it found anything."""
    arguments = [
        f"--config-file={CONFIG}",
        "run",
        f"{address}/openapi.json",
        "--phases=examples,coverage,fuzzing,stateful",
        "--checks=all",
        "--exclude-checks=response_schema_conformance",  # in its place: answers_conform
        f"--max-time={seconds}",
        "--generation-database=none",
        "--warnings=off",
        "--no-color",
        *options,
    ]
    return subprocess.run(
        [sys.executable, "-c", BEGIN, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_whole_api_when_schemathesis_asks_it_then_it_finds_nothing(
    make_database: DatabaseFactory, tmp_path: Path
) -> None:
    database = make_database("sqlite")
    migrate_database(database)
    publish_facts(database)
    rows = [{**ROW, "id": str(number), "relid": f"IRQ-{number}"} for number in range(1, 30)]
    command(database, "ucdp", str(write_csv(tmp_path / "ged241.csv", list(ROW), rows)), "--release", "24.1")
    with running(database) as port:
        done = schemathesis(f"http://127.0.0.1:{port}", SECONDS, f"--seed={SEED}", "--max-examples=8")
    assert done.returncode == 0, (done.stdout + done.stderr)[-20_000:]
    assert "Tested:" in done.stdout
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in done.stdout or f"⏭ {phase}" in done.stdout, done.stdout[-3000:]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        pytest.exit("usage: python -m tests.hostile.test_schemathesis ADDRESS [SECONDS]")
    found = schemathesis(
        sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 600, f"--seed={time.time_ns() % 2**31}"
    )
    print(found.stdout, found.stderr)
    sys.exit(found.returncode)
