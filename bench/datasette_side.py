"""Datasette over the same documents: its own environment, its own file, the same questions.

It is given what its guide would give it: columns for country and day with an index that serves the query, a file that
it knows not to change, and the simpler question, for events that begin in the window, which needs no second date.
"""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from bench.checking import parsed
from bench.http_client import Connection
from bench.machine import BenchFailed
from bench.questions import Calendar, Question

VERSION = "datasette>=0.65,<1"
LARGEST_PAGE = 1000
TABLE = "CREATE TABLE events (id TEXT PRIMARY KEY, country TEXT, date_start TEXT, date_end TEXT, document TEXT)"
INDEX = "CREATE INDEX events_country_date ON events (country, date_start)"


def install(folder: Path) -> Path:
    """Datasette's program, in an environment of its own that is kept."""
    environment = folder / "datasette"
    program = environment / "bin" / "datasette"
    if not program.exists():
        print("Installing Datasette into an environment of its own.", flush=True)
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", VERSION]
        for command in ([sys.executable, "-m", "venv", str(environment)], pip):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise BenchFailed(f"Datasette cannot be installed (--without-datasette leaves it out): {done.stderr}")
    return program


def version(program: Path) -> str:
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True)
    return said.stdout.strip()


def copy_documents(connection: Connection, file: Path) -> int:
    """Write all documents that the API serves into a database for Datasette; returns how many there were."""
    file.unlink(missing_ok=True)
    database = sqlite3.connect(file)
    try:
        database.execute(TABLE)
        database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", _rows(connection))
        database.execute(INDEX)
        database.execute("ANALYZE")
        database.commit()
        return int(database.execute("SELECT count(*) FROM events").fetchone()[0])
    finally:
        database.close()


def _rows(connection: Connection) -> Iterator[tuple[str, str, str, str, str]]:
    """The documents by a walk over all pages."""
    address: str | None = f"/events?limit={LARGEST_PAGE}&total=false&sort=id"
    while address is not None:
        page = parsed(connection.ask(address), address)
        for event in page["data"]:
            country = event["locations"][0]["country"]["iso2"]
            document = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
            yield event["id"], country, event["date_start"], event["date_end"], document
        address = page["links"]["next"]


def address(file: Path, question: Question, rows: int) -> str:
    """The question as Datasette is asked; its answer counts what matches, which it does unless told not to."""
    asked = {
        "country__exact": question.country,
        "date_start__gte": question.date_from,
        "date_start__lte": question.date_to,
        "_sort_desc": "date_start",
        "_size": rows,
        "_shape": "objects",
    }
    return f"/{file.stem}/events.json?{urlencode(asked)}"


def check(connection: Connection, calendar: Calendar, file: Path, questions: list[Question], rows: int) -> None:
    """Raise BenchFailed where Datasette's answers are not exactly right."""
    for question in questions:
        asked = address(file, question, rows)
        page = parsed(connection.ask(asked), asked)
        got, wanted = (len(page["rows"]), page["filtered_table_rows_count"]), (rows, calendar.starting(question))
        if got != wanted:
            raise BenchFailed(f"Datasette brought {got[0]} rows of {got[1]} to {asked}; there should be {wanted}.")
        json.loads(page["rows"][0]["document"])
