"""What a line of the log looks like: one JSON object, or text for people. Uvicorn's own lines have the same shape.

No line says who asked or what for: no client's address, no value of a query, no path but its route's template. Who
reads about a conflict, and about which village, is nobody's business; and where the two stand together in a file,
somebody will one day want to have it.
"""

import logging
import time
from typing import Any, Literal

import orjson

ACCESS = "app.access"

Format = Literal["json", "text"]


class JsonLines(logging.Formatter):
    """`time`, `level`, `logger`, `message`, the line's own fields such as `request_id`, and `stack`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _instant(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["stack"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class TextLines(logging.Formatter):
    """The same for people; a stack follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {name}={value}" for name, value in getattr(record, "fields", {}).items())
        message = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        line = f"{_instant(record)} {record.levelname:<7} {record.name}: {message}{fields}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class LoggedOnce(logging.Filter):
    """Uvicorn's line about what a request raised: the API has written one with the request's id and the stack."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("Exception in ASGI application")


def named(request_id: str, **fields: Any) -> dict[str, Any]:
    """`extra=` of a line that belongs to a request, with fields of its own."""
    return {"fields": {"request_id": request_id, **fields}}


def _instant(record: logging.LogRecord) -> str:
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03d}Z"


def logging_config(level: str, shape: Format) -> dict[str, Any]:
    """For `logging.config.dictConfig`: everything goes to stderr in one shape; libraries speak from warnings on."""
    own = {"level": level.upper()}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"app.logs.{'JsonLines' if shape == 'json' else 'TextLines'}"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
        "filters": {"logged_once": {"()": "app.logs.LoggedOnce"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"app": own, "uvicorn": own, "uvicorn.error": {**own, "filters": ["logged_once"]}},
    }
