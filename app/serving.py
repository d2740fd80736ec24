"""Runs the server's processes: one, or several that share a port, their numbers and the order to stop."""

import os
import signal
import tempfile
from asyncio import Protocol
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, cast

import uvicorn
from prometheus_client.exposition import start_wsgi_server
from prometheus_client.registry import CollectorRegistry
from uvicorn.supervisors import Multiprocess

from app.db import check_the_readers_rights, make_read_engine
from app.logs import logging_config
from app.metrics import Picture
from app.settings import Settings, WrongSettings
from app.web.connections import ClientConnection


class Workers(Multiprocess):
    """Several processes. When they are told to stop, this one lets go of the port, or it would take in what no one
    is left to answer."""

    def terminate_all(self) -> None:
        super().terminate_all()
        for listening in self.sockets:
            listening.close()


def serve(settings: Settings, version: str) -> int:
    """Serve until stopped; the code to exit with. Raises WrongSettings and UnsafeDatabase before anything begins."""
    _check(settings)
    with ExitStack() as stack:
        if settings.metrics_address or (settings.workers > 1 and settings.metrics != "off"):
            settings = stack.enter_context(_with_a_folder(settings))
        if settings.metrics_address:
            stack.enter_context(_metrics_apart(settings, *settings.metrics_address, version))
        config = uvicorn.Config("app.main:create_app", **options(settings))
        if settings.workers > 1:
            Workers(config, sockets=[config.bind_socket()]).run()
            return 0
        # The server raises the signal that ended it once more, and what is left here is to be cleared away.
        signal.signal(signal.SIGTERM, _end)
        server = uvicorn.Server(config)
        server.run()
        return 0 if server.started else 1


def _end(*_: object) -> None:
    raise SystemExit(0)


def options(settings: Settings) -> dict[str, Any]:
    """What uvicorn is told. Its own line for each request names the client, so the API writes another."""
    connection = partial(
        ClientConnection, patience_s=settings.client_timeout_s, most_connections=settings.max_connections
    )
    return {
        "factory": True,
        "host": settings.host,
        "port": settings.port,
        "workers": settings.workers,
        "log_config": logging_config(settings.log_level, settings.log_format),
        "access_log": False,
        "server_header": False,
        "http": cast(type[Protocol], connection),
        "ws": "none",
        "timeout_keep_alive": settings.keep_alive_s,
        # Which proxies are believed is said by `TRUSTED_PROXIES` alone.
        "proxy_headers": False,
        "timeout_graceful_shutdown": settings.shutdown_seconds,
    }


def _check(settings: Settings) -> None:
    """What would stop each of several processes stops this one, which would otherwise start them again and again."""
    engine = make_read_engine(settings.database_url)
    try:
        check_the_readers_rights(engine, settings.database_url)
    finally:
        engine.dispose()


@contextmanager
def _with_a_folder(settings: Settings) -> Iterator[Settings]:
    """The settings with a place for the processes' numbers, which they learn from the environment."""
    if settings.metrics_folder:
        yield settings
        return
    with tempfile.TemporaryDirectory(prefix="conflict-events-metrics-") as folder:
        os.environ["METRICS_FOLDER"] = folder
        yield settings.model_copy(update={"metrics_folder": folder})
        del os.environ["METRICS_FOLDER"]


@contextmanager
def _metrics_apart(settings: Settings, host: str, port: int, version: str) -> Iterator[None]:
    """Metrics at an address of their own, answered by this process, which serves nothing else or little."""
    engine, registry = make_read_engine(settings.database_url), CollectorRegistry()
    registry.register(Picture(engine, version, settings.metrics_folder))
    try:
        server, thread = start_wsgi_server(port, host, registry)
    except OSError as error:
        raise WrongSettings(f"wrong settings: METRICS: {settings.metrics} cannot be served: {error.strerror}") from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        engine.dispose()
