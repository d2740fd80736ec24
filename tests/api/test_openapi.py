"""The OpenAPI document: valid, true of every answer, and good for those who generate code from it."""

import json
import re
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from starlette.testclient import TestClient

from app.main import create_app
from app.schemas.columns.stats import GROUPS
from app.schemas.stats import StatsRowDocument
from app.web.examples import EXAMPLES, example_of
from tests import examples
from tests.api.facts import IRAQ_STRIKES
from tests.api.serving import Api, settings_of

LISTS = ("/events", "/casualty-claims", "/locations", "/actors", "/sources", "/countries", "/releases")
REFUSED = {
    "/events?county=iraq&limit=0": 400,
    "/events?cursor=x": 400,
    "/events/no-such": 404,
    "/countries/iraqi": 404,
    "/problems/no-such": 404,
}
METHODS = {"get"}
NEEDED = {"group_by", "since"}
# What a parameter has no meaning without.
TOGETHER = {"near": {"radius_km": "10"}, "radius_km": {"near": "35.02,40.45"}}


@pytest.fixture(scope="module")
def document(api: Api) -> dict[str, Any]:
    return api.json("/openapi.json")


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {path: methods["get"] for path, methods in document["paths"].items()}


def closed(schema: Any) -> Any:
    """The schema without room for a member that it does not name, so that no answer has one more than it says."""
    if isinstance(schema, dict):
        inner = {name: closed(value) for name, value in schema.items()}
        return {**inner, "additionalProperties": False} if "properties" in inner else inner
    return [closed(part) for part in schema] if isinstance(schema, list) else schema


def faults(document: dict[str, Any], path: str, status: int, media_type: str, answer: Any) -> list[str]:
    response = operations(document)[path]["responses"][str(status)]["content"][media_type]
    components = {name: closed(schema) for name, schema in document["components"]["schemas"].items()}
    whole = {**response["schema"], "components": {"schemas": components}}
    checker = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(answer)]


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    validate(cast(Any, document))


def test_it_only_reads(document: dict[str, Any]) -> None:
    assert {method for methods in document["paths"].values() for method in methods} == METHODS


def test_every_resource_is_there_as_list_and_item(document: dict[str, Any]) -> None:
    assert set(document["paths"]) == {
        "/", "/healthz", "/readyz", "/problems/{slug}", *LISTS, *(f"{path}/{{id}}" for path in LISTS),
        "/events/{id}/original", "/codebook", "/methodology", "/stats",
        "/changes", "/feeds/changes.atom", "/feeds/changes.json",
        "/compat", "/compat/ucdp/gedevents/{version}", "/compat/acled/read",
    }  # fmt: skip


def test_every_operation_has_a_name_that_code_can_bear(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(document).values()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"(list|get)_[a-z_]+", name) for name in names)
    assert operations(document)["/events"]["operationId"] == "list_events"
    assert operations(document)["/casualty-claims/{id}"]["operationId"] == "get_casualty_claim"


def test_every_schema_has_a_name_that_code_can_bear(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert all(re.fullmatch(r"([A-Z][a-z0-9]*)+", name) for name in schemas)
    assert {"EventList", "EventItem", "EventDocument", "ProblemDocument"} <= set(schemas)
    assert not {"HTTPValidationError", "ValidationError"} & set(schemas)


def test_no_answer_is_promised_that_never_comes(document: dict[str, Any]) -> None:
    for path, operation in operations(document).items():
        assert "422" not in operation["responses"], path
        for status, response in operation["responses"].items():
            if status.startswith(("4", "5")):
                as_page = ["text/html"] if "text/html" in operation["responses"]["200"].get("content", {}) else []
                assert list(response["content"]) == ["application/problem+json", *as_page], (path, status)


def test_every_operation_and_parameter_says_what_it_is_for(document: dict[str, Any]) -> None:
    for path, operation in operations(document).items():
        assert operation["description"].startswith(operation["summary"]), path
        for parameter in operation.get("parameters", []):
            assert len(parameter["description"]) > 5, (path, parameter["name"])
            assert parameter["required"] is (parameter["in"] == "path" or parameter["name"] in NEEDED)


def test_what_may_be_null_is_required_all_the_same(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        if schema.get("type") == "object":
            # Of the groups a row of statistics has those that were asked for.
            asked_for = GROUPS if name == StatsRowDocument.__name__ else ()
            assert sorted([*schema["required"], *asked_for]) == sorted(schema["properties"]), name


def test_generated_clients_survive_a_member_that_is_added_later(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"].values()
    assert not [schema["title"] for schema in schemas if schema.get("additionalProperties") is False]


def test_parameters_say_which_values_they_take(document: dict[str, Any]) -> None:
    parameters = {parameter["name"]: parameter for parameter in operations(document)["/events"]["parameters"]}
    schemas = {name: parameter["schema"] for name, parameter in parameters.items()}
    assert schemas["sort"] == {
        "type": "string",
        "default": "-date",
        "enum": ["date", "-date", "killed", "-killed", "id"],
        "x-enum-varnames": ["DATE", "DATE_DESCENDING", "KILLED", "KILLED_DESCENDING", "ID"],
    }
    number = {"type": "integer", "minimum": 1, "maximum": 1000}
    assert schemas["limit"] == {"default": 100, "oneOf": [number, {"type": "string", "enum": ["all"]}]}
    assert schemas["release"]["minimum"] == 1
    assert schemas["killed_min"]["minimum"] == 0
    assert "casualty_claims" in schemas["fields"]["items"]["enum"]
    assert schemas["role"]["items"]["enum"][0] == "initiator"
    assert schemas["country"]["type"] == "array"
    # A client that only takes whole days could not ask for a month.
    for text, fits in (("2024-02-02", True), ("2024-02", True), ("2024", True), ("2024-2", False)):
        assert Draft202012Validator(schemas["date_from"]).is_valid(text) is fits


def test_the_examples_of_parameters_are_values_that_work(api: Api, document: dict[str, Any]) -> None:
    for path in LISTS:
        for parameter in operations(document)[path].get("parameters", []):
            if "example" in parameter:
                assert Draft202012Validator(parameter["schema"]).is_valid(parameter["example"])
                asked = {parameter["name"]: parameter["example"], **TOGETHER.get(parameter["name"], {})}
                answer = api.client.get(path, params=asked)
                assert answer.status_code == 200, (path, parameter["name"])


@pytest.mark.parametrize("path", LISTS)
def test_every_answer_is_as_its_schema_says(api: Api, document: dict[str, Any], path: str) -> None:
    assert faults(document, path, 200, "application/json", api.json(path)) == []
    for row in api.rows(path):
        item = api.json(row["links"]["self"])
        assert faults(document, f"{path}/{{id}}", 200, "application/json", item) == []


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/codebook", "/methodology"])
def test_what_the_api_says_of_itself_is_as_its_schema_says(api: Api, document: dict[str, Any], path: str) -> None:
    assert faults(document, path, 200, "application/json", api.json(path)) == []


@pytest.mark.parametrize(("address", "status"), REFUSED.items())
def test_every_refusal_is_as_its_schema_says(api: Api, document: dict[str, Any], address: str, status: int) -> None:
    path = address.partition("?")[0]
    template = (
        path if path in document["paths"] else f"/{path.split('/')[1]}/{{{'slug' if 'problems' in path else 'id'}}}"
    )
    assert faults(document, template, status, "application/problem+json", api.problem(address, status)) == []


def test_every_header_of_an_answer_is_told(api: Api, document: dict[str, Any]) -> None:
    for path, address in (("/events", "/events"), ("/events/{id}", f"/events/{IRAQ_STRIKES}")):
        told = operations(document)[path]["responses"]["200"]["headers"]
        assert set(told) - {"Link"} <= {
            name.title() if name != "etag" else "ETag" for name in api.client.get(address).headers
        }


@pytest.fixture(scope="module")
def answers_now() -> dict[str, Any]:
    return examples.answers()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_what_the_api_answers(answers_now: dict[str, Any], name: str) -> None:
    assert example_of(name) == answers_now[name], "`python -m tests.examples` writes the examples anew"


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_stands_at_its_operation_and_is_as_the_schema_says(document: dict[str, Any], name: str) -> None:
    path = "/" + EXAMPLES[name].strip("/").split("/")[0].split("?")[0]
    template = path if "?" in EXAMPLES[name] or EXAMPLES[name] == path else f"{path}/{{id}}"
    content = operations(document)[template]["responses"]["200"]["content"]["application/json"]
    assert content["example"] == example_of(name)
    assert faults(document, template, 200, "application/json", example_of(name)) == []


# The package that brings the page's files reads them in a way that some versions of Python warn of.
@pytest.mark.filterwarnings("ignore:open_binary is deprecated:DeprecationWarning")
def test_the_documentation_page_is_served_from_here(api: Api) -> None:
    page = api.client.get("/docs", headers={"host": "elsewhere.example"})
    assert "elsewhere" not in page.text
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses
    for address in addresses:
        assert not address.startswith(("/", "http")), address
        assert api.client.get(f"/{address}").status_code == 200
    assert page.headers["etag"]


def test_the_document_says_where_it_is_served_and_that_nothing_is_asked_of_who_asks(
    api: Api, document: dict[str, Any]
) -> None:
    assert document["servers"] == [{"url": "/", "description": "This instance"}]
    assert document["security"] == []
    settings = settings_of(api.database).model_copy(update={"public_url": "https://data.example.org/api"})
    with TestClient(create_app(settings)) as client:
        assert client.get("/openapi.json").json()["servers"][0]["url"] == "https://data.example.org/api"


def test_every_tag_is_explained_and_used(document: dict[str, Any]) -> None:
    used = {tag for operation in operations(document).values() for tag in operation["tags"]}
    assert {tag["name"] for tag in document["tags"]} == used


def test_the_health_routes_refuse_what_they_are_not_asked(api: Api) -> None:
    for path in ("/healthz", "/readyz"):
        assert list(api.faults(f"{path}?verbose=1")) == ["verbose"]


def test_the_document_speaks_of_no_machine(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    assert "localhost" not in text
    assert "127.0.0.1" not in text


def test_every_default_may_be_spelt_out_at_once_as_generated_clients_do(api: Api, document: dict[str, Any]) -> None:
    for path in LISTS:
        parameters = operations(document)[path]["parameters"]
        defaults = {
            parameter["name"]: str(parameter["schema"]["default"]).replace("True", "true").replace("False", "false")
            for parameter in parameters
            if "default" in parameter["schema"]
        }
        assert {"limit", "sort", "total"} <= set(defaults)
        spelt_out = api.client.get(path, params=defaults)
        assert spelt_out.status_code == 200, spelt_out.text
        assert spelt_out.content == api.client.get(path).content
