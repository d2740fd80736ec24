"""Every format beside JSON, read back by a public reader and held against the JSON of the same question."""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet, types

from app.formats.answers import About, Shape
from app.formats.cells import as_it_was, harmless, in_one_cell, split_list
from app.formats.csv_text import write_csv
from app.formats.registry import JSON, XLSX
from app.schemas.columns.claims import CASUALTY_CLAIMS
from app.schemas.columns.events import EVENTS
from app.schemas.columns.references import ACTORS, COUNTRIES, LOCATIONS, SOURCES
from app.schemas.columns.releases import RELEASES
from app.schemas.columns.tables import Table
from tests.api.made_up import EVENTS as MADE_UP
from tests.api.made_up import RANGE, add_made_up_events, event
from tests.api.reading_back import READERS, event_of, read_csv, rows_of_documents
from tests.api.serving import Api, copy_of_facts, migrate_database, publish_facts, serving
from tests.conftest import KINDS, DatabaseFactory

TABLES = {
    f"/{table.name}": table for table in (EVENTS, CASUALTY_CLAIMS, LOCATIONS, ACTORS, SOURCES, COUNTRIES, RELEASES)
}
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMULA, LINES, BARS = "made-up-formula", "made-up-lines", "made-up-bars"
ODD = [
    event(FORMULA, 6, title="=HYPERLINK(1)", summary="@SUM(1)", date_wording="'-2+3"),
    event(LINES, 7, title='غارة جوية، "ضربة"', summary='one\ntwo, "three"\r\nfour; «five»', date_wording="😀" * 20_000),
    event(BARS, 8, title="a | b \\| c", date_wording="_x0041_ \u2028"),
]


@pytest.fixture(scope="module", params=KINDS)
def odd_api(
    request: pytest.FixtureRequest, make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    """The article's facts, made-up events, and events whose texts are a trial for writers."""
    database = make_database(request.param)
    facts = copy_of_facts(tmp_path_factory.mktemp("odd"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.api.made_up.EVENTS", [*MADE_UP, *ODD])
        add_made_up_events(facts)
    migrate_database(database)
    publish_facts(database, facts)
    with serving(database) as served:
        yield served


def body_of(api: Api, address: str, format_: str) -> bytes:
    answer = api.client.get(f"{address}{'&' if '?' in address else '?'}format={format_}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPES[format_]
    return bytes(answer.content)


@pytest.mark.parametrize("path", TABLES)
@pytest.mark.parametrize("format_", READERS)
def test_rows_when_read_back_then_they_are_jsons_in_the_same_order(odd_api: Api, path: str, format_: str) -> None:
    table = TABLES[path]
    if format_ == "geojson" and table.find_points is None:
        assert "format" in odd_api.faults(f"{path}?format=geojson")
        return
    wanted = list(rows_of_documents(table, odd_api.rows(path)))
    for row in wanted:
        if "cite_as" not in odd_api.rows(path)[0] and format_ == "geojson":
            del row["cite_as"]
    assert wanted
    for address in (path, f"{path}?limit=all"):
        rows = READERS[format_](table, body_of(odd_api, address, format_))
        assert [list(row) for row in rows] == [list(row) for row in wanted]
        assert rows == wanted


@pytest.mark.parametrize("format_", READERS)
def test_an_event_when_made_from_its_row_then_nothing_is_missing(odd_api: Api, format_: str) -> None:
    rows = READERS[format_](EVENTS, body_of(odd_api, "/events?limit=all", format_))
    documents = [{name: document[name] for name in event_of(rows[0])} for document in odd_api.rows("/events")]
    assert [event_of(row) for row in rows] == documents
    assert set(event_of(rows[0])) >= set(odd_api.rows("/events")[0]) - {"cite_as"}


@pytest.mark.parametrize("path", TABLES)
def test_csv_of_many_rows_when_each_is_written_alone_then_the_bytes_are_the_same(odd_api: Api, path: str) -> None:
    """What is remembered of one row for the next ones is what they would have said themselves."""
    documents = body_of(odd_api, f"{path}?limit=1000", "ndjson").splitlines()
    about, shape = About({}, {}), Shape(TABLES[path])
    alone = b"".join(line for document in documents for line in [*write_csv([[document]], about, shape)][1:])
    _, *together = write_csv([documents, documents], about, shape)
    assert b"".join(together) == alone + alone


@pytest.mark.parametrize("path", TABLES)
def test_ndjson_when_asked_for_then_its_lines_are_the_bytes_of_jsons_rows(odd_api: Api, path: str) -> None:
    whole = odd_api.client.get(path).content
    lines = body_of(odd_api, path, "ndjson").split(b"\n")
    assert lines.pop() == b""
    assert whole.startswith(b'{"data":[' + b",".join(lines) + b'],"meta":')
    assert [json.loads(line) for line in lines] == json.loads(whole)["data"]


@pytest.mark.parametrize(
    "query", ["sort=killed", "sort=-killed", "sort=date", "sort=id", "country=iraq&date_from=2024"]
)
def test_limit_all_when_walked_by_ones_then_the_rows_and_their_order_are_the_same(
    odd_api: Api, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.streaming.ROWS_AT_ONCE", 1)
    for path in ("/events", "/casualty-claims"):
        lines = body_of(odd_api, f"{path}?{query}&limit=all", "ndjson").splitlines()
        assert [json.loads(line) for line in lines] == odd_api.rows(f"{path}?{query}&limit=1000")
        assert len(lines) > 1


@pytest.mark.parametrize("path", [path for path in TABLES if path not in ("/events", "/casualty-claims")])
def test_limit_all_of_every_list_when_walked_by_ones_then_it_is_whole(
    odd_api: Api, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.streaming.ROWS_AT_ONCE", 1)
    lines = body_of(odd_api, f"{path}?limit=all", "ndjson").splitlines()
    assert [json.loads(line) for line in lines] == odd_api.rows(f"{path}?limit=1000")


@pytest.mark.parametrize("path", TABLES)
def test_one_thing_when_asked_for_then_every_format_has_its_row(odd_api: Api, path: str) -> None:
    table = TABLES[path]
    own = odd_api.rows(path)[0]["links"]["self"]
    (wanted,) = rows_of_documents(table, [odd_api.json(own)["data"]])
    for format_ in ("csv", "parquet", "xlsx"):
        assert READERS[format_](table, body_of(odd_api, own, format_)) == [wanted]
    assert json.loads(body_of(odd_api, own, "ndjson")) == odd_api.json(own)["data"]


@pytest.mark.parametrize("address", ["/events?killed_min=99999", "/events?killed_min=99999&limit=all"])
def test_no_rows_when_asked_for_then_header_and_schema_are_there_all_the_same(odd_api: Api, address: str) -> None:
    names = [column.name for column in EVENTS.columns]
    assert body_of(odd_api, address, "csv").decode() == ",".join(names) + "\r\n"
    assert body_of(odd_api, address, "ndjson") == b""
    assert json.loads(body_of(odd_api, address, "geojson"))["features"] == []
    filled = parquet.read_schema(io.BytesIO(body_of(odd_api, "/events", "parquet")))
    empty = parquet.read_table(io.BytesIO(body_of(odd_api, address, "parquet")))
    assert (empty.num_rows, empty.schema.names) == (0, names)
    assert empty.schema.equals(filled)
    sheet = openpyxl.load_workbook(io.BytesIO(body_of(odd_api, address, "xlsx")))["events"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [names]


def test_fields_when_given_then_they_pick_members_and_columns_in_their_order(odd_api: Api) -> None:
    names = "killed_best,id,conflict"
    wanted = ["killed_best", "id", "conflict_id", "conflict_name"]
    for format_, read in READERS.items():
        rows = read(EVENTS, body_of(odd_api, f"/events?fields={names}", format_))
        assert [list(row) for row in rows] == [wanted] * len(rows)
    whole = {row["id"]: row for row in read_csv(EVENTS, body_of(odd_api, "/events", "csv"))}
    picked = read_csv(EVENTS, body_of(odd_api, f"/events?fields={names}", "csv"))
    assert picked == [{name: whole[row["id"]][name] for name in wanted} for row in picked]
    lines = body_of(odd_api, "/events?fields=title,id", "ndjson").splitlines()
    assert [json.loads(line) for line in lines] == odd_api.rows("/events?fields=title,id")
    assert odd_api.faults("/events?fields=killed_best&format=ndjson") == {"fields": ["casualties"]}


def test_texts_that_would_run_when_written_then_they_are_harmless_and_numbers_stay_numbers(odd_api: Api) -> None:
    body = body_of(odd_api, "/events?fields=id,title,summary,date_wording,longitude&sort=id", "csv").decode()
    (line,) = (line for line in body.split("\r\n") if line.startswith(FORMULA))
    assert line.split(",")[1:4] == ["'=HYPERLINK(1)", "'@SUM(1)", "''-2+3"]
    book = openpyxl.load_workbook(io.BytesIO(body_of(odd_api, "/events?sort=id", "xlsx")))
    cells = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in cells
    (row,) = (row for row in book["events"].iter_rows(min_row=2) if row[0].value == FORMULA)
    assert row[1].value == "'=HYPERLINK(1)"
    assert {cell.data_type for cell in row if isinstance(cell.value, int | float)} <= {"n", "b"}


@given(st.text(alphabet=st.sampled_from("=+-@\t\r\n'ab＝")))
def test_a_text_when_made_harmless_then_it_can_be_taken_back_and_begins_no_formula(text: str) -> None:
    assert as_it_was(harmless(text)) == text
    assert not harmless(text)[:1] or harmless(text)[0] not in "=+-@\t\r\n＝"


@given(st.lists(st.text(alphabet=st.sampled_from("|\\ ab"), min_size=1)))
def test_a_list_when_put_in_one_cell_then_it_can_be_taken_apart(values: list[str]) -> None:
    assert split_list(in_one_cell(values)) == values


def test_a_denial_when_flattened_then_it_is_in_no_column_by_role(odd_api: Api) -> None:
    (row,) = read_csv(EVENTS, body_of(odd_api, "/events?attribution=denied&actor=iran", "csv"))
    assert row["denied_ids"] == ["iran"]
    roles = [name for name in row if name.endswith("_ids") and name not in ("denied_ids", "claimant_ids")]
    assert not [name for name in roles if "iran" in row[name]]
    assert "iran" in [actor["id"] for actor in row["actors_json"]]


def test_parquet_when_opened_then_types_and_descriptions_and_what_is_said_are_there(odd_api: Api) -> None:
    schema = parquet.read_schema(io.BytesIO(body_of(odd_api, "/events?country=iraq&limit=all", "parquet")))
    meta = odd_api.json("/events?country=iraq")["meta"]
    assert types.is_date32(schema.field("date_start").type)
    assert types.is_int64(schema.field("killed_best").type)
    assert types.is_boolean(schema.field("is_aggregate").type)
    assert schema.field("location_names").type.value_type == "string"
    assert schema.field("killed_best").metadata[b"unit"] == b"people"
    assert all(field.metadata[b"description"] for field in schema)
    said = {name.decode(): value.decode() for name, value in schema.metadata.items()}
    assert (said["release"], said["as_of"]) == ("1", meta["as_of"])
    assert json.loads(said["filters_applied"]) == meta["filters_applied"]
    assert "release=1" in said["permalink"]
    assert said["cite_as"].endswith(said["permalink"])
    published = parquet.read_schema(io.BytesIO(body_of(odd_api, "/releases", "parquet"))).field("published_at")
    assert str(published.type) == "timestamp[us, tz=UTC]"


def test_xlsx_when_opened_then_dates_are_dates_links_open_and_about_says_what_it_is(odd_api: Api) -> None:
    book = openpyxl.load_workbook(io.BytesIO(body_of(odd_api, "/events?country=iraq", "xlsx")))
    header, first = list(book["events"].iter_rows())[:2]
    cells: dict[str, Any] = {str(name.value): cell for name, cell in zip(header, first, strict=True)}
    assert cells["date_start"].is_date
    address = str(cells["citation_urls"].value).split(" | ")[0]
    assert address.startswith("https://")
    link: Any = cells["citation_urls"].hyperlink
    assert "#".join(part for part in (link.target, link.location) if part) == address
    lines = [tuple(row) for row in book["about"].iter_rows(values_only=True)]
    said = {str(line[0]): str(line[1]) for line in lines if line[0]}
    meta = odd_api.json("/events?country=iraq")["meta"]
    assert (said["release"], said["as_of"], json.loads(said["filters_applied"])) == (
        "1",
        meta["as_of"],
        meta["filters_applied"],
    )
    assert [line[0] for line in lines[-len(EVENTS.columns) :]] == [column.name for column in EVENTS.columns]


def test_xlsx_of_too_many_rows_when_asked_for_then_the_refusal_says_what_to_do(
    odd_api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(XLSX, most_rows=3)
    monkeypatch.setattr("app.web.negotiation.representations_of", lambda _: {"json": JSON, "xlsx": few})
    problem = odd_api.problem("/events?format=xlsx&limit=all&total=false", 400)
    (fault,) = problem["errors"]
    assert fault["parameter"] == "limit"
    assert "at most 3 rows, and 19 match" in fault["detail"]


def test_geojson_when_read_then_points_are_lon_lat_and_meta_and_links_stand_beside(odd_api: Api) -> None:
    collection = json.loads(body_of(odd_api, "/events?limit=1000", "geojson"))
    answer = odd_api.json("/events?limit=1000")
    assert collection["meta"]["total"] == answer["meta"]["total"]
    assert collection["links"]["permalink"].endswith("release=1")
    for feature, document in zip(collection["features"], answer["data"], strict=True):
        assert feature["id"] == document["id"]
        points = {(p["longitude"], p["latitude"]) for p in document["locations"] if p["latitude"] is not None}
        geometry = feature["geometry"]
        if not points:
            assert geometry is None
        elif geometry["type"] == "Point":
            assert {tuple(geometry["coordinates"])} == points
        else:
            assert geometry["type"] == "MultiPoint"
            assert {tuple(point) for point in geometry["coordinates"]} == points
    assert {(feature["geometry"] or {"type": None})["type"] for feature in collection["features"]} == {
        None,
        "Point",
        "MultiPoint",
    }


@pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="GDAL's programs are not on this machine")
def test_geojson_when_read_by_gdal_then_it_has_every_feature(odd_api: Api, tmp_path: Path) -> None:
    file = tmp_path / "events.geojson"
    file.write_bytes(body_of(odd_api, "/events?limit=all", "geojson"))
    made = tmp_path / "events.csv"
    command = ["ogr2ogr", "-f", "CSV", str(made), str(file), "-select", "id,title,killed_low"]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "ERROR" not in said.stderr
    with made.open(encoding="utf-8", newline="") as lines:
        assert [row["id"] for row in csv.DictReader(lines)] == odd_api.ids("/events")


@pytest.mark.parametrize("format_", MEDIA_TYPES)
def test_headers_when_another_format_is_asked_for_then_they_say_what_meta_would(odd_api: Api, format_: str) -> None:
    etags = set()
    for address in ("/events?limit=2", "/events?limit=2&format=json"):
        chosen = {"accept": MEDIA_TYPES[format_]} if "format" not in address else {}
        answer = odd_api.client.get(address, headers=chosen)
        etags.add(answer.headers["etag"])
        assert answer.headers["total-count"] == "19"
        assert answer.headers["data-release"] == "1"
        assert 'rel="self"' in answer.headers["link"]
        assert 'rel="next"' in answer.headers["link"]
        assert 'rel="bookmark"' in answer.headers["link"]
        assert "Accept" in answer.headers["vary"].split(", ")
    assert len(etags) == 2
    named = odd_api.client.get(f"/events?format={format_}").headers["content-disposition"]
    how = "attachment" if format_ in ("csv", "parquet", "xlsx") else "inline"
    assert named == f'{how}; filename="events-release-1.{format_}"'


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("text/csv", "csv"),
        ("text/csv;q=0.4, application/x-ndjson;q=0.6", "ndjson"),
        ("application/json;q=0.3, text/*;q=0.5", "csv"),
        ("application/geo+json, */*;q=0.1", "geojson"),
        ("application/*;q=0.2, application/json;q=0.1", "geojson"),
        ("application/jsonl", "ndjson"),
        ("text/csv; charset=utf-8; header=present", "csv"),
        ("TEXT/CSV", "csv"),
    ],
)
def test_accept_when_it_has_qualities_then_the_gladliest_taken_is_given(odd_api: Api, accept: str, given: str) -> None:
    answer = odd_api.client.get("/events", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPES[given])


def test_a_page_when_followed_by_its_link_header_then_the_walk_is_whole(odd_api: Api) -> None:
    following: str | None = "/events?format=csv&limit=4&fields=id"
    seen: list[Any] = []
    while following:
        answer = odd_api.client.get(following)
        seen += [row["id"] for row in read_csv(EVENTS, answer.content)]
        following = answer.links.get("next", {}).get("url")
    assert seen == odd_api.ids("/events?limit=1000&fields=id")
    assert RANGE in seen


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_columns_when_listed_then_each_name_is_there_once_and_described(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert all(column.description for column in table.columns)
    assert {column.member for column in table.columns} - {"cite_as"} == set(table.members) - {"cite_as"}
