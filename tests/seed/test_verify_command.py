"""`python -m seed verify`: what it says of the facts' files and of the database, and what it exits with."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text, update

from app.models import Citation
from tests.postgres_cluster import Database
from tests.seed.article_text import article_text
from tests.seed.loading import (
    IRAQ,
    command,
    dump_of,
    number_of,
)


def test_verify_when_every_quote_stands_in_the_text_exits_0_for_files_and_database(
    database: Database,
    loaded_engine: Engine,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    article = tmp_path / "article.txt"
    article.write_bytes(article_text())
    before = dump_of(loaded_engine)

    assert command(monkeypatch, database.read_url, "verify", "--text", str(article)) == 0

    said = capsys.readouterr().out
    files, stored = said.split("The database:")
    assert files.startswith("The facts' files:\n")
    for part in (files, stored):
        found, of = part.split(" quotes found in the text.")[0].split()[-3::2]
        assert found == of
    assert "ERROR" not in said
    assert dump_of(loaded_engine) == before


def test_verify_when_a_stored_quote_is_not_in_the_text_exits_1_and_names_the_row(
    database: Database,
    loaded_engine: Engine,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    article = tmp_path / "article.txt"
    article.write_bytes(article_text())
    with loaded_engine.begin() as connection:
        owned = (Citation.owner_kind == "event", Citation.owner_number == number_of("event", IRAQ))
        first = select(func.min(Citation.number)).where(*owned, Citation.quote.is_not(None)).scalar_subquery()
        connection.execute(update(Citation).where(Citation.number == first).values(quote="no one was harmed"))

    assert command(monkeypatch, database.write_url, "verify", "--text", str(article)) == 1

    assert f"ERROR: event:{IRAQ}: not in the text of" in capsys.readouterr().out


def test_verify_when_no_text_is_given_exits_3_and_says_not_checked(
    database: Database, loaded_engine: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command(monkeypatch, database.write_url, "verify") == 3

    said = capsys.readouterr().out
    assert said.count("quotes not checked, no text of: ") == 2
    assert "found" not in said


def test_verify_when_the_text_is_of_no_source_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.txt").write_text("Another text.")

    assert command(monkeypatch, f"sqlite:///{tmp_path / 'none'}", "verify", "--text", str(tmp_path / "other.txt")) == 1

    assert "ERROR: No source names this text" in capsys.readouterr().out


def test_verify_when_the_file_cannot_be_read_exits_1_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command(monkeypatch, f"sqlite:///{tmp_path / 'none'}", "verify", "--text", str(tmp_path / "absent")) == 1

    assert capsys.readouterr().err == f"{tmp_path / 'absent'} cannot be read: No such file or directory.\n"


def test_verify_when_there_is_no_database_makes_none_and_checks_the_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command(monkeypatch, f"sqlite:///{tmp_path / 'data' / 'none.sqlite3'}", "verify") == 3

    assert "The database:" not in capsys.readouterr().out
    assert [*tmp_path.iterdir()] == []


def test_verify_when_a_load_is_under_way_does_not_wait_for_it(
    loaded_engine: Engine, database: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with loaded_engine.begin() as connection:
        connection.execute(text("DELETE FROM further_citation"))
        assert command(monkeypatch, database.read_url, "verify") == 3
        connection.rollback()

    assert "The database:" in capsys.readouterr().out
