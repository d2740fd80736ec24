"""/codebook and /methodology: nothing without a meaning, and every path that is named is one that answers have."""

import csv
import io
from typing import Any

import pytest
from pyarrow import parquet

from app.meanings import MEANINGS
from app.params.paging import Pinned
from app.web.routers.self_description import TABLES
from tests.api.serving import Api

Entry = dict[str, Any]


@pytest.fixture(scope="module")
def book(api: Api) -> dict[str, list[Entry]]:
    data: dict[str, list[Entry]] = api.json("/codebook")["data"]
    return data


def paths_of(value: Any, prefix: str = "") -> set[str]:
    """The paths of a document as the codebook writes them."""
    if isinstance(value, list):
        return {path for each in value for path in paths_of(each, prefix)} if prefix else set()
    if not isinstance(value, dict):
        return set()
    found = set()
    for name, member in value.items():
        path = f"{prefix}{name}"
        found |= {path} | paths_of(member, f"{path}{'[]' if isinstance(member, list) else ''}.")
    return found


@pytest.mark.parametrize(
    "resource", ["events", "casualty-claims", "locations", "actors", "sources", "countries", "releases"]
)
def test_every_member_of_every_answer_when_looked_up_then_the_codebook_has_it(
    api: Api, book: dict[str, list[Entry]], resource: str
) -> None:
    told = {entry["path"] for entry in book["fields"] if entry["resource"] == resource}
    served = {path for row in api.rows(f"/{resource}") for path in paths_of(row)}
    assert served
    assert served - told == set()


def test_an_entry_when_read_then_it_has_a_meaning_and_a_number_has_a_unit(book: dict[str, list[Entry]]) -> None:
    entries = [entry for part in ("fields", "parameters", "columns", "mappings") for entry in book[part]]
    assert [entry for entry in entries if len(entry["meaning"]) < 3] == []
    numbers = [entry for entry in book["fields"] if entry["type"].endswith(("integer", "number", "integers"))]
    assert [(entry["resource"], entry["path"]) for entry in numbers if not entry["unit"]] == []
    assert [entry["path"] for entry in book["fields"] if entry["unit"] and entry not in numbers] == []


def test_a_field_when_told_then_its_type_unit_list_and_nullness_are_those_of_the_schema(
    book: dict[str, list[Entry]],
) -> None:
    fields = {(entry["resource"], entry["path"]): entry for entry in book["fields"]}
    best = fields["events", "casualties.killed.best"]
    assert (best["type"], best["unit"], best["nullable"], best["code_list"]) == ("integer", "people", True, None)
    kind = fields["events", "casualty_claims[].qualifier"]
    assert (kind["type"], kind["nullable"], kind["code_list"]) == ("string", False, "Qualifier")
    assert fields["events", "date_start"]["type"] == "date"
    assert fields["events", "locations"]["type"] == "list of objects"
    assert fields["events", "reported_counts[].value"]["unit"] == "what `measure` names"


def test_every_closed_list_when_looked_up_then_it_is_there_and_every_list_that_is_named(
    book: dict[str, list[Entry]],
) -> None:
    lists = {listed["name"]: [code["code"] for code in listed["codes"]] for listed in book["code_lists"]}
    assert lists == {each.__name__: [word.value for word in each] for each in MEANINGS}
    assert {entry["code_list"] for entry in book["fields"]} - {None} <= set(lists)


def test_every_parameter_when_looked_up_then_it_is_there_with_its_values(book: dict[str, list[Entry]]) -> None:
    of_events = {entry["name"]: entry for entry in book["parameters"] if entry["route"] == "/events"}
    assert of_events["sort"]["values"] == ["date", "-date", "killed", "-killed", "id"]
    assert (of_events["sort"]["default"], of_events["total"]["default"]) == ("-date", "true")
    assert (of_events["role"]["repeatable"], of_events["killed_min"]["repeatable"]) == (True, False)
    assert (of_events["limit"]["type"], of_events["country"]["type"]) == ("integer or string", "string")
    assert "initiator" in of_events["role"]["values"]


def test_a_column_of_a_dataset_when_it_is_read_then_its_paths_are_members_of_events(
    book: dict[str, list[Entry]],
) -> None:
    members = {entry["path"] for entry in book["fields"] if entry["resource"] == "events"}
    named = {path.removesuffix("[]") for entry in book["mappings"] for path in entry["becomes"]}
    assert named - members == set()
    assert [sum(entry["dataset"] == dataset for entry in book["mappings"]) for dataset in ("ucdp-ged", "acled")] == [
        49,
        31,
    ]


def tables_of(model: type[Pinned]) -> set[Any]:
    return {model.table} | {table for kind in model.__subclasses__() for table in tables_of(kind)}


def test_every_column_of_the_flat_formats_when_looked_up_then_it_is_there_in_its_order(
    book: dict[str, list[Entry]],
) -> None:
    told = [(entry["resource"], entry["name"]) for entry in book["columns"]]
    assert told == [(table.name, column.name) for table in TABLES for column in table.columns]
    others = {table.name for table in tables_of(Pinned)} - {table.name for table in TABLES}
    assert others <= {"", "codebook"}


@pytest.mark.parametrize(
    "address",
    ["/events", "/casualty-claims", "/locations", "/actors", "/sources", "/countries", "/releases", "/changes?since=0"],
)
def test_columns_of_files_when_held_against_the_codebook_as_csv_then_names_and_meanings_are_its(
    api: Api, address: str
) -> None:
    rows = csv.DictReader(io.StringIO(api.client.get("/codebook?format=csv").text, newline=""), strict=True)
    resource = address.partition("?")[0].removeprefix("/")
    told = [row for row in rows if (row["about"], row["within"]) == ("column", resource)]
    asked = f"{address}{'&' if '?' in address else '?'}limit=1&format="
    schema = parquet.read_schema(io.BytesIO(api.client.get(f"{asked}parquet").content))
    assert [(field.name, field.metadata[b"description"].decode()) for field in schema] == [
        (row["name"], row["meaning"]) for row in told
    ]
    header = api.client.get(f"{asked}csv").text.partition("\r\n")[0]
    assert header == ",".join(row["name"] for row in told)


def test_the_codebook_when_asked_for_as_csv_then_each_entry_is_a_row(api: Api, book: dict[str, list[Entry]]) -> None:
    answer = api.client.get("/codebook?format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text, newline=""), strict=True))
    codes = sum(len(listed["codes"]) for listed in book["code_lists"])
    assert len(rows) == codes + sum(len(book[part]) for part in ("fields", "parameters", "columns", "mappings"))
    (best,) = (row for row in rows if (row["within"], row["name"]) == ("events", "casualties.killed.best"))
    assert (best["about"], best["unit"], best["nullable"]) == ("field", "people", "true")
    (clarity,) = (row for row in rows if (row["about"], row["name"]) == ("mapping", "event_clarity"))
    assert clarity["within"] == "ucdp-ged"


@pytest.mark.parametrize("path", ["/codebook", "/methodology"])
def test_what_the_api_says_of_itself_when_asked_for_then_it_is_an_item_of_a_release(api: Api, path: str) -> None:
    answer = api.client.get(path)
    body = answer.json()
    assert list(body) == ["data", "meta", "links"]
    assert body["meta"]["release"] == 1
    assert body["links"] == {"self": path, "permalink": f"{path}?release=1"}
    assert api.json(f"{path}?release=1")["data"] == body["data"]
    again = api.client.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert api.json("/")["links"][path.strip("/")] == path


def test_the_methodology_when_read_then_it_has_its_sections_rules_and_what_is_read_of_datasets(api: Api) -> None:
    data = api.json("/methodology")["data"]
    sections = {section["id"]: section for section in data["sections"]}
    assert {
        "scope", "what-goes-in", "what-stays-out", "a-count-keeps-its-words", "no-double-counting", "who-did-it",
        "what-is-not-claimed", "how-people-are-protected", "how-to-report-an-error",
    } <= set(sections)  # fmt: skip
    (rule,) = data["rules"]
    assert (rule["name"], rule["version"]) == ("envelope", 1)
    of_rule = [section for section in data["sections"] if section["part_of"] == rule["section"]]
    (table,) = (table for section in of_rule for table in section["tables"])
    assert table["columns"] == ["claims in force", "basis", "low", "best", "high", "highest_stated", "disputed"]
    assert ["at least 18", "total", "18", "null", "null", "18", "false"] in table["rows"]
    read = {each["dataset"]: (each["columns"], len(each["read"]) + len(each["kept"])) for each in data["mappings"]}
    assert read == {"ucdp-ged": (49, 49), "acled": (31, 31)}
    assert "](" not in str(data)
