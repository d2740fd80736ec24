"""Settings, read once from the environment in `main` and passed on; nothing reads them at import."""

import re
from ipaddress import ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DEFAULT_DATABASE_URL = "sqlite:///data/conflict-events.sqlite3"
DRIVERS = {"sqlite": "sqlite", "postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}


class WrongSettings(Exception):
    """The environment holds a setting that cannot be used; its text is one line for the operator."""


class Settings(BaseSettings):
    """What an operator can set; the names in the environment are the fields' names in upper case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=False)

    database_url: str = Field(
        default=DEFAULT_DATABASE_URL, description="the reader's database: `sqlite:///path` or `postgresql://…`"
    )
    database_write_url: str | None = Field(
        default=None, description="the loader's and the migrations' database; where unset, the same as `DATABASE_URL`"
    )
    host: str = Field(default="127.0.0.1", description="address to serve on")
    port: int = Field(default=8000, ge=1, le=65535, description="port to serve on")
    workers: int = Field(default=1, ge=1, le=256, description="processes that serve")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("*",), description="origins that browsers may read from, separated by commas; `*` is any"
    )
    public_url: str | None = Field(
        default=None,
        description="where the API is reached from outside, such as `https://data.example.org`: answers are cited by"
        " addresses under it, and feeds link to them; where unset, feeds link to the host that was asked",
    )
    cache_mb: int = Field(
        default=32, ge=0, le=65536, description="megabytes in which each process remembers answers; 0 remembers none"
    )
    query_timeout_s: float = Field(
        default=20, gt=0, le=3600, description="seconds after which the database gives up on a question; it is 503 then"
    )
    max_queries: int = Field(default=8, ge=1, le=1000, description="questions that a process asks its database at once")
    max_waiting: int = Field(
        default=64,
        ge=0,
        le=100_000,
        description="questions that may wait for their turn; more are refused at once, as 503",
    )
    max_streams: int = Field(
        default=8, ge=1, le=1000, description="whole results (`limit=all`) that a process sends at once; more are 503"
    )
    max_connections: int = Field(
        default=800, ge=1, le=100_000, description="connections of clients that a process holds; more are answered 503"
    )
    client_timeout_s: float = Field(
        default=30,
        gt=0,
        le=3600,
        description="seconds that a client has to send its request, and to read on in what it is sent",
    )
    keep_alive_s: int = Field(
        default=5, ge=1, le=3600, description="seconds for which a connection waits for its next request"
    )
    rate_limit: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="requests of one client, such as `100/minute` or `10/second,1000/hour`; none where unset",
    )
    rate_limit_storage: str = Field(
        default="memory://",
        description="where they are counted: `memory://` for each process, `redis://…` for all together",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="addresses or networks, separated by commas, whose `X-Forwarded-For` or `Forwarded` is believed",
    )
    hsts_s: int = Field(
        default=0,
        ge=0,
        description="seconds for which browsers are told to come by TLS alone, where the API is reached so; 0: none",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="what is logged; from `warning` on, no line for each request"
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="lines for people, or a JSON object each (`json`)"
    )
    metrics: str = Field(
        default="on",
        description="where Prometheus's metrics are: `on` is `/metrics` beside all else, `off` nowhere; `9464` or"
        " `0.0.0.0:9464` is an address of their own, and nowhere else",
    )
    metrics_folder: str | None = Field(
        default=None,
        description="where the processes of one server lay their numbers together; `python -m app` makes one",
    )
    drain_seconds: float = Field(
        default=0,
        ge=0,
        le=600,
        description="so long after SIGTERM all is answered as ever but `/readyz`, which says 503, so that a balancer"
        " sends no more",
    )
    shutdown_seconds: int = Field(
        default=30, ge=0, le=86400, description="then so long for answers that have begun; after it they are broken off"
    )

    @field_validator("database_url", "database_write_url")
    @classmethod
    def _is_a_known_database(cls, value: str | None) -> str | None:
        return None if value is None else with_driver(value)

    @field_validator("public_url")
    @classmethod
    def _is_an_address_to_build_on(cls, value: str | None) -> str | None:
        return without_slash(value) if value else None

    @field_validator("cors_origins", "trusted_proxies", "rate_limit", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            ip_network(each)  # raises ValueError
        return value

    @field_validator("rate_limit")
    @classmethod
    def _are_limits(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not re.fullmatch(r"[1-9][0-9]{0,8}/([1-9][0-9]{0,5} ?)?(second|minute|hour|day)s?", each):
                raise ValueError(f"{each!r} is not a limit such as 100/minute")
        return value

    @field_validator("rate_limit_storage")
    @classmethod
    def _is_a_known_storage(cls, value: str) -> str:
        if value != "memory://" and not value.startswith(("redis://", "rediss://")):
            raise ValueError("give memory:// or redis://host:port")
        return value

    @field_validator("metrics")
    @classmethod
    def _is_a_place_for_metrics(cls, value: str) -> str:
        if value not in ("on", "off"):
            own_address(value)
        return value

    @field_validator("log_level", "log_format", "metrics", mode="before")
    @classmethod
    def _in_lower_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        """The host and the port that metrics have for themselves, if they have."""
        return None if self.metrics in ("on", "off") else own_address(self.metrics)

    @property
    def write_url(self) -> str:
        return self.database_write_url or self.database_url


def own_address(given: str) -> tuple[str, int]:
    """The host and the port of `9464` or `0.0.0.0:9464`; raises ValueError for anything else."""
    host, _, port = given.rpartition(":")
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise ValueError(f"{given!r} is not on, off, a port such as 9464, or an address such as 0.0.0.0:9464")
    return host.strip("[]") or "127.0.0.1", int(port)


def with_driver(url: str) -> str:
    """The same address with the driver that this project brings; raises ValueError for other databases."""
    scheme, separator, rest = url.partition("://")
    backend = scheme.partition("+")[0]
    if not separator or backend not in DRIVERS:
        raise ValueError(f"{scheme!r} is not a database that this project runs on: give sqlite:///… or postgresql://…")
    if backend == "sqlite" and not rest.strip("/"):
        raise ValueError("an SQLite address needs a file, such as sqlite:///data/events.sqlite3")
    return f"{DRIVERS[backend]}://{rest}"


def without_slash(url: str) -> str:
    """A public address without its last slash; raises ValueError for what no path can be put after."""
    fits = re.fullmatch(r"https?://[A-Za-z0-9.\-:\[\]]+(/[A-Za-z0-9._~%/\-]*)?", url)
    try:
        parts = urlsplit(url)
        fits = fits if parts.hostname and (parts.port is None or parts.port) else None
    except ValueError:
        fits = None
    if not fits:
        raise ValueError(f"{url!r} is not an address such as https://data.example.org, with a path or without")
    return url.rstrip("/")


def read_settings() -> Settings:
    """Settings from the environment; raises WrongSettings with every wrong one in one line."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"{str(fault['loc'][0]).upper()}: {fault['msg'].removeprefix('Value error, ')}" for fault in error.errors()
        )
        raise WrongSettings(f"wrong settings: {faults}") from None
