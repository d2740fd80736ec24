"""The compose file of the shape for many readers names settings and lines of nginx.conf that there are."""

import re
from typing import Any

import yaml
from sqlalchemy import make_url

from app.settings import Settings, with_driver
from tests.api.test_live_server import ROOT

FILE = ROOT / "deploy" / "compose.scaled.yml"


class Compose(yaml.SafeLoader):
    """YAML with compose's own tags."""


Compose.add_multi_constructor("!", lambda loader, suffix, node: None)


def services() -> dict[str, Any]:
    return dict(yaml.load(FILE.read_text(encoding="utf-8"), Compose)["services"])  # noqa: S506  # a kind of SafeLoader


def test_the_api_prefers_a_standby_and_is_told_settings_that_there_are() -> None:
    environment = services()["api"]["environment"]
    assert {name.lower() for name in environment} <= Settings.model_fields.keys()
    address = make_url(with_driver(environment["DATABASE_URL"]))
    assert address.query["host"] == ("standby", "database")
    assert address.query["target_session_attrs"] == "prefer-standby"
    assert address.database == "conflict_events"
    networks = tuple(environment["TRUSTED_PROXIES"].split(","))
    assert Settings(trusted_proxies=networks).trusted_proxies == networks


def test_what_the_cache_changes_in_its_configuration_stands_there_once() -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    (command,) = services()["cache"]["command"]
    changed = re.findall(r"s/([^/]+)/[^/]+/", command)
    assert len(changed) == 2
    assert [text.count(each) for each in changed] == [1, 1]
