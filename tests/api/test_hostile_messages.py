"""What is posted to /mcp may be anything; it is refused, and never a fault of ours."""

import pytest

from tests.api.serving import Api

ACCEPTS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search_events","arguments":%s}}'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 50_000,
        b'{"a":' * 15_000,
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":' + b"[" * 40_000 + b"]" * 40_000 + b"}",
        b'{"jsonrpc":"2.0","id":' + b"9" * 5_000 + b',"method":"tools/list"}',
        b"\xff\xfe\x00",
        b'"' + b"\\ud800" * 100 + b'"',
        b"x" * 200_000,
    ],
    ids=lambda body: body[:12].decode("latin-1") + str(len(body)),
)
def test_a_body_when_it_is_no_message_then_it_is_refused(api: Api, body: bytes) -> None:
    answer = api.client.post("/mcp", content=body, headers=ACCEPTS)
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert api.client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "arguments",
    [
        "[]", '{"country": {"$ne": null}}', '{"country": [["iraq"]]}', '{"limit": 1e999}', '{"limit": -5}',
        '{"limit": 99999999999999999999999}', '{"killed_min": 1e400}', '{"id": "../../healthz"}', '{"near": null}',
        '{"q": "\\u0000"}', '{"q": "\\ud800"}', '{"cursor": "%s"}' % ("x" * 9_000), '{"": ""}', '{"fields": {}}',
        '{"format": "csv"}', '{"format": "xlsx", "limit": 1}',
    ],
)  # fmt: skip
def test_arguments_when_they_are_wrong_then_the_model_is_told_so(api: Api, arguments: str) -> None:
    answer = api.client.post("/mcp", content=CALL % arguments, headers=ACCEPTS)
    assert answer.status_code in (200, 400)
    said = answer.json()
    assert "error" in said or said["result"]["isError"] is True, said
    assert "Traceback" not in answer.text
    assert "internal" not in answer.text.lower()
