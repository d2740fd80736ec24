"""What HTTP promises: methods, validators, negotiation, compression, cross-origin reads."""

import gzip
import sys
from importlib import import_module

import pytest

from tests.api.facts import TOWER_22
from tests.api.serving import Api

DATA = (
    "/events?country=iraq",
    f"/events/{TOWER_22}",
    "/casualty-claims",
    "/locations",
    "/actors?kind=umbrella",
    "/sources",
    "/countries/iraq",
    "/releases",
)
ABOUT = ("/", "/problems/withdrawn")
EXPOSED = {"ETag", "Link", "Data-Release", "Total-Count"}
PLAIN = {"accept-encoding": "identity"}


@pytest.mark.parametrize("path", [*DATA, *ABOUT])
def test_an_answer_that_the_client_has_is_304_with_its_validators(api: Api, path: str) -> None:
    first = api.client.get(path)
    etag = first.headers["etag"]
    assert etag.startswith('W/"')
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}'):
        again = api.client.get(path, headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        for name in ("etag", "cache-control", "vary", "last-modified", "data-release"):
            if name in first.headers and name != "vary":
                assert again.headers[name] == first.headers[name]
    other = api.client.get(path, headers={"if-none-match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


@pytest.mark.parametrize("path", DATA)
def test_a_304_to_any_is_given_only_where_there_is_an_answer(api: Api, path: str) -> None:
    assert api.client.get(path, headers={"if-none-match": "*"}).status_code == 304
    assert api.client.get("/events/no-such", headers={"if-none-match": "*"}).status_code == 404


def test_another_question_has_another_etag(api: Api) -> None:
    addresses = [*DATA, "/events?country=syria", "/events", "/events?sort=id", "/events?fields=id", "/events?release=1"]
    etags = [api.client.get(address).headers["etag"] for address in addresses]
    assert len(set(etags)) == len(etags)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_never_kept(api: Api, path: str) -> None:
    headers = api.client.get(path).headers
    assert "etag" not in headers
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", [*DATA, *ABOUT, "/healthz", "/openapi.json", "/events/no-such", "/nowhere", "/events?x=1"]
)
def test_head_is_get_without_a_body(api: Api, path: str) -> None:
    for coding in ("identity", "gzip", "br", "zstd"):
        asked = {"accept-encoding": coding}
        head, get = (api.client.request(method, path, headers=asked) for method in ("HEAD", "GET"))
        assert (head.status_code, head.content) == (get.status_code, b"")
        of_head, of_get = (dict(answer.headers) | {"x-request-id": ""} for answer in (head, get))
        assert of_head == of_get


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "QUERY", "X"])
@pytest.mark.parametrize("path", ["/events", f"/events/{TOWER_22}", "/", "/healthz", "/openapi.json", "/nowhere"])
def test_every_method_that_could_mean_a_change_is_refused(api: Api, method: str, path: str) -> None:
    answer = api.client.request(method, path, content=b'{"title": "x"}')
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["instance"]) == ("/problems/method-not-allowed", path)


@pytest.mark.parametrize("path", ["/events", "/nowhere"])
def test_options_names_the_methods(api: Api, path: str) -> None:
    answer = api.client.options(path)
    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, "GET, HEAD, OPTIONS", b"")


def test_any_origin_may_read_answers_refusals_and_their_headers(api: Api) -> None:
    for path in ("/events", "/events?x=1", "/nowhere"):
        headers = api.client.get(path, headers={"origin": "https://dashboard.example"}).headers
        assert headers["access-control-allow-origin"] == "*"
        assert {name.strip() for name in headers["access-control-expose-headers"].split(",")} >= EXPOSED
    refused = api.client.post("/events", headers={"origin": "https://dashboard.example"})
    assert refused.headers["access-control-allow-origin"] == "*"


def test_a_preflight_for_a_conditional_read_is_granted(api: Api) -> None:
    answer = api.client.options(
        "/events",
        headers={
            "origin": "https://dashboard.example",
            "access-control-request-method": "GET",
            "access-control-request-headers": "if-none-match",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"GET", "HEAD"} <= set(answer.headers["access-control-allow-methods"].split(", "))
    assert "if-none-match" in answer.headers["access-control-allow-headers"].lower()


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_an_answer_is_compressed_as_the_client_takes_it(api: Api, coding: str) -> None:
    plain = api.client.get("/events", headers=PLAIN)
    with api.client.stream("GET", "/events", headers={"accept-encoding": coding}) as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == coding
    assert answer.headers["etag"] == plain.headers["etag"]
    assert set(answer.headers["vary"].split(", ")) >= {"Accept", "Accept-Encoding"}
    assert len(sent) < len(plain.content) / 4
    assert decompressed(coding, sent) == plain.content


def decompressed(coding: str, sent: bytes) -> bytes:
    # The libraries that the compressing middleware itself brings: one of two for zstd, by Python's version.
    if coding == "gzip":
        content = gzip.decompress(sent)
    elif coding == "br":
        content = import_module("brotli").decompress(sent)
    elif sys.version_info >= (3, 14):
        content = import_module("compression.zstd").decompress(sent)
    else:
        content = import_module("zstandard").ZstdDecompressor().decompressobj().decompress(sent)
    return content


def test_what_a_compression_would_not_help_goes_as_it_is(api: Api) -> None:
    assert "content-encoding" not in api.client.get("/healthz").headers
    assert "content-encoding" not in api.client.get("/events", headers=PLAIN).headers


@pytest.mark.parametrize(
    "accept",
    [
        "application/json",
        "*/*",
        "application/*",
        "",
        "image/png, application/json;q=0.1",
        "Application/JSON; charset=utf-8",
    ],
)
def test_json_is_given_when_the_client_takes_it_at_all(api: Api, accept: str) -> None:
    answer = api.client.get("/events", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert "Accept" in answer.headers["vary"].split(", ")


def test_accept_may_stand_in_several_lines(api: Api) -> None:
    lines = [("accept", "text/csv"), ("accept", "application/json")]
    assert api.client.get("/events", headers=lines).status_code == 200


@pytest.mark.parametrize(
    "accept", ["image/png", "application/json;q=0", "*/*;q=0", "text/csv;q=0, text/*;q=0", "nonsense"]
)
@pytest.mark.parametrize("path", ["/events", f"/events/{TOWER_22}"])
def test_an_accept_that_cannot_be_met_is_406_and_names_what_can(api: Api, accept: str, path: str) -> None:
    answer = api.client.get(path, headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (406, "application/problem+json")
    assert (
        "json (application/json), geojson (application/geo+json), csv (text/csv), ndjson (application/x-ndjson), "
        in answer.json()["detail"]
    )


def test_format_goes_before_accept(api: Api) -> None:
    answer = api.client.get("/events?format=json", headers={"accept": "text/csv"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/event", "Did you mean /events?"),
        ("/events/", "Did you mean /events?"),
        ("/casualty_claims", "Did you mean /casualty-claims?"),
        ("/events/a/b", "There is nothing at /events/a/b."),
        ("/nowhere", "/ lists what there is."),
        ("/v1/events", "Did you mean /events?"),
    ],
)
def test_a_path_that_is_not_there_is_404_and_says_where_to_look(api: Api, path: str, hint: str) -> None:
    problem = api.problem(path, 404)
    assert problem["type"] == "/problems/not-found"
    assert hint in problem["detail"]


def test_every_type_of_error_is_explained_at_its_own_address(api: Api) -> None:
    addresses = ("/nowhere", "/events?x=1", "/events?cursor=x")
    for problem in (api.client.get(address).json() for address in addresses):
        explained = api.json(problem["type"])
        assert (explained["title"], explained["status"]) == (problem["title"], problem["status"])
        assert explained["meaning"]
        assert explained["what_to_do"]
    assert "Did you mean withdrawn?" in api.problem("/problems/withdrwn", 404)["detail"]


def test_the_service_document_leads_to_what_is_there(api: Api) -> None:
    links = api.json("/")["links"]
    assert links["events"] == "/events"
    assert {address: api.client.get(address).status_code for address in links.values()} == dict.fromkeys(
        links.values(), 200
    )


def test_every_answer_names_its_request_anew(api: Api) -> None:
    names = {api.client.get(path).headers["x-request-id"] for path in ("/events", "/events", "/nowhere", "/healthz")}
    assert len(names) == 4
    assert api.client.get("/events").headers["x-content-type-options"] == "nosniff"
