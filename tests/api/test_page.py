"""The page at `/` as it goes over the wire: to browsers alone, small, kept as long as it may be, and shut in."""

import re
from pathlib import Path

import pytest

from app.web.demo import serving
from app.web.demo.built import read_built_page
from app.web.demo.serving import is_built
from tests.api.serving import Api

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"}
needs_the_page = pytest.mark.skipif(not is_built(), reason="the page has not been built: make page")


@pytest.fixture
def without_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_built", None)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/html;q=0.5", ""])
def test_root_when_a_program_asks_is_the_service_document(api: Api, accept: str) -> None:
    answer = api.client.get("/", headers={"accept": accept})

    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["links"]["events"] == "/events"
    assert {"Accept", "Accept-Encoding"} <= set(answer.headers["vary"].split(", "))


@needs_the_page
def test_root_when_a_browser_asks_is_a_page_with_a_strict_policy(api: Api) -> None:
    answer = api.client.get("/?country=iraq&event=x", headers=BROWSER)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert {"Accept", "Accept-Encoding"} <= set(answer.headers["vary"].split(", "))
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self' 'sha256-")
    assert "unsafe" not in policy
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text), "nothing from elsewhere"


@needs_the_page
def test_root_when_the_browser_has_the_page_is_not_sent_again(api: Api) -> None:
    first = api.client.get("/", headers=BROWSER)
    again = api.client.get("/", headers={**BROWSER, "if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert api.client.head("/", headers=BROWSER).headers["etag"] == first.headers["etag"]


@needs_the_page
@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_files_when_asked_for_come_encoded_as_they_were_built_and_are_kept_for_ever(api: Api, encoding: str) -> None:
    page = api.client.get("/", headers=BROWSER).text
    files = set(re.findall(r'"(demo/[\w.-]+)"', page))
    assert {Path(file).suffix for file in files} == {".js", ".css", ".svg", ".txt"}
    for file in files:
        answer = api.client.get(f"/{file}", headers={"accept-encoding": encoding})
        assert answer.status_code == 200
        assert answer.headers.get("content-encoding", "identity") == encoding
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.content == api.client.get(f"/{file}", headers={"accept-encoding": "identity"}).content


def test_a_file_when_there_is_none_is_a_problem(api: Api) -> None:
    for name in ("nothing.js", "manifest.json", "index.html", "..%2Fbuilt.py"):
        api.problem(f"/demo/{name}", 404)


def test_root_when_the_page_was_not_built_says_so_to_browsers_and_serves_programs(api: Api, without_page: None) -> None:
    answer = api.client.get("/", headers=BROWSER)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "has not been built" in answer.text
    assert 'href="events"' in answer.text
    assert api.json("/")["links"]["events"] == "/events"


def test_a_build_when_there_is_none_or_half_of_one(tmp_path: Path) -> None:
    assert read_built_page(tmp_path) is None
    (tmp_path / "manifest.json").write_text('{"files": {"index.html": "text/html"}, "style_hashes": []}')
    with pytest.raises(FileNotFoundError):
        read_built_page(tmp_path)
