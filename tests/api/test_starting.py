"""What a start of the API reads, by the names of modules: what few requests need is loaded by the first of them."""

import subprocess
import sys

import orjson
import pytest

# Each takes from a fiftieth to half of a start.
NOT_AT_THE_START = (
    "alembic",
    "mcp",
    "numpy",
    "pandas",
    "psycopg",
    "pyarrow",
    "seed",
    "xlsxwriter",
)
TOLD = """
import gc, sys
import orjson
import app.main
from app.params.asking import Asked
from app.web.documenting import _TAKEN

def below(model):
    return [model, *(further for each in model.__subclasses__() for further in below(each))]

print(orjson.dumps({
    "modules": sorted(sys.modules),
    "questions": [each.__name__ for each in below(Asked) if each.__pydantic_complete__],
    "described": [len(extra) for extra, _ in _TAKEN if extra],
    "collects": gc.isenabled(),
    "set_aside": gc.get_freeze_count(),
}).decode())
"""


@pytest.fixture(scope="module")
def started() -> dict[str, object]:
    told = subprocess.run([sys.executable, "-c", TOLD], check=True, capture_output=True, text=True, timeout=120)
    loaded: dict[str, object] = orjson.loads(told.stdout)
    return loaded


@pytest.mark.parametrize("name", NOT_AT_THE_START)
def test_what_few_requests_need_is_not_loaded(started: dict[str, object], name: str) -> None:
    modules = started["modules"]
    assert isinstance(modules, list)
    assert "app.main" in modules
    assert [module for module in modules if module.partition(".")[0] == name] == []


def test_no_question_is_described_before_somebody_asks_for_the_description(started: dict[str, object]) -> None:
    assert started["questions"] == []
    assert started["described"] == []


def test_what_the_imports_made_is_set_aside_and_garbage_is_collected_again(started: dict[str, object]) -> None:
    set_aside = started["set_aside"]
    assert isinstance(set_aside, int)
    assert set_aside > 100_000
    assert started["collects"] is True
