"""Answers as pages: who gets one, with which headers, and that programs get what they got before."""

import json
import re
import shlex
from typing import Any
from urllib.parse import urljoin

import pytest

from app.problems import PROBLEM_TYPES
from tests.api.html_pages import BROWSER, Page, entries, faults_of, text_of
from tests.api.serving import Api

EVENT, CLAIM, DENIED = (
    "2024-02-02-us-strikes-iraq",
    "2024-02-02-us-strikes-iraq.killed",
    "2024-01-28-tower-22-drone-attack",
)
LISTS = (
    "/events",
    "/casualty-claims",
    "/locations",
    "/actors",
    "/sources",
    "/countries",
    "/stats?group_by=country,month",
    "/releases",
    "/changes?since=0",
)
ITEMS = (
    f"/events/{EVENT}",
    f"/events/{DENIED}",
    f"/casualty-claims/{CLAIM}",
    "/locations/anbar",
    "/actors/popular-mobilization-forces",
    "/sources/conversation-2024-02-03-us-raids",
    "/countries/iraq",
    "/releases/1",
    "/codebook",
    "/methodology",
)
RESOURCES = (*LISTS, *ITEMS, *(f"/problems/{slug}" for slug in PROBLEM_TYPES))
ASKED = (
    "/events?country=iraq,syria&date_from=2024-01&date_to=2024-02-03&killed_min=1&sort=-killed&disputed=false",
    "/events?q=zzzz",
    "/events?limit=2",
    "/events?fields=id,casualties,locations",
    "/events?bbox=38.8,33.1,45.9,37.4&actor=united-states&network=true",
    "/locations?near=33,43&radius_km=500",
    "/stats?group_by=actor&country=iraq",
    "/changes?since=0&type=event,actor&change=created",
    "/casualty-claims?q=zzzz",
    "/stats?group_by=year&q=zzzz",
    "/changes?since=1",
)


def page_of(api: Api, address: str, status: int = 200, accept: str = BROWSER) -> Page:
    answer = api.client.get(address, headers={"accept": accept})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


@pytest.mark.parametrize("address", [*RESOURCES, *ASKED])
def test_a_page_when_checked_then_it_is_valid_and_lacks_nothing_that_readers_need(
    fuller_api: Api, address: str
) -> None:
    page = page_of(fuller_api, address)
    assert faults_of(page) == []
    assert page.root.get("lang") == "en"
    assert len(page.all("main")) == len(page.all("title")) == 1
    assert page.links[0] == "#content"


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("text/html, */*", False),  # both alike: JSON goes first
        ("text/html;q=0.9, */*;q=0.8", True),
        ("text/html;q=0.5, application/json", False),
        ("application/json, text/html;q=0.5", False),
        ("application/json;q=0.5, text/html", True),
        ("text/html, application/json", False),
        ("Text/HTML, */*;q=0.1", True),
        ("text/html;q=0, */*", False),
        ("*/*", False),  # curl, httr2, requests, wget
        ("", False),
        ("application/*", False),
        ("application/json, text/xml, application/xml, */*", False),  # httr
        ("application/json, text/plain, */*", False),  # axios
        ("application/json, text/javascript, */*; q=0.01", False),  # jQuery
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", False),  # Java's own client, by default
        ("text/html, image/gif, image/jpeg, */*; q=0.2", False),
    ],
)
@pytest.mark.parametrize("address", ["/events?limit=1", f"/events/{EVENT}", "/stats?group_by=country", "/events/none"])
def test_accept_when_it_prefers_html_then_a_page_comes_and_else_json(
    api: Api, accept: str, is_page: bool, address: str
) -> None:
    answer = api.client.get(address, headers={"accept": accept})
    kind = answer.headers["content-type"].partition(";")[0]
    assert (kind == "text/html") is is_page
    assert is_page or kind.endswith("json")


def test_no_accept_at_all_then_json(api: Api) -> None:
    request = api.client.build_request("GET", "/events")
    del request.headers["accept"]
    assert api.client.send(request).headers["content-type"] == "application/json"


@pytest.mark.parametrize("address", [*LISTS, *ITEMS, "/problems/not-found"])
def test_format_when_given_then_accept_says_nothing(api: Api, address: str) -> None:
    join = "&" if "?" in address else "?"
    as_json = api.client.get(f"{address}{join}format=json", headers={"accept": BROWSER})
    assert as_json.headers["content-type"] == "application/json"
    as_html = api.client.get(f"{address}{join}format=html", headers={"accept": "application/json"})
    assert as_html.headers["content-type"] == "text/html; charset=utf-8"
    assert faults_of(Page(as_html.text)) == []


def test_text_any_when_asked_for_then_csv_as_before(api: Api) -> None:
    assert api.client.get("/events", headers={"accept": "text/*"}).headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize("address", [*LISTS, *ITEMS])
def test_a_page_when_compared_with_json_then_its_headers_say_the_same_but_the_etag(api: Api, address: str) -> None:
    page = api.client.get(address, headers={"accept": BROWSER})
    answer = api.client.get(address)
    for name in ("link", "data-release", "total-count", "last-modified", "cache-control", "vary"):
        assert page.headers.get(name) == answer.headers.get(name), name
    assert page.headers["etag"] != answer.headers["etag"]
    assert page.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert page.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize("address", ["/events", f"/events/{EVENT}", "/stats?group_by=country", "/problems/not-found"])
def test_a_page_when_known_then_304_and_head_has_no_body(api: Api, address: str) -> None:
    page = api.client.get(address, headers={"accept": BROWSER})
    known = {"accept": BROWSER, "if-none-match": page.headers["etag"]}
    assert api.client.get(address, headers=known).status_code == 304
    assert api.client.get(address, headers={**known, "accept": "*/*"}).status_code == 200
    head = api.client.head(address, headers={"accept": BROWSER})
    assert (head.status_code, head.content) == (200, b"")
    assert {name: head.headers[name] for name in ("etag", "content-type")} == {
        name: page.headers[name] for name in ("etag", "content-type")
    }


def test_a_page_when_pinned_then_it_is_kept_and_says_so(api: Api) -> None:
    answer = api.client.get("/events?release=1", headers={"accept": BROWSER})
    assert answer.headers["cache-control"] == "public, max-age=86400, immutable"
    assert "stays in that release" in answer.text
    links = {text_of(each): urljoin("/events", each.get("href", "")) for each in page_of(api, "/events").all("a")}
    assert links["Link to this release"] == "/events?release=1"


def test_a_page_when_large_then_it_is_compressed(api: Api) -> None:
    plain = api.client.get("/events", headers={"accept": BROWSER})
    packed = api.client.get("/events", headers={"accept": BROWSER, "accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) * 5 < len(plain.content)


def test_the_rows_of_a_page_when_walked_then_they_are_those_of_json_in_its_order(fuller_api: Api) -> None:
    shown: list[str] = []
    address = "/events?limit=4&sort=-killed"
    while True:
        page = page_of(fuller_api, address)
        shown += [text_of(each) for entry in entries(page) for each in entry.iter() if str(each.tag).endswith("}h2")]
        following = [each.get("href", "") for each in page.all("a") if each.get("rel") == "next"]
        if not following:
            break
        address = urljoin(address, following[0])
    assert shown == [row["title"] for row in fuller_api.rows("/events?limit=1000&sort=-killed")]


@pytest.mark.parametrize("address", [*LISTS, *ITEMS, *ASKED])
def test_every_link_to_the_api_when_followed_then_it_answers(fuller_api: Api, address: str) -> None:
    page = page_of(fuller_api, address)
    base = address.partition("?")[0]
    inside = {urljoin(base, link).partition("#")[0] for link in page.links if not re.match(r"https?:|#", link)}
    others = [each.get("href", "") for each in page.all("link")]
    assert len(inside) > 8
    for link in sorted(inside | {urljoin(base, each) for each in others}):
        if "/changes" in link and "since=0" not in link:
            continue
        answer = fuller_api.client.get(link, headers={"accept": BROWSER})
        assert answer.status_code == 200, f"{link}: {answer.status_code}"


def test_downloads_of_a_list_when_taken_then_they_hold_the_whole_list_of_that_release(fuller_api: Api) -> None:
    page = page_of(fuller_api, "/events?country=iraq&limit=2")
    files = {
        text_of(each): urljoin("/events", each.get("href", "")) for each in page.of_class("files") for each in each
    }
    assert files["CSV"] == "/events?country=IQ&format=csv&limit=all&release=1"
    rows = fuller_api.client.get(files["NDJSON"]).text.splitlines()
    assert [json.loads(row)["id"] for row in rows] == fuller_api.ids("/events?country=iraq")
    assert fuller_api.client.get(files["JSON"]).json()["meta"]["returned"] == 2
    assert {"Excel", "GeoJSON", "Parquet", "BibTeX", "RIS", "CSL-JSON"} <= files.keys()


@pytest.mark.parametrize("address", ['/events?q=it\'s "so" $(id)', "/events?country=iraq&sort=-killed"])
def test_the_command_of_a_page_when_run_then_it_asks_the_same(fuller_api: Api, address: str) -> None:
    page = page_of(fuller_api, address)
    program, link = shlex.split(text_of(page.of_class("curl")[0]))
    assert program == "curl"
    assert link.startswith("http://testserver/events?")
    assert fuller_api.json(link.removeprefix("http://testserver"))["data"] == fuller_api.rows(address)


def test_chips_when_followed_then_each_takes_one_value_away_and_what_hangs_on_it(fuller_api: Api) -> None:
    address = "/events?country=iraq,syria&actor=united-states&network=true&date_from=2024"
    page = page_of(fuller_api, address)
    chips = {
        text_of(each).partition(" ×")[0]: urljoin("/events", each.get("href", ""))
        for list_ in page.of_class("chips")
        for each in list_.iter()
        if each.get("href")
    }
    assert chips == {
        "country: Iraq": "/events?actor=united-states&country=SY&date_from=2024-01-01&network=true",
        "country: Syria": "/events?actor=united-states&country=IQ&date_from=2024-01-01&network=true",
        "actor: united-states": "/events?country=IQ&country=SY&date_from=2024-01-01",
        "from 1 January 2024 on": "/events?actor=united-states&country=IQ&country=SY&network=true",
        "network": "/events?actor=united-states&country=IQ&country=SY&date_from=2024-01-01",
    }


def test_a_form_when_sent_then_empty_fields_are_left_out_and_the_rest_is_asked(fuller_api: Api) -> None:
    page = page_of(fuller_api, "/events?country=iraq&bbox=38,30,49,38&release=1")
    (form,) = page.all("form")
    fields: dict[str, str] = {}
    for each in form.iter():
        name = each.get("name")
        if name and str(each.tag).endswith("}select"):
            chosen = next((option for option in each if option.get("selected") is not None), each[0])
            fields[name] = chosen.get("value", "")
        elif name:
            fields[name] = each.get("value", "")
    assert fields["country"] == "Iraq"
    assert fields["bbox"] == "38,30,49,38"
    action = urljoin("/events", form.get("action", ""))
    answer = fuller_api.client.get(action, params={**fields, "date_from": "2024-02-01"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")
    asked = fuller_api.json(urljoin(action, answer.headers["location"]))
    assert asked["meta"]["filters_applied"] == {
        "bbox": fuller_api.json("/events?bbox=38,30,49,38")["meta"]["filters_applied"]["bbox"],
        "country": ["IQ"],
        "date_from": "2024-02-01",
    }


def test_a_form_when_it_is_of_no_list_then_404(api: Api) -> None:
    assert api.client.get("/pages/ask/nothing?q=a", follow_redirects=False).status_code == 404


def test_the_files_of_the_pages_when_asked_for_then_they_are_kept_for_ever_under_their_own_name(api: Api) -> None:
    page = page_of(api, f"/events/{EVENT}")
    links = [
        urljoin("/events/", each.get("href", "")) for each in page.all("link") if "/pages/" in each.get("href", "")
    ]
    assert len(links) == 2
    for link in links:
        answer = api.client.get(link, headers={"accept-encoding": "gzip"})
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        known = {"if-none-match": answer.headers["etag"]}
        assert api.client.get(link, headers=known).status_code == 304
        other = api.client.get(re.sub(r"/[0-9a-f]{16}/", "/0123456789abcdef/", link))
        assert (other.status_code, other.headers["cache-control"].startswith("public, max-age=0")) == (200, True)
    style = api.client.get(links[0], headers={"accept-encoding": "gzip"})
    assert (style.headers["content-type"], style.headers["content-encoding"]) == ("text/css; charset=utf-8", "gzip")
    assert "--paper" in style.text
    assert "@import" not in style.text
    assert "url(" not in style.text
    assert api.client.get("/pages/0123456789abcdef/none.css").status_code == 404


def test_names_of_another_root_when_it_is_public_then_the_cache_is_not_led_astray(api: Api) -> None:
    hosts = [
        api.client.get("/events?limit=1", headers={"accept": BROWSER, "host": host})
        for host in ("one.test", "two.test")
    ]
    assert [host in answer.text for host, answer in zip(("one.test", "two.test"), hosts, strict=True)] == [True, True]
    assert hosts[0].headers["etag"] != hosts[1].headers["etag"]


# Problems


def test_a_400_when_read_in_a_browser_then_each_proposal_asks_rightly(fuller_api: Api) -> None:
    address = "/events?county=iraq&country=iraqi,syria&killed_min=-1&limit=5"
    page = page_of(fuller_api, address, 400)
    problem: dict[str, Any] = fuller_api.problem(address, 400)
    assert faults_of(page) == []
    for fault in problem["errors"]:
        assert fault["detail"] in page.text
    links = {text_of(each): urljoin("/events", each.get("href", "")) for each in page.all("a")}
    assert links["country"] == "/events?country=iraq&country=iraqi,syria&killed_min=-1&limit=5"
    assert links["Iraq"] == "/events?country=Iraq&country=syria&county=iraq&killed_min=-1&limit=5"
    assert links["Ask without killed_min"] == "/events?country=iraqi,syria&county=iraq&limit=5"


def test_a_400_when_all_faults_have_a_proposal_then_one_link_puts_all_right(fuller_api: Api) -> None:
    page = page_of(fuller_api, "/events?countri=iraq&sort=kiled", 400)
    (link,) = (each.get("href", "") for each in page.of_class("next"))
    assert fuller_api.json(urljoin("/events", link))["meta"]["filters_applied"] == {"country": ["IQ"]}


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/events/none", 404, "none"),
        ("/nowhere/at/all", 404, "There is nothing at /nowhere/at/all."),
        ("/event", 404, "Did you mean /events?"),
        ("/problems/none", 404, "There is no problem called"),
        ("/events?cursor=xyz", 400, "cursor"),
        ("/casualty-claims/none", 404, "none"),
        ("/events?release=99", 400, "the newest is 1"),
        ("/events?limit=all", 400, "csv"),
        ("/events?fields=killed_low", 400, "casualties"),
        ("/stats", 400, "group_by"),
        ("/events?q=%00", 400, "q"),
        ("/events?%3Cscript%3E=1", 400, "<script>"),
    ],
)
def test_a_problem_when_read_in_a_browser_then_it_is_a_page_that_nobody_keeps(
    api: Api, address: str, status: int, says: str
) -> None:
    page = page_of(api, address, status)
    assert says in page.text
    assert faults_of(page) == []
    answer = api.client.get(address, headers={"accept": BROWSER})
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    base = address.partition("?")[0]
    style = urljoin(base, next(each.get("href", "") for each in page.all("link")))
    assert api.client.get(style).status_code == 200
    assert api.client.get(address).headers["content-type"] == "application/problem+json"


def test_a_method_that_is_refused_when_a_browser_sends_it_then_the_page_names_those_that_are_not(api: Api) -> None:
    answer = api.client.post("/events", headers={"accept": BROWSER})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_the_root_when_read_in_a_browser_then_it_is_left_to_others(api: Api) -> None:
    assert api.client.get("/").headers["content-type"] == "application/json"
