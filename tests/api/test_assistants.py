"""/mcp: the protocol's own client over HTTP against a real server, on both databases."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from mcp import Client

from app.web.assistants.tools import MOST_BYTES
from tests.api.facts import IRAQ_STRIKES
from tests.api.made_up import add_made_up_events
from tests.api.running import running
from tests.api.serving import Api, copy_of_facts, migrate_database, publish_facts, serving
from tests.api.test_live_server import ROOT, request
from tests.conftest import KINDS, DatabaseFactory

TOOLS = ["compare_claims", "get_codebook", "get_event", "get_stats", "search_events"]


@pytest.fixture(scope="module", params=KINDS)
def served(
    request: pytest.FixtureRequest, make_database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[int, Api]]:
    """The port of a real server, and the same database asked by the API's own routes."""
    database = make_database(request.param)
    facts = copy_of_facts(tmp_path_factory.mktemp("assistants"))
    add_made_up_events(facts)
    migrate_database(database)
    publish_facts(database, facts)
    with serving(database) as api, running(database) as port:
        yield port, api


async def _calls(port: int, *calls: tuple[str, dict[str, Any]]) -> list[tuple[bool, str]]:
    async with Client(f"http://127.0.0.1:{port}/mcp") as client:
        results = [await client.call_tool(name, arguments) for name, arguments in calls]
    return [(bool(result.is_error), result.content[0].text) for result in results]  # type: ignore[union-attr]


def called(served: tuple[int, Api], tool: str, **arguments: Any) -> dict[str, Any]:
    ((is_error, text),) = asyncio.run(_calls(served[0], (tool, arguments)))
    assert not is_error, text
    assert len(text.encode()) <= MOST_BYTES
    body: dict[str, Any] = json.loads(text)
    return body


def refused(served: tuple[int, Api], tool: str, **arguments: Any) -> str:
    ((is_error, text),) = asyncio.run(_calls(served[0], (tool, arguments)))
    assert is_error, text
    return text


def test_the_tools_when_listed_then_their_inputs_are_the_parameters_of_the_api(served: tuple[int, Api]) -> None:
    async def listed() -> Any:
        async with Client(f"http://127.0.0.1:{served[0]}/mcp") as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in asyncio.run(listed())}
    assert sorted(tools) == TOOLS
    assert all(tool.annotations.read_only_hint for tool in tools.values())
    paths = served[1].json("/openapi.json")["paths"]
    for name, path in (("search_events", "/events"), ("get_stats", "/stats")):
        parameters = {each["name"]: each for each in paths[path]["get"]["parameters"]}
        properties = tools[name].input_schema["properties"]
        assert set(properties) == set(parameters) - {"format"}
        assert properties["country"]["description"] == parameters["country"]["description"]


def test_events_when_searched_for_then_they_are_those_of_the_api_with_their_citations(served: tuple[int, Api]) -> None:
    body = called(served, "search_events", country=["iraq"], date_from="2024", limit=2)
    wanted = served[1].json("/events?country=iraq&date_from=2024&limit=2")
    assert [row["id"] for row in body["data"]] == [row["id"] for row in wanted["data"]]
    assert [row["citations"] for row in body["data"]] == [row["citations"] for row in wanted["data"]]
    assert all(row["citations"] and row["cite_as"] for row in body["data"])
    assert (body["meta"]["release"], body["meta"]["total"]) == (1, wanted["meta"]["total"])
    assert body["meta"]["cite_as"]


def test_a_search_when_its_answer_is_too_long_then_the_page_is_shorter_and_the_walk_still_whole(
    served: tuple[int, Api],
) -> None:
    found: list[str] = []
    cuts = 0
    arguments: dict[str, Any] = {"limit": 25, "fields": ["id", "actors", "locations", "casualty_claims", "citations"]}
    while True:
        body = called(served, "search_events", **arguments)
        found += [row["id"] for row in body["data"]]
        cut = [each for each in body["meta"]["warnings"] if each.startswith("cut: ")]
        if body["links"]["next"] is not None:
            assert cut[0].startswith(f"cut: {len(body['data'])} events in place of 25, as an answer has at most 60000")
            cuts += 1
        if body["links"]["next"] is None:
            break
        arguments["cursor"] = body["links"]["next"].rpartition("cursor=")[2].partition("&")[0]
    assert found == served[1].ids("/events?limit=1000")
    assert cuts > 0


def test_an_event_and_its_claims_when_asked_for_then_they_are_those_of_its_document(served: tuple[int, Api]) -> None:
    document = served[1].json(f"/events/{IRAQ_STRIKES}")["data"]
    assert called(served, "get_event", id=IRAQ_STRIKES)["data"] == document
    compared = called(served, "compare_claims", id=IRAQ_STRIKES, release=1)
    assert compared["data"]["casualty_claims"] == document["casualty_claims"]
    assert compared["meta"]["release"] == 1
    cited = {each["id"] for each in compared["data"]["citations"]}
    assert {each for claim in document["casualty_claims"] for each in claim["citations"]} <= cited


def test_statistics_and_the_codebook_when_asked_for_then_they_are_those_of_the_api(served: tuple[int, Api]) -> None:
    assert called(served, "get_stats", group_by=["country"])["data"] == served[1].rows("/stats?group_by=country")
    cut = called(served, "get_codebook", word="id")
    assert f"{cut['left_out']} more entries match" in cut["meta"]["warnings"][0]
    assert cut["left_out"] > 0
    entries = called(served, "get_codebook", word="killed.best")["data"]
    assert "casualties.killed.best" in {entry.get("path") for entry in entries}


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("search_events", {"county": "iraq"}, "Did you mean country"),
        ("search_events", {"country": "iraqi", "actor": "nobody"}, "Did you mean Iraq"),
        ("search_events", {"limit": 1000}, "limit"),
        ("get_event", {"id": "no-such"}, "There is no event"),
        ("get_event", {}, "id: is missing"),
        ("get_event", {"id": IRAQ_STRIKES, "relase": 1}, "Did you mean release"),
        ("get_event", {"id": "x/original"}, "id"),
        ("get_stats", {}, "group_by: is missing"),
        ("get_codebook", {"word": "no-such-thing"}, "nothing in the codebook"),
        ("no_such_tool", {}, "there are: search_events"),
    ],
)
def test_a_wrong_call_when_made_then_the_refusal_says_what_to_change(
    served: tuple[int, Api], tool: str, arguments: dict[str, Any], said: str
) -> None:
    assert said in refused(served, tool, **arguments)


def test_post_when_sent_elsewhere_or_another_method_to_mcp_then_it_is_405(served: tuple[int, Api]) -> None:
    port, _ = served
    for method, path, allowed in (
        ("POST", "/events", "GET, HEAD, OPTIONS"), ("POST", "/mcp/", "GET, HEAD, OPTIONS"),
        ("GET", "/mcp", "POST, OPTIONS"), ("DELETE", "/mcp", "POST, OPTIONS"), ("PUT", "/mcp", "POST, OPTIONS"),
    ):  # fmt: skip
        status, headers, body = request(port, method, path)
        assert (status, headers["allow"]) == (405, allowed)
        assert json.loads(body)["type"] == "/problems/method-not-allowed"
    assert request(port, "OPTIONS", "/mcp")[1]["allow"] == "POST, OPTIONS"


def test_the_protocols_library_when_nobody_asks_for_it_then_it_is_not_loaded() -> None:
    program = "import sys, app.main; assert not {'mcp', 'mcp_types', 'cryptography', 'httpx2'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)


def test_mcp_when_the_extra_is_not_installed_then_it_is_not_there(
    served: tuple[int, Api], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.main.is_installed", lambda: False)
    with serving(served[1].database) as api:
        api.problem("/mcp", 404)
        api.problem("/mcp", 405, "POST")
