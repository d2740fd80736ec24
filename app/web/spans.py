"""Whether requests are traced, and what stands in a span's place where they are not: nothing, and nothing is loaded."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec

from app.settings import WrongSettings

Spans = Callable[[str], AbstractContextManager[object]]
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_NOTHING = nullcontext()


def no_span(_: str) -> AbstractContextManager[object]:
    """A part of the work that nobody follows."""
    return _NOTHING


def is_tracing_wanted(environment: Mapping[str, str]) -> bool:
    """Whether OpenTelemetry's own settings ask for spans. Raises WrongSettings where what they ask for is not there."""
    exporter = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    is_off = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or exporter == "none"
    if is_off or not (exporter or any(environment.get(name) for name in _ENDPOINTS)):
        return False
    if exporter not in ("", "otlp"):
        raise WrongSettings(f"wrong settings: OTEL_TRACES_EXPORTER: {exporter!r} is not here: otlp or none")
    protocol = next((environment[name] for name in _PROTOCOLS if environment.get(name)), "http/protobuf")
    if protocol != "http/protobuf":
        raise WrongSettings(f"wrong settings: {_PROTOCOLS[1]}: {protocol!r} is not here: http/protobuf")
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.exporter.otlp.proto.http") is None:
        raise WrongSettings("wrong settings: OTEL_…: spans are asked for and the extra `tracing` is not installed")
    return True
