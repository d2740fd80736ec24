"""Whole imports by the commands themselves: what is new, changed, repeated, withdrawn and refused."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from starlette.testclient import TestClient

from app.main import create_app
from app.queries.bodies import unpack_all
from app.settings import Settings
from seed import dataset_commands
from seed.__main__ import main
from seed.database import ROOT, lock_for_writing, make_write_engine, migrate
from seed.dataset_commands import _ucdp_file
from seed.dataset_loader import ImportRefused, load_dataset
from seed.dataset_report import DatasetReport
from seed.dataset_telling import DatasetFile
from seed.importers import ucdp
from seed.importers.facts import read_facts
from seed.importers.tables import MOST_BYTES, FileRefused
from seed.importers.ucdp import CANDIDATE_COLUMNS
from seed.loader import LoadRefused
from seed.second_process import ReaderLost, SecondProcess
from tests.conftest import DatabaseFactory
from tests.postgres_cluster import Database
from tests.seed.dataset_files import real_ucdp_file, write_csv
from tests.seed.loading import Rows, added, an_event, dump, load_and_publish
from tests.seed.test_acled_records import ROW as ACLED_ROW
from tests.seed.test_acled_records import TODAY
from tests.seed.test_ucdp_records import ROW as UCDP_ROW


@dataclass(frozen=True)
class Imports:
    """A migrated database, the commands on it, and the API over it."""

    client: TestClient
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: object) -> tuple[int, str]:
        """The exit code and all that was said."""
        self.capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = self.capsys.readouterr()
        return code, said.out + said.err

    def report(self, *arguments: object) -> dict[str, Any]:
        file = self.folder / "report.json"
        code, said = self.run(*arguments, "--report", file)
        assert code == 0, said
        report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return report

    def ucdp_file(self, name: str, *rows: Mapping[str, object]) -> Path:
        return write_csv(self.folder / name, CANDIDATE_COLUMNS, [{**UCDP_ROW, **row} for row in rows])

    def get(self, address: str) -> Any:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ids(self, query: str) -> list[str]:
        return [row["id"] for row in self.get(f"/events?fields=id&sort=id&limit=1000&{query}")["data"]]


@pytest.fixture
def imports(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Imports]:
    monkeypatch.setenv("DATABASE_URL", database.read_url)
    monkeypatch.setenv("DATABASE_WRITE_URL", database.write_url)
    assert main(["migrate"]) == 0
    with TestClient(create_app(Settings())) as client:
        yield Imports(client, tmp_path, capsys)


def test_file_is_imported_as_one_release_whose_numbers_add_up(imports: Imports) -> None:
    file = imports.ucdp_file("ged241.csv", {"id": 1}, {"id": 2, "best": "many"}, {"id": 3, "low": 4, "best": 6})
    report = imports.report("ucdp", file)
    (of_file,) = report["files"]
    assert (of_file["source"], report["release"], report["withdrawn"]) == ("ucdp-ged-24.1", 1, 0)
    assert (of_file["read"], of_file["created"], of_file["updated"], of_file["unchanged"]) == (3, 2, 0, 0)
    assert of_file["rejects"] == [{"number": 2, "id": "2", "reasons": ["best is 'many', not a whole number"]}]
    assert of_file["as_read"] == of_file["as_stored"] == {"low": 7, "best": 11, "high": 18}
    assert imports.ids("country=iraq") == ["ucdp-1", "ucdp-3"]


def test_same_rows_make_no_new_release_in_whatever_order_their_columns_stand(imports: Imports) -> None:
    rows = [{**UCDP_ROW, "id": number} for number in (1, 2)]
    first = write_csv(imports.folder / "ged241.csv", CANDIDATE_COLUMNS, rows)
    assert imports.report("ucdp", first)["release"] == 1
    again = write_csv(imports.folder / "ged241-reordered.csv", CANDIDATE_COLUMNS[::-1], rows)
    report = imports.report("ucdp", again)
    assert (report["release"], report["files"][0]["unchanged"]) == (None, 2)
    assert imports.get("/releases")["meta"]["total"] == 1


def test_a_repeated_row_keeps_its_document_and_stands_in_both_releases_of_the_dataset(imports: Imports) -> None:
    imports.report("ucdp", imports.ucdp_file("ged241.csv", {"id": 1}, {"id": 2}))
    before = imports.get("/events/ucdp-1")["data"]
    changed = {"id": 2, "best": 7, "deaths_b": 5}
    report = imports.report("ucdp", imports.ucdp_file("ged251.csv", {"id": 1}, changed, {"id": 3}))
    of_file = report["files"][0]
    assert (of_file["created"], of_file["updated"], of_file["unchanged"]) == (1, 1, 1)
    assert imports.get("/events/ucdp-1")["data"] == before
    assert before["citations"][0]["source"]["id"] == "ucdp-ged-24.1"
    assert imports.ids("source=ucdp-ged-25.1") == ["ucdp-1", "ucdp-2", "ucdp-3"]
    assert imports.ids("source=ucdp-ged-24.1") == ["ucdp-1"]
    assert imports.ids("source=ucdp-ged-24.1&release=1") == ["ucdp-1", "ucdp-2"]
    assert imports.ids("source=ucdp-ged-25.1&release=1") == []
    assert imports.ids("source=ucdp-ged") == ["ucdp-1", "ucdp-2", "ucdp-3"]
    old, new = (imports.get(f"/events/ucdp-2?release={n}")["data"]["casualties"]["killed"]["best"] for n in (1, 2))
    assert (old, new) == (5, 7)


def test_only_the_countries_and_years_of_a_yearly_file_can_be_withdrawn(imports: Imports) -> None:
    there = [{"id": number} for number in range(1, 41)]
    elsewhere = {"id": 90, "country": "Syria", "country_id": 652}
    later = {"id": 91, "date_start": "2019-01-01", "date_end": "2019-01-01"}
    imports.report("ucdp", imports.ucdp_file("ged241.csv", *there, elsewhere, later))
    report = imports.report("ucdp", imports.ucdp_file("ged251.csv", *there[:-1]))
    assert report["withdrawn"] == 1
    assert imports.ids("source=ucdp-ged") == sorted(f"ucdp-{number}" for number in (*range(1, 40), 90, 91))
    gone = imports.client.get("/events/ucdp-40")
    assert (gone.status_code, gone.json()["withdrawn_in"]) == (410, 2)


def test_candidate_file_withdraws_nothing_and_the_yearly_one_covers_it(imports: Imports) -> None:
    imports.report("ucdp", imports.ucdp_file("ged241.csv", *({"id": number} for number in range(1, 31))))
    imports.report("ucdp", imports.ucdp_file("GEDEvent_v24_0_5.csv", {"id": 31}))
    assert len(imports.ids("country=iraq")) == 31
    report = imports.report("ucdp", imports.ucdp_file("ged251.csv", *({"id": number} for number in range(1, 31))))
    assert report["withdrawn"] == 1
    assert "ucdp-31" not in imports.ids("country=iraq")


def test_nothing_is_written_when_much_would_be_withdrawn_unless_that_is_allowed(imports: Imports) -> None:
    imports.report("ucdp", imports.ucdp_file("ged241.csv", *({"id": number} for number in range(1, 11))))
    small = imports.ucdp_file("ged251.csv", {"id": 1}, {"id": 11})
    code, said = imports.run("ucdp", small)
    assert code == 1
    assert "would withdraw 9 of the 10 events" in said
    assert "--allow-withdrawals" in said
    assert imports.get("/releases")["meta"]["total"] == 1
    assert imports.report("ucdp", small, "--scope", "none")["withdrawn"] == 0
    assert imports.report("ucdp", small, "--allow-withdrawals")["withdrawn"] == 9
    assert imports.ids("country=iraq") == ["ucdp-1", "ucdp-11"]


def test_release_that_a_loaded_one_has_revised_is_refused_unless_that_is_allowed(imports: Imports) -> None:
    older = imports.ucdp_file("ged241.csv", {"id": 1})
    imports.report("ucdp", older)
    imports.report("ucdp", imports.ucdp_file("ged251.csv", {"id": 1, "best": 7, "deaths_b": 5}))
    code, said = imports.run("ucdp", older)
    assert code == 1
    assert "ucdp-ged-25.1 is loaded, which has revised it" in said
    code, said = imports.run("ucdp", imports.ucdp_file("GEDEvent_v24_0_5.csv", {"id": 2}))
    assert code == 1, "25.1 holds the year of that candidate file"
    assert imports.get("/releases")["meta"]["total"] == 2
    imports.report("ucdp", imports.ucdp_file("GEDEvent_v25_0_5.csv", {"id": 2}))
    assert imports.report("ucdp", older, "--allow-older", "--scope", "none")["files"][0]["updated"] == 1
    assert imports.get("/events/ucdp-1")["data"]["casualties"]["killed"]["best"] == 5


def test_bounds_that_are_out_of_order_hide_nobody_from_a_filter(imports: Imports) -> None:
    disordered = {"id": 1, "low": 1, "best": 1, "high": 0, "deaths_a": 1, "deaths_b": 0}
    imports.report("ucdp", imports.ucdp_file("ged241.csv", disordered, {"id": 2}))
    killed = imports.get("/events/ucdp-1")["data"]["casualties"]["killed"]
    assert (killed["low"], killed["best"], killed["high"]) == (1, 1, 0), "the document says what was printed"
    assert imports.ids("killed_max=0") == []
    assert imports.ids("killed_max=1") == ["ucdp-1"]


def test_answer_that_holds_several_families_says_so_and_one_that_does_not_is_silent(imports: Imports) -> None:
    imports.run("facts")
    imports.report("ucdp", imports.ucdp_file("ged241.csv", {"id": 1}))
    for path in ("/events", "/casualty-claims"):
        (warning,) = imports.get(f"{path}?country=iraq&limit=1")["meta"]["warnings"]
        assert warning.startswith("source families: conversation-2024-02-03-us-raids, ucdp-ged.")
        assert imports.get(f"{path}?country=iraq&source=ucdp-ged")["meta"]["warnings"] == []
        assert imports.get(f"{path}?country=iraq&release=1")["meta"]["warnings"] == []


def test_total_over_several_families_that_has_to_be_counted_is_a_whole_number(imports: Imports) -> None:
    imports.run("facts")
    written = imports.get("/events?limit=1")["meta"]["total"]
    imports.report("ucdp", imports.ucdp_file("ged241.csv", {"id": 1}, {"id": 2}))
    imports.report("ucdp", imports.ucdp_file("ged251.csv", {"id": 3}), "--scope", "none")
    for question, total in (("release=2", written + 2), ("killed_min=1", 6), ("date_from=1900&date_mode=possible", 14)):
        meta = imports.get(f"/events?{question}&limit=1")["meta"]
        assert (meta["total"], type(meta["total"])) == (total, int)
        assert meta["warnings"][0].startswith("source families: conversation-2024-02-03-us-raids, ucdp-ged.")


def test_real_sample_after_mexico_is_refused_with_the_number_that_it_would_take(
    imports: Imports, database: Database
) -> None:
    if database.kind == "postgresql":
        pytest.skip("loading Mexico's 19,000 events there takes minutes; the small test above asks the same of it")
    imports.report("ucdp", real_ucdp_file("ged241-mexico/ged_mexico.csv.gz"), "--release", "24.1")
    sample = real_ucdp_file("ged231-sample1000/ged231_sample.csv")
    code, said = imports.run("ucdp", sample, "--scope", "all")
    assert (code, "18,913 of the 18,957 events" in said, "--allow-withdrawals" in said) == (1, True, True)
    # The years that the sample spans end in 2022: Mexico's events of 2023 are not in its scope.
    code, said = imports.run("ucdp", sample)
    assert (code, "16,075 of the 16,119 events" in said, "--allow-withdrawals" in said) == (1, True, True)
    assert imports.get("/releases")["meta"]["total"] == 1
    assert imports.get("/events?limit=1")["meta"]["total"] == 18957


def test_long_event_that_a_later_release_repeats_is_found_by_its_days_there(imports: Imports) -> None:
    long = {"id": 1, "date_start": "2014-01-01", "date_end": "2014-12-31", "date_prec": 5}
    imports.report("ucdp", imports.ucdp_file("ged241.csv", long, {"id": 2}))
    imports.report("ucdp", imports.ucdp_file("ged251.csv", long, {"id": 2}, {"id": 3}))
    for source in ("ucdp-ged", "ucdp-ged-24.1", "ucdp-ged-25.1"):
        assert imports.ids(f"source={source}&date_from=2014-10-01") == ["ucdp-1"]
        assert imports.get(f"/events?source={source}&date_from=2014-10-01")["meta"]["total"] == 1


def test_totals_of_a_release_of_a_dataset_follow_what_later_ones_revise(imports: Imports) -> None:
    imports.report("ucdp", imports.ucdp_file("ged241.csv", {"id": 1}, {"id": 2}))
    imports.report("ucdp", imports.ucdp_file("ged251.csv", {"id": 1}, {"id": 2}))
    imports.report("ucdp", imports.ucdp_file("ged261.csv", {"id": 1, "best": 7, "deaths_b": 5}, {"id": 2}))
    for release, there in (("24.1", ["ucdp-2"]), ("25.1", ["ucdp-2"]), ("26.1", ["ucdp-1", "ucdp-2"])):
        assert imports.ids(f"source=ucdp-ged-{release}") == there
        assert imports.get(f"/events?source=ucdp-ged-{release}")["meta"]["total"] == len(there)


def test_batch_that_only_repeats_may_come_before_one_that_tells_something_new(
    imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seed.dataset_telling.BATCH", 2)
    imports.report("ucdp", imports.ucdp_file("ged241.csv", {"id": 1}, {"id": 2}))
    report = imports.report("ucdp", imports.ucdp_file("ged251.csv", {"id": 1}, {"id": 2}, {"id": 3, "adm_1": "New"}))
    assert (report["files"][0]["created"], report["files"][0]["unchanged"]) == (1, 2)
    assert imports.ids("source=ucdp-ged-25.1") == ["ucdp-1", "ucdp-2", "ucdp-3"]
    assert imports.ids("admin1=New") == ["ucdp-3"]


def test_event_that_moves_to_another_country_is_one_event(imports: Imports) -> None:
    stay = [{"id": number} for number in range(1, 31)]
    imports.report("ucdp", imports.ucdp_file("ged241.csv", *stay, {"id": 99}))
    moved = {"id": 99, "country": "Syria", "country_id": 652, "adm_1": "Elsewhere"}
    report = imports.report("ucdp", imports.ucdp_file("ged251.csv", *stay, moved))
    assert (report["withdrawn"], report["files"][0]["updated"]) == (0, 1)
    assert imports.ids("country=syria") == ["ucdp-99"]
    assert "ucdp-99" not in imports.ids("country=iraq")
    assert "ucdp-99" in imports.ids("country=iraq&release=1")


def test_events_of_a_renamed_actor_are_published_anew_when_their_own_facts_are_the_same(imports: Imports) -> None:
    # With dead of side A the name would stand in the description of a claim, which is a fact of the event's own.
    row = {"id": 1, "deaths_a": 0}
    imports.report("ucdp", imports.ucdp_file("ged241.csv", row))
    imports.report("ucdp", imports.ucdp_file("ged251.csv", {**row, "side_a": "Government of Renamed"}))
    names = [imports.get(f"/events/ucdp-1?release={n}")["data"]["actors"][0]["name"] for n in (1, 2)]
    assert names == ["Government of Invented", "Government of Renamed"]
    assert imports.ids("source=ucdp-ged-24.1") == ["ucdp-1"]
    assert imports.ids("source=ucdp-ged-25.1") == ["ucdp-1"], "it stands in that file too"
    assert imports.get("/events/ucdp-1/original?release=1")["data"]["record"]["side_a"] == "Government of Invented"


def test_original_record_is_served_as_it_was_read(imports: Imports) -> None:
    imports.report("ucdp", imports.ucdp_file("ged241.csv", {"id": 1, "where_coordinates": "Odd\u200b  place"}))
    event = imports.get("/events/ucdp-1")["data"]
    record = imports.get(event["links"]["original"])["data"]["record"]
    assert list(record) == list(CANDIDATE_COLUMNS)
    assert record["where_coordinates"] == "Odd\u200b  place"
    assert event["locations"][0]["name"] == "Odd place"


def test_facts_and_datasets_leave_one_another_alone(imports: Imports) -> None:
    assert imports.run("facts")[0] == 0
    imports.report("ucdp", imports.ucdp_file("ged241.csv", {"id": 1}))
    code, said = imports.run("facts")
    assert (code, "Nothing new" in said) == (0, True)
    assert "ucdp-1" in imports.ids("country=iraq")
    assert "2024-02-02-us-strikes-iraq" in imports.ids("country=iraq")
    assert imports.client.get("/events/2024-02-02-us-strikes-iraq/original").status_code == 404


def test_id_that_stands_twice_is_taken_once(imports: Imports) -> None:
    report = imports.report("ucdp", imports.ucdp_file("ged241.csv", {"id": 1}, {"id": 1, "best": 6}))
    (of_file,) = report["files"]
    assert (of_file["created"], [reject["number"] for reject in of_file["rejects"]]) == (1, [2])


def test_acled_export_is_imported_and_its_terms_are_said(imports: Imports) -> None:
    file = write_csv(
        imports.folder / "export.csv", TODAY, [ACLED_ROW, {**ACLED_ROW, "event_id_cnty": "IRQ2", "fatalities": 0}]
    )
    code, said = imports.run("acled", file)
    assert code == 1
    assert "--release" in said
    code, said = imports.run("acled", file, "--release", "2024-03")
    assert code == 0
    assert said.count("ACLED's terms") == 1
    killed = {row["id"]: row["casualties"]["killed"] for row in imports.get("/events?source=acled&sort=id")["data"]}
    assert (killed["acled-IRQ90001"]["best"], killed["acled-IRQ90001"]["low"]) == (2, None)
    assert killed["acled-IRQ2"]["best"] is None
    assert imports.ids("killed_max=5&source=acled") == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("event_id_cnty,event_date\nIRQ1,2024-01-01\n", "has no known columns"),
        ("<html>Not found</html>", "is a web page"),
        ("", "is empty"),
    ],
)
def test_wrong_file_is_refused_in_one_sentence_and_nothing_is_written(
    imports: Imports, content: str, reason: str
) -> None:
    file = imports.folder / "ged241.csv"
    file.write_text(content)
    code, said = imports.run("ucdp", file)
    assert (code, said.count("\n")) == (1, 1)
    assert reason in said
    assert imports.client.get("/sources").status_code == 503, "no release was made"


def test_release_is_never_guessed(imports: Imports) -> None:
    code, said = imports.run("ucdp", imports.ucdp_file("download.csv", {"id": 1}))
    assert code == 1
    assert "does not say which release it is" in said
    assert imports.report("ucdp", imports.ucdp_file("download.csv", {"id": 1}), "--release", "24.1")["release"] == 1


def test_a_real_revision_changes_three_events_and_adds_174(imports: Imports) -> None:
    first, second = (real_ucdp_file(f"hdx-ukr-191-201/ukraine_ged{release}.csv") for release in ("191", "201"))
    assert imports.report("ucdp", first)["files"][0]["as_stored"] == {"low": 6088, "best": 6632, "high": 7481}
    report = imports.report("ucdp", second)
    (of_file,) = report["files"]
    assert (of_file["created"], of_file["updated"], of_file["unchanged"]) == (174, 3, 990)
    assert of_file["as_stored"] == {"low": 6246, "best": 6875, "high": 7728}
    assert imports.get("/events?source=ucdp-ged-20.1&limit=1")["meta"]["total"] == 1167
    assert imports.get("/events?release=1&limit=1")["meta"]["total"] == 993


@contextmanager
def importing(database: Database) -> Iterator[Connection]:
    """A transaction as the commands begin it."""
    engine = make_write_engine(database.write_url)
    try:
        with engine.begin() as connection:
            lock_for_writing(connection)
            yield connection
    finally:
        engine.dispose()


def as_dataset_file(file: Path) -> DatasetFile:
    """A file as the command takes it, so that it can be sent to another process."""
    return _ucdp_file(argparse.Namespace(release=None, scope=None, most_bytes=MOST_BYTES), file)


def load_by(database: Database, files: Sequence[Path], *, in_two: bool) -> DatasetReport:
    """Import files as the command does, in one process or in two."""
    told = [as_dataset_file(file) for file in files]
    with importing(database) as connection, ExitStack() as ends:
        teller = ends.enter_context(SecondProcess(database.write_url, ucdp.FAMILY, told)) if in_two else None
        return load_dataset(connection, ucdp.FAMILY, told, allow_withdrawals=True, teller=teller)


def content_of(database: Database) -> Rows:
    """All that a database holds but its name, the times of its releases, and what is packed, which is unpacked."""
    engine = make_write_engine(database.write_url)
    with engine.connect() as connection:
        held = dump(connection)
        for name, packed in (("event_body", 2), ("event_original", 2), ("reference_document", 10)):
            texts = unpack_all(connection, [(row[packed - 1], row[packed]) for row in held[name]])
            held[name] = [(*row[:packed], text) for row, text in zip(held[name], texts, strict=True)]
        connection.rollback()
    engine.dispose()
    dictionaries = [(number, sort, b"") for number, sort, _ in held["compression_dictionary"]]
    releases = [(number, *rest) for number, _, *rest in held["release"]]
    return held | {"archive": [], "release": releases, "compression_dictionary": dictionaries}


def file_of(folder: Path, name: str, numbers: Iterable[int], **changes: object) -> Path:
    """An invented file of some hundred records in three places, by four actors."""
    rows = [
        {
            **UCDP_ROW,
            "id": number,
            "side_b_new_id": 9000 + number % 4,
            "side_b": f"Invented group {number % 4}",
            "where_coordinates": f"Town {number % 3}",
            "date_start": f"2014-{number % 12 + 1:02}-01",
            "date_end": f"2014-{number % 12 + 1:02}-{number % 28 + 1:02}",
            "date_prec": 4,
            **(changes if number % 5 == 0 else {}),
        }
        for number in numbers
    ]
    return write_csv(folder / name, CANDIDATE_COLUMNS, rows)


def test_import_by_two_processes_leaves_what_one_process_leaves(
    database: Database, tmp_path: Path, make_database: DatabaseFactory
) -> None:
    """Of new, repeated, revised and withdrawn records, and of rejects; with dictionaries and without."""
    other = make_database(database.kind)
    first = file_of(tmp_path, "ged241.csv", range(700))
    revised = file_of(tmp_path, "ged251.csv", range(30, 720), best=7, high=12, side_a="Government of Renamed")
    candidates = file_of(tmp_path, "GEDEvent_v25_0_5.csv", [*range(700, 760), 701, 702], low="many")
    steps = [[first], [revised, candidates], [revised, candidates]]
    for each in (database, other):
        migrate(Settings(database_url=each.read_url, database_write_url=each.write_url))
    for number, files in enumerate(steps, start=1):
        one, two = load_by(other, files, in_two=False), load_by(database, files, in_two=True)
        assert one.as_json() == two.as_json()
        assert one.release == (number if number < 3 else None)
        there, expected = content_of(database), content_of(other)
        assert {name for name in expected if there[name] != expected[name]} == set()
    assert {sort for _, sort, _ in there["compression_dictionary"]} >= {"event:ucdp-ged", "original:ucdp-ged"}


def test_large_file_is_told_by_a_second_process_and_a_small_one_is_not(
    imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []

    class Counted(SecondProcess):
        def __enter__(self) -> SecondProcess:
            begun.append(self)
            return super().__enter__()

    monkeypatch.setattr(dataset_commands, "SecondProcess", Counted)
    imports.report("ucdp", imports.ucdp_file("ged241.csv", {"id": 1}))
    assert begun == []
    monkeypatch.setattr(dataset_commands, "WORTH_A_PROCESS_BYTES", 1)
    assert imports.report("ucdp", imports.ucdp_file("ged251.csv", {"id": 1}, {"id": 2}))["release"] == 2
    assert len(begun) == 1
    assert imports.ids("source=ucdp-ged-25.1") == ["ucdp-1", "ucdp-2"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("event_id_cnty,event_date\nIRQ1,2024-01-01\n", "has no known columns"),
        ("<html>Not found</html>", "is a web page"),
        ("", "is empty"),
    ],
)
def test_wrong_file_is_refused_by_two_processes_as_by_one(
    database: Database, tmp_path: Path, content: str, reason: str
) -> None:
    migrate(Settings(database_url=database.read_url, database_write_url=database.write_url))
    before, wrong = content_of(database), tmp_path / "ged251.csv"
    wrong.write_text(content)
    files = [file_of(tmp_path, "ged241.csv", range(3)), wrong]
    said = []
    for in_two in (False, True):
        with pytest.raises(FileRefused, match=reason) as refusal:
            load_by(database, files, in_two=in_two)
        said.append(str(refusal.value))
        assert content_of(database) == before
    assert said[0] == said[1]


def test_older_file_and_one_that_withdraws_much_are_refused_by_two_processes_as_by_one(
    database: Database, tmp_path: Path
) -> None:
    migrate(Settings(database_url=database.read_url, database_write_url=database.write_url))
    load_by(database, [file_of(tmp_path, "ged251.csv", range(30))], in_two=True)
    before = content_of(database)
    older, fewer = file_of(tmp_path, "ged241.csv", range(30)), file_of(tmp_path, "ged261.csv", range(5))
    for file, reason in ((older, "which has revised it"), (fewer, "would withdraw 25 of the 30 events")):
        told = [as_dataset_file(file)]
        with (
            pytest.raises(ImportRefused, match=reason),
            importing(database) as connection,
            SecondProcess(database.write_url, ucdp.FAMILY, told) as teller,
        ):
            load_dataset(connection, ucdp.FAMILY, told, teller=teller)
        assert content_of(database) == before


def test_id_that_another_origin_has_is_refused_by_two_processes_as_by_one(database: Database, tmp_path: Path) -> None:
    migrate(Settings(database_url=database.read_url, database_write_url=database.write_url))
    engine = make_write_engine(database.write_url)
    with engine.begin() as connection:
        load_and_publish(connection, added(read_facts(), events=[an_event("ucdp-3")]))
    engine.dispose()
    before, file = content_of(database), file_of(tmp_path, "ged241.csv", range(5))
    for in_two in (False, True):
        with pytest.raises(LoadRefused, match="event 'ucdp-3' exists already, loaded from 'facts'"):
            load_by(database, [file], in_two=in_two)
        assert content_of(database) == before


@pytest.mark.parametrize("batches", [0, 2])
def test_import_when_the_reading_process_is_killed_writes_nothing_and_can_be_run_again(
    database: Database, tmp_path: Path, batches: int
) -> None:
    migrate(Settings(database_url=database.read_url, database_write_url=database.write_url))
    load_by(database, [file_of(tmp_path, "ged241.csv", range(5))], in_two=False)
    before, file = content_of(database), file_of(tmp_path, "ged251.csv", range(6000))
    told = [as_dataset_file(file)]

    def load_and_kill() -> None:
        with importing(database) as connection, SecondProcess(database.write_url, ucdp.FAMILY, told) as teller:
            pid, heard = teller._process.pid, 0

            def say(*_: object) -> None:
                nonlocal heard
                heard += 1
                if heard > batches and pid:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)

            assert pid is not None
            if batches == 0:
                os.kill(pid, signal.SIGKILL)
            load_dataset(connection, ucdp.FAMILY, told, teller=teller, say=say)

    with pytest.raises(ReaderLost, match="Nothing was written"):
        load_and_kill()
    assert content_of(database) == before
    assert load_by(database, [file], in_two=True).release == 2


def test_command_when_its_reading_process_is_killed_says_so_in_one_line(
    imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(SecondProcess):
        def __enter__(self) -> SecondProcess:
            super().__enter__()
            os.kill(self._process.pid or 0, signal.SIGKILL)
            return self

    monkeypatch.setattr(dataset_commands, "WORTH_A_PROCESS_BYTES", 1)
    monkeypatch.setattr(dataset_commands, "SecondProcess", Killed)
    code, said = imports.run("ucdp", imports.ucdp_file("ged241.csv", {"id": 1}))
    assert (code, said) == (1, "The process that reads the files was ended. Nothing was written.\n")
    assert imports.client.get("/sources").status_code == 503, "no release was made"


# The writing half alone: it begins, says the reading process's number, takes one batch, and then waits for ever.
WRITER = """
import sys, time
from pathlib import Path
from tests.seed.test_dataset_loads import as_dataset_file
from seed.second_process import SecondProcess

if __name__ == "__main__":
    url, file = sys.argv[1:]
    with SecondProcess(url, "ucdp-ged", [as_dataset_file(Path(file))]) as teller:
        next(teller.batches())
        print(teller._process.pid, flush=True)
        time.sleep(600)
"""


def test_reading_process_ends_by_itself_when_the_writing_one_is_killed(database: Database, tmp_path: Path) -> None:
    migrate(Settings(database_url=database.read_url, database_write_url=database.write_url))
    file, program = file_of(tmp_path, "ged241.csv", range(6000)), tmp_path / "writer.py"
    program.write_text(WRITER)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    writer = subprocess.Popen(
        [sys.executable, str(program), database.write_url, str(file)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert writer.stdout is not None
    reader = int(writer.stdout.readline())
    assert is_running(reader)

    writer.kill()
    writer.communicate(timeout=20)

    deadline = time.monotonic() + 20
    while is_running(reader):
        assert time.monotonic() < deadline, "the reading process goes on for nobody"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """Whether a process is there and not just waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return False
