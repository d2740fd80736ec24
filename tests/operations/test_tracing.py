"""Spans, as a collector gets them: a small one of the test's own takes OTLP over HTTP and decodes it."""

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from app import VERSION
from app.settings import WrongSettings
from app.web.spans import is_tracing_wanted
from tests.api.test_live_server import ROOT
from tests.operations.servers import server
from tests.postgres_cluster import Database

CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Collector(ThreadingHTTPServer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[ExportTraceServiceRequest] = []

    def spans(self) -> list[Span]:
        return [
            span
            for sent in self.received
            for resource in sent.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        assert isinstance(self.server, Collector)
        assert self.path == "/v1/traces"
        self.server.received.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()
    thread = threading.Thread(target=collector.serve_forever)
    thread.start()
    try:
        yield collector
    finally:
        collector.shutdown()
        thread.join()
        collector.server_close()


def attributes(span: Span) -> dict[str, object]:
    return {each.key: getattr(each.value, str(each.value.WhichOneof("value"))) for each in span.attributes}


def test_a_request_when_traced_then_its_span_holds_those_of_the_database_and_of_the_writing(
    facts: Database, tmp_path: Path
) -> None:
    with collecting() as collector:
        address = f"http://127.0.0.1:{collector.server_address[1]}"
        with server(facts, tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=address) as served:
            _, headers, _ = served.get("/events?country=iraq&q=mayadeen", {"traceparent": CALLER})
            served.get("/events/2024-02-02-us-strikes-iraq?format=csv")
            served.get("/nowhere/secret")
        received, spans = collector.received, collector.spans()
    resource = {each.key: each.value.string_value for each in received[0].resource_spans[0].resource.attributes}
    assert (resource["service.name"], resource["service.version"]) == ("conflict-events-api", VERSION)

    by_name = {span.name: span for span in spans if span.kind == Span.SPAN_KIND_SERVER}
    assert set(by_name) == {"GET /readyz", "GET /events", "GET /events/{id}", "GET"}
    root = by_name["GET /events"]
    assert root.trace_id.hex() == CALLER.split("-")[1]
    assert root.parent_span_id.hex() == CALLER.split("-")[2]
    assert attributes(root) == {
        "http.request.method": "GET",
        "http.route": "/events",
        "http.response.status_code": 200,
        "conflict_events.request_id": headers["x-request-id"],
    }
    for name in ("GET /events", "GET /events/{id}"):
        request = by_name[name]
        inside = [span for span in spans if span.trace_id == request.trace_id and span is not request]
        assert {span.parent_span_id for span in inside} == {request.span_id}
        assert {span.name for span in inside} == {"SELECT", "write the answer"}
        assert all(
            request.start_time_unix_nano
            <= span.start_time_unix_nano
            <= span.end_time_unix_nano
            <= request.end_time_unix_nano
            for span in inside
        )
    (statement, *_) = [span for span in spans if span.name == "SELECT"]
    assert attributes(statement)["db.system.name"] == "sqlite"
    told = "".join(sent.SerializeToString().decode("latin-1") for sent in received)
    assert not [word for word in ("iraq", "mayadeen", "secret", "127.0.0.1") if word in told]


def test_a_server_when_no_one_collects_then_it_answers_as_ever(facts: Database, tmp_path: Path) -> None:
    settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_EXPORTER_OTLP_TIMEOUT": "1"}
    with server(facts, tmp_path, LOG_FORMAT="json", **settings) as served:
        assert served.get("/events")[0] == 200
    assert all(line["logger"].startswith("opentelemetry.") for line in served.lines())


def test_a_callers_trace_when_it_is_not_to_be_trusted_then_it_is_not_gone_on_with(
    facts: Database, tmp_path: Path
) -> None:
    with collecting() as collector:
        address = f"http://127.0.0.1:{collector.server_address[1]}"
        with server(facts, tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=address, OTEL_PROPAGATORS="none") as served:
            served.get("/events", {"traceparent": CALLER})
        (span,) = [span for span in collector.spans() if span.name == "GET /events"]
    assert span.trace_id.hex() != CALLER.split("-")[1]
    assert span.parent_span_id == b""


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "x"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://x/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_tracing_when_the_standards_settings_are_read_then_they_decide(
    environment: dict[str, str], wanted: bool
) -> None:
    assert is_tracing_wanted(environment) is wanted


@pytest.mark.parametrize(
    "environment",
    [
        {"OTEL_TRACES_EXPORTER": "jaeger"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
    ],
)
def test_tracing_when_what_is_asked_for_is_not_here_then_the_start_stops(environment: dict[str, str]) -> None:
    with pytest.raises(WrongSettings, match="OTEL_"):
        is_tracing_wanted(environment)


def test_tracing_when_nobody_asks_then_nothing_of_the_extra_is_loaded(facts: Database) -> None:
    loads = (
        "import sys; from app.main import create_app; from app.settings import Settings;"
        f" create_app(Settings(database_url={facts.read_url!r}));"
        # The framework itself loads the bare interface.
        " print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )
    done = subprocess.run([sys.executable, "-c", loads], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
