"""Spans of requests, of the database and of the writing of answers, for a collector that speaks OTLP over HTTP.

OpenTelemetry's own settings (`OTEL_…`) say where to, how many, and whether a caller's trace is gone on with. No span
says who asked or what for: it has the route's template, and statements with marks in place of their values.
"""

import os
from contextlib import AbstractContextManager
from time import time_ns

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.observing import NO_ROUTE, known_method, route_of

_OF_THE_CALLER = frozenset({b"traceparent", b"tracestate"})
_LONGEST_STATEMENT = 2_000


class Tracing:
    """The process's spans, and their way out."""

    def __init__(self, version: str, database: str) -> None:
        named = {} if os.environ.get("OTEL_SERVICE_NAME") else {SERVICE_NAME: "conflict-events-api"}
        self._provider = TracerProvider(resource=Resource.create({**named, SERVICE_VERSION: version}))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self.tracer = self._provider.get_tracer("conflict-events-api", version)
        self._database = database

    def span(self, name: str) -> AbstractContextManager[object]:
        """A part of the work on the request that is under way."""
        return self.tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False)

    def note_statement(self, statement: str, seconds: float) -> None:
        """A statement was run on behalf of the request that is under way; of others nothing is told."""
        if not trace.get_current_span().is_recording():
            return
        ended = time_ns()
        word = statement.split(None, 1)[0].upper()
        self.tracer.start_span(
            word,
            kind=SpanKind.CLIENT,
            start_time=ended - int(seconds * 1e9),
            attributes={
                "db.system.name": self._database,
                "db.operation.name": word,
                "db.query.text": statement[:_LONGEST_STATEMENT],
            },
        ).end(ended)

    def close(self) -> None:
        """Send what is left. May take as long as the collector's timeout."""
        self._provider.shutdown()


class Traced:
    """A span for each request, from its arrival to the end of its answer."""

    def __init__(self, app: ASGIApp, tracing: Tracing, plain: frozenset[str]) -> None:
        self.app = app
        self._tracer = tracing.tracer
        self._plain = plain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in _OF_THE_CALLER}
        method = known_method(scope)
        attributes = {"http.request.method": method, "conflict_events.request_id": scope["state"]["request_id"]}
        with self._tracer.start_as_current_span(
            method,
            context=extract(told),
            kind=SpanKind.SERVER,
            attributes=attributes,
            record_exception=False,  # its text could hold what was asked for; the log has it
            set_status_on_exception=False,
        ) as span:

            async def send_on(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        span.set_status(StatusCode.ERROR)
                await send(message)

            try:
                await self.app(scope, receive, send_on)
            except BaseException:
                span.set_status(StatusCode.ERROR)
                raise
            finally:
                route = route_of(scope, self._plain)
                if route != NO_ROUTE:
                    span.update_name(f"{method} {route}")
                    span.set_attribute("http.route", route)
