"""What every answer tells browsers, and that no failure tells anybody what is inside."""

import http.client
from contextlib import closing

import pytest
from fastapi import FastAPI
from starlette.responses import HTMLResponse, Response
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.api.serving import Api, migrate_database, settings_of
from tests.api.test_failures import assert_nothing_leaks
from tests.api.test_live_server import exchange, port
from tests.conftest import DatabaseFactory

__all__ = ["port"]

DATA = "default-src 'none'; frame-ancestors 'none'"
PATHS = ["/events", "/events?format=csv", "/events?format=csv&limit=all", "/nowhere", "/events?limit=0", "/healthz",
         "/openapi.json", "/problems/not-found", "/swagger/swagger-ui.css", "/feeds/changes.atom", "/ogc"]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_every_answer_when_looked_at_then_it_has_the_safe_headers(api: Api, method: str) -> None:
    for path in PATHS:
        for _ in range(2):  # asked, and remembered
            headers = api.client.request(method, path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["content-security-policy"] == DATA
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cross-origin-resource-policy"] == "cross-origin"
            assert "geolocation=()" in headers["permissions-policy"]
            assert "strict-transport-security" not in headers
            assert "server" not in headers
            assert headers.get_list("content-security-policy") == [DATA]


def test_a_304_when_remembered_or_not_then_it_has_them_too(api: Api) -> None:
    etag = api.client.get("/events?limit=2").headers["etag"]
    for _ in range(2):
        answer = api.client.get("/events?limit=2", headers={"if-none-match": etag})
        assert (answer.status_code, answer.headers["content-security-policy"]) == (304, DATA)


def test_an_answer_when_it_has_set_a_policy_then_it_keeps_it_and_lacks_nothing_else(
    make_database: DatabaseFactory,
) -> None:
    app = app_over(make_database)
    page = {"Content-Security-Policy": "default-src 'self'", "Referrer-Policy": "same-origin"}
    app.add_api_route("/page", lambda: HTMLResponse("<p>", headers=page), response_class=HTMLResponse)
    with TestClient(app) as client:
        headers = client.get("/page").headers
        assert headers.get_list("content-security-policy") == ["default-src 'self'"]
        assert headers.get_list("referrer-policy") == ["same-origin"]
        assert headers["x-content-type-options"] == "nosniff"


def app_over(make_database: DatabaseFactory, **more: object) -> FastAPI:
    database = make_database("sqlite")
    migrate_database(database)
    return create_app(Settings(database_url=database.read_url, **more))  # type: ignore[arg-type]


def test_tls_when_the_operator_says_so_then_browsers_are_told(make_database: DatabaseFactory) -> None:
    with TestClient(app_over(make_database, hsts_s=31536000)) as client:
        assert client.get("/healthz").headers["strict-transport-security"] == "max-age=31536000"


def test_docs_when_opened_then_no_script_stands_in_the_page_and_all_files_are_ours(api: Api) -> None:
    page = api.client.get("/docs")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script>" not in page.text
    assert "http" not in page.text.partition("<body>")[2]
    script = api.client.get("/docs/begin.js")
    assert script.status_code == 200
    assert script.headers["content-type"].startswith("text/javascript")
    assert "SwaggerUIBundle" in script.text


def test_a_preflight_when_it_is_refused_then_it_is_a_problem(make_database: DatabaseFactory) -> None:
    with TestClient(app_over(make_database, cors_origins="https://dashboard.example")) as client:
        asked = {"origin": "https://evil.example", "access-control-request-method": "GET"}
        refused = client.options("/events", headers=asked)
        assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json")
        assert refused.json()["type"] == "/problems/malformed-request"
        assert "access-control-allow-origin" not in refused.headers
        for method, status in (("GET", 200), ("DELETE", 400)):
            asked = {"origin": "https://dashboard.example", "access-control-request-method": method}
            assert client.options("/events", headers=asked).status_code == status


# What is no request


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET /events HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET /events HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"GET /events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /mcp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n"
        b"0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
        b"POST /mcp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"POST /mcp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        b"GET /events HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n",
        b"GET /events HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
        b"GET /events HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /ev\x7fents\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_is_no_request_when_sent_then_it_is_refused_and_the_connection_closed(port: int, sent: bytes) -> None:
    said = exchange(port, sent)
    assert said.split(b" ", 2)[1] in (b"400", b"404", b"405")
    assert b"application/problem+json" in said
    assert said.count(b"HTTP/1.1 ") == 1  # nothing that was smuggled in is answered
    assert_nothing_leaks(said.partition(b"\r\n\r\n")[2].decode())
    assert b"content-security-policy: default-src 'none'" in said


def test_requests_one_after_the_other_when_sent_at_once_then_each_has_its_own_answer(port: int) -> None:
    sent = (
        b"GET /events?limit=1 HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    said = exchange(port, sent)
    assert said.count(b"HTTP/1.1 200 OK") == 2
    assert said.index(b'"data":[') < said.index(b'"status":"ok"')


@pytest.mark.parametrize("tail", ["%0d%0aX-Evil:%201", "%0aSet-Cookie:a=b", "%E2%80%A8x", "%00"])
def test_line_breaks_when_in_an_address_then_no_header_comes_of_them(port: int, tail: str) -> None:
    places = ("/events/{}", "/events?country={}", "/events?cursor={}", "/ogc/collections/{}", "/problems/{}",
              "/compat/ucdp/gedevents/{}", "/nowhere/{}", "/events?{}=1")  # fmt: skip
    targets = [place.format(tail) for place in places]
    for target in targets:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request("GET", target, headers={"Origin": "https://a.example"})
            answer = connection.getresponse()
            assert answer.status in (400, 404), target
            assert answer.getheader("content-type") == "application/problem+json"
            names = {name.lower() for name, _ in answer.getheaders()}
            assert not names & {"x-evil", "set-cookie"}
            answer.read()


# What goes wrong inside


class Secret(Exception):
    """What no client may see."""


SAID_INSIDE = "SELECT secret FROM table psycopg /srv/app.py"


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ("app.params.asking._value_of", "/events?limit=3"),
        ("app.queries.events.match_events", "/events?limit=4"),
        ("app.queries.events.unpack_all", "/events?limit=4"),
        ("app.web.answering.list_meta", "/events?limit=5"),
        ("app.web.answering._written", "/events?limit=6"),
        ("app.web.answering.find_release", "/events/x"),
        ("app.web.answering.add_up_events", "/stats?group_by=country"),
        ("app.web.routers.feeds.list_newest_changes", "/feeds/changes.atom"),
        ("app.web.routers.compat.find_family", "/compat/acled/read"),
        ("app.web.ogc.answering.list_events", "/ogc/collections/events/items"),
        ("app.web.negotiation._accepted", "/events?limit=7"),
        ("app.web.observing.add_safe_headers", "/events?limit=8"),
        ("app.web.answer_cache.read_state", "/events?limit=1"),
        ("app.web.routers.service.SCHEMA_REVISION", "/readyz"),
    ],
)
def test_a_fault_in_any_layer_when_it_happens_then_no_text_of_it_is_told(
    api: Api, monkeypatch: pytest.MonkeyPatch, where: str, path: str
) -> None:
    def fail(*_: object, **__: object) -> Response:
        raise Secret(SAID_INSIDE)

    app = create_app(settings_of(api.database))
    with TestClient(app, raise_server_exceptions=False) as client:
        client.get(path)
        monkeypatch.setattr(where, fail)
        answer = client.get(path)
    assert answer.status_code in (200, 500, 503), path
    for word in ("secret", "psycopg", "/srv", "traceback", "app.py"):
        assert word not in answer.text.lower()
    if answer.status_code == 500:
        assert answer.json()["type"] == "/problems/internal-error"
        assert answer.headers["content-type"] == "application/problem+json"
