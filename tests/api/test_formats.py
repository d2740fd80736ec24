"""Every format beside JSON, read back by a public reader and held against the JSON of the same question."""

import csv
import io
import json

import pytest

from app.schemas.columns.events import EVENTS
from tests.api.serving import Api

LISTS = ["/events", "/casualty-claims", "/locations", "/actors", "/sources", "/countries", "/releases"]


def csv_of(api: Api, address: str) -> list[dict[str, str]]:
    answer = api.client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline=""), strict=True))


@pytest.mark.parametrize("path", LISTS)
def test_ndjson_when_asked_for_then_its_lines_are_the_bytes_of_jsons_rows(api: Api, path: str) -> None:
    whole = api.client.get(path).content
    lines = api.client.get(f"{path}?format=ndjson").content.split(b"\n")
    assert lines.pop() == b""
    assert whole.startswith(b'{"data":[' + b",".join(lines) + b'],"meta":')
    assert [json.loads(line) for line in lines] == json.loads(whole)["data"]


@pytest.mark.parametrize("path", LISTS)
def test_limit_all_when_streamed_then_it_has_the_rows_of_all_pages(api: Api, path: str) -> None:
    rows = [row for page in api.walk(f"{path}?limit=2") for row in page["data"]]
    lines = api.client.get(f"{path}?format=ndjson&limit=all").content.splitlines()
    assert [json.loads(line) for line in lines] == rows
    assert len(csv_of(api, f"{path}?format=csv&limit=all")) == len(rows)


def test_a_csv_of_nothing_when_asked_for_then_it_is_the_header(api: Api) -> None:
    body = api.client.get("/events?format=csv&killed_min=99999").content
    assert body.decode() == ",".join(column.name for column in EVENTS.columns) + "\r\n"
