"""A suppression that is killed: either all of it is done or nothing, and the command can be run again."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from seed.database import ROOT, lock_for_writing, make_write_engine
from tests.postgres_cluster import Database
from tests.seed.test_dataset_loads import Imports, content_of, imports
from tests.seed.test_suppression import MARKED, SECRET, everything, pieces

__all__ = ["imports"]
# The command itself, which says so and waits where it comes to one of its own functions.
PROGRAM = """
import importlib, sys, time
from seed.__main__ import main

module, name, when = sys.argv[1:4]
owner = importlib.import_module(module)
real = getattr(owner, name)

def halting(*arguments, **named):
    if when == "before":
        print("there", flush=True)
        time.sleep(600)
    done = real(*arguments, **named)
    if when == "after":
        print("there", flush=True)
        time.sleep(600)
    return done

def telling(*arguments, **named):
    print("there", flush=True)
    return real(*arguments, **named)

setattr(owner, name, telling if when == "going on" else halting)
main(sys.argv[4:])
"""
COMMAND = ("suppress", "events/ucdp-5", "--reason", "x")
IN_THE_TRANSACTION = (
    ("seed.suppression", "_take_out_of_the_record", "after"),
    ("seed.publish.removing", "_forget_mentions", "after"),
    ("seed.__main__", "suppress", "after"),
)


@pytest.fixture
def loaded(imports: Imports) -> Imports:
    rows = [{"id": number, "source_article": f"Article {number}"} for number in range(10, 80)]
    imports.report("ucdp", imports.ucdp_file("ged241.csv", MARKED, *rows))
    return imports


def killed_at(folder: Path, moment: Sequence[str], *, after_s: float = 0.0) -> None:
    """Run the command in a process of its own and kill it there, or so long after it came there."""
    program = folder / "halting.py"
    program.write_text(PROGRAM, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(program), *moment, *COMMAND],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert "there\n" in iter(process.stdout.readline, "")
    time.sleep(after_s)
    process.kill()
    process.communicate(timeout=60)


def wait_until_it_holds_nothing(database: Database) -> None:
    """PostgreSQL notices a moment later that its client is gone."""
    engine = make_write_engine(database.write_url)
    with engine.begin() as connection:
        lock_for_writing(connection)
    engine.dispose()


def is_gone_whole(imports: Imports) -> None:
    """What a suppression that came to its end looks like."""
    problem = imports.client.get("/events/ucdp-5").json()
    assert problem["type"] == "/problems/suppressed"
    for release in (1, 2):
        assert SECRET not in everything(imports, release)
    assert [row["change"] for row in imports.get("/changes?since=1")["data"]] == ["suppressed"]


@pytest.mark.parametrize("moment", IN_THE_TRANSACTION, ids=" ".join)
def test_nothing_is_suppressed_when_it_is_killed_before_its_transaction_ends(
    loaded: Imports, database: Database, tmp_path: Path, moment: Sequence[str]
) -> None:
    before = content_of(database)

    killed_at(tmp_path, moment)

    wait_until_it_holds_nothing(database)
    assert content_of(database) == before
    assert loaded.get("/events/ucdp-5")["meta"]["release"] == 1
    assert loaded.run(*COMMAND)[0] == 0
    is_gone_whole(loaded)


def test_what_stays_in_the_file_when_it_is_killed_later_goes_when_it_is_run_again(
    loaded: Imports, database: Database, tmp_path: Path
) -> None:
    killed_at(tmp_path, ("seed.__main__", "purge", "before"))

    wait_until_it_holds_nothing(database)
    is_gone_whole(loaded)
    code, said = loaded.run(*COMMAND)
    assert (code, said) == (1, "events/ucdp-5 was suppressed before.\n")
    is_gone_whole(loaded)
    if database.kind == "sqlite":
        file = Path(database.write_url.removeprefix("sqlite:///"))
        left = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
        assert not [piece for piece in pieces(SECRET) if piece in left]


def test_all_or_nothing_is_suppressed_when_it_is_killed_at_any_moment(
    loaded: Imports, database: Database, tmp_path: Path
) -> None:
    """From where its transaction begins, through the writing of the file anew."""
    before, chance = content_of(database), random.Random(5)  # noqa: S311
    for latest in (0.05, 0.3, 0.9):
        killed_at(tmp_path, ("seed.__main__", "suppress", "going on"), after_s=chance.uniform(0, latest))
        wait_until_it_holds_nothing(database)
        if loaded.client.get("/events/ucdp-5").status_code == 410:
            is_gone_whole(loaded)
            break
        assert content_of(database) == before
    loaded.run(*COMMAND)
    is_gone_whole(loaded)
