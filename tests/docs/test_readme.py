"""README and the guides: every request is sent, every command is run, every table is held against the code."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from app.formats.registry import FORMATS
from app.schemas.columns.events import EVENTS
from app.settings import Settings
from app.web.representations import representations_of
from seed.importers.ucdp import CANDIDATE_COLUMNS
from tests.docs.conftest import Api, environment_for, run_python
from tests.docs.markdown import ROOT, Block, all_blocks, blocks, in_backticks, pages, read, table_after, without_blocks
from tests.docs.recipes import PAGE as RECIPES
from tests.seed.dataset_files import write_csv
from tests.seed.test_acled_records import ROW as ACLED_ROW
from tests.seed.test_acled_records import TODAY as ACLED_COLUMNS
from tests.seed.test_ucdp_records import ROW as UCDP_ROW

# The pages' own words for what differs from one machine to the next, and for what they leave out.
PUBLISHED_AT, PUBLISHED_ON, LEFT_OUT = "2024-02-05T10:00:00Z", "2024-02-05", "…"
SERVED_AT = "127.0.0.1:8000"


def requests() -> Iterator[tuple[Block, Block]]:
    """Each block with a curl command, and the answer that stands after it; recipes are run as they are elsewhere."""
    for page in pages():
        if page == RECIPES:
            continue
        found = list(blocks(page))
        for block, following in pairwise(found):
            if block.text.startswith("curl "):
                yield block, following


def as_printed(actual: Any, published_at: str) -> Any:
    """The answer with the pages' moment of publication in place of the real one."""
    text = json.dumps(actual).replace(published_at, PUBLISHED_AT)
    return json.loads(text.replace(f" of {published_at[:10]}, ", f" of {PUBLISHED_ON}, "))


def differences(printed: Any, actual: Any, path: str = "$") -> Iterator[str]:
    """Where the answer is not what the page prints; `…` stands for what it leaves out."""
    if printed == LEFT_OUT:
        return
    if isinstance(printed, dict) and isinstance(actual, dict):
        if LEFT_OUT not in printed and printed.keys() != actual.keys():
            yield f"{path} has {sorted(actual)}, not {sorted(printed)}"
        for name in printed.keys() - {LEFT_OUT}:
            yield from differences(printed[name], actual.get(name, "nothing"), f"{path}.{name}")
    elif isinstance(printed, list) and isinstance(actual, list):
        shown = printed[:-1] if printed and printed[-1] == LEFT_OUT else printed
        if len(shown) > len(actual) or (shown is printed and len(shown) != len(actual)):
            yield f"{path} has {len(actual)} items, not {len(shown)}"
        for number, (one, other) in enumerate(zip(shown, actual, strict=False)):
            yield from differences(one, other, f"{path}[{number}]")
    elif printed != actual or type(printed) is not type(actual):
        yield f"{path} is {actual!r}, not {printed!r}"


def send(api: Api, command: str) -> Any:
    """What a curl command of the pages brings. Other options than these have no place in them."""
    program, *arguments = shlex.split(command)
    assert program == "curl"
    method, headers, address = "GET", dict[str, str](), ""
    while arguments:
        match arguments.pop(0):
            case "-s":
                pass
            case "-X":
                method = arguments.pop(0)
            case "-H":
                name, _, value = arguments.pop(0).partition(": ")
                headers[name] = value
            case option if option.startswith("-"):
                pytest.fail(f"the test knows no curl option {option}")
            case address:
                pass
    parts = urlsplit(address)
    assert parts.netloc == SERVED_AT
    return json.loads(api.ask(f"{parts.path}?{parts.query}" if parts.query else parts.path, method, headers)[1])


@pytest.mark.parametrize(("command", "answer"), list(requests()), ids=str)
def test_a_request_of_the_pages_when_sent_then_the_answer_is_as_printed(
    api: Api, command: Block, answer: Block
) -> None:
    published_at = json.loads(api.ask("/releases/1")[1])["data"]["published_at"]
    actual = as_printed(send(api, command.text), published_at)
    assert answer.language == "json"
    assert list(differences(json.loads(answer.text), actual)) == []


def test_the_pages_when_searched_for_requests_then_there_are_some_and_each_has_an_answer() -> None:
    asked = [block for block in all_blocks("sh") if "curl" in block.text and block.page != "docs/recipes.md"]
    assert [str(block) for block in asked] == [str(block) for block, _ in requests()]
    assert {block.page for block in asked} == {"README.md", "docs/api.md"}


def test_the_comparison_when_an_answer_differs_then_it_says_where() -> None:
    actual = {"a": [1, {"b": None}], "c": 0}
    assert list(differences({"a": [1, "…"], "…": "…"}, actual)) == []
    assert list(differences({"a": [1], "…": "…"}, actual)) == ["$.a has 2 items, not 1"]
    assert list(differences({"a": "…"}, actual)) == ["$ has ['a', 'c'], not ['a']"]
    assert list(differences({"a": "…", "c": None}, actual)) == ["$.c is 0, not None"]
    assert list(differences({"a": "…", "c": False}, actual)) == ["$.c is 0, not False"]


# Commands


def commands() -> list[str]:
    """Every command line of the pages' shell blocks but curl, and of README's table, without its environment."""
    lines = [line for block in all_blocks("sh") for line in block.text.splitlines()]
    lines += [name for row in table_after("README.md", "## Commands") for cell in row for name in in_backticks(cell)]
    lines += [
        name for row in table_after("CONTRIBUTING.md", "## Set up") for cell in row for name in in_backticks(cell)
    ]
    found = [line.removeprefix(".venv/bin/") for line in lines]
    wanted = ("make", "python", "PORT=", "docker")
    return sorted({line for line in found if line.startswith(wanted)})


@pytest.mark.parametrize("command", [line for line in commands() if "make" in line])
def test_a_make_command_of_the_pages_when_looked_up_then_the_makefile_has_its_target(command: str) -> None:
    words = [word for word in shlex.split(command) if "=" not in word]
    targets = re.findall(r"^([a-z-]+):(?!=)", read("Makefile"), re.MULTILINE)
    assert words[0] == "make"
    assert set(words[1:]) <= set(targets)


def test_make_run_when_asked_what_it_would_do_then_it_migrates_loads_and_serves() -> None:
    if shutil.which("make") is None:
        pytest.skip("there is no make on this machine")
    # Not as a part of the make that perhaps runs these tests.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    asked = ["make", "run", "-n"]
    done = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60)
    wanted = ["-m seed migrate", "-m seed", "-m app"]
    assert [line.partition(" ")[2] for line in done.stdout.splitlines()][-3:] == wanted


# What a command that is not simply right says by its exit code: nothing checked; a text that no source names.
EXITS = {
    "python -m seed verify": 3,
    "python -m seed verify --text FILE": 1,
    'python -m seed suppress events/SOME_ID --reason "…"': 1,
}


def test_the_seed_commands_of_the_pages_when_run_in_turn_then_they_do_what_is_said(tmp_path: Path) -> None:
    environment = environment_for(tmp_path / "events.sqlite3")
    places = {"FILE": str(tmp_path / "text"), "FOLDER": str(ROOT / "seed" / "data")}
    places["GED_FILE"] = str(write_csv(tmp_path / "ged.csv", CANDIDATE_COLUMNS, [UCDP_ROW]))
    places["ACLED_FILE"] = str(write_csv(tmp_path / "acled.csv", ACLED_COLUMNS, [ACLED_ROW]))
    places["BACKUP_FILE"] = str(tmp_path / "backup.sqlite3")
    (tmp_path / "text").write_text("not the article")
    listed = [command for command in commands() if command.startswith("python -m seed")]
    # It would write into the sources; what it writes has a test of its own.
    listed.remove("python -m seed schema")
    for command in ["python -m seed migrate", *listed]:
        arguments = [places.get(word, word) for word in shlex.split(command)[1:]]
        done = run_python(environment, *arguments)
        assert done.returncode == EXITS.get(command, 0), f"{command}: {done.stdout}{done.stderr}"
    assert run_python(environment, "-m", "seed", "schema", "--help").returncode == 0
    assert "Nothing new" in run_python(environment, "-m", "seed").stdout


def test_the_seed_commands_when_the_program_lists_them_then_readme_has_them_all(tmp_path: Path) -> None:
    usage = run_python(environment_for(tmp_path / "none.sqlite3"), "-m", "seed", "--help").stdout
    listed = re.findall(r"^    (\w+) ", usage, re.MULTILINE)
    assert {"migrate", "verify"} <= set(listed)
    for name in listed:
        assert any(command.startswith(f"python -m seed {name}") for command in commands()), name


def test_docker_compose_when_read_then_it_publishes_the_port_that_readme_names() -> None:
    compose = yaml.safe_load(read("docker-compose.yml"))
    published = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert "docker compose up" in commands()
    assert [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", port) for port in published] == ["127.0.0.1:8000:8000"]
    assert "http://localhost:8000" in read("README.md")


# Tables


def setting_rows() -> list[list[str]]:
    rows = []
    for name, setting in Settings.model_fields.items():
        default = ",".join(setting.default) if isinstance(setting.default, tuple) else setting.default
        rows.append(
            [f"`{name.upper()}`", "not set" if default in (None, "") else f"`{default}`", str(setting.description)]
        )
    return rows


def test_the_table_of_settings_when_held_against_the_class_then_it_is_the_same() -> None:
    wanted = "\n".join(f"| {' | '.join(row)} |" for row in setting_rows())
    assert table_after("README.md", "## Settings") == setting_rows(), f"the table should be:\n{wanted}"


def is_path(word: str) -> bool:
    return "/" in word or word.endswith((".py", ".toml", ".csv", ".md", ".yaml"))


@pytest.mark.parametrize("row", table_after("README.md", "## To change something"), ids=lambda row: str(row[0]))
def test_a_row_of_to_change_something_when_read_then_its_files_are_there_and_have_its_names(row: list[str]) -> None:
    words = [word for word in in_backticks(row[1]) if not word.startswith("python ")]
    files = [ROOT / word for word in words if is_path(word)]
    assert files
    assert [file for file in files if not file.exists()] == []
    texts = "".join(file.read_text(encoding="utf-8") for file in files if file.is_file())
    for name in (word for word in words if not is_path(word)):
        assert re.search(rf"^ *(class )?{name}\b", texts, re.MULTILINE), name


def test_a_format_when_registered_then_the_parameter_takes_it(api: Api) -> None:
    of_events = [*(name for name, format_ in FORMATS.items() if format_.serves(EVENTS)), "html"]
    assert of_events == list(representations_of(EVENTS))
    for path in ("/events", "/events/2024-01-28-tower-22-drone-attack"):
        status, body = api.ask(f"{path}?format=nonsense")
        assert status == 400
        assert json.loads(body)["errors"][0]["detail"].endswith(f"is not one of {', '.join(of_events)}")
        assert [api.ask(f"{path}?format={name}")[0] for name in of_events] == [200] * len(of_events)


def test_the_adrs_when_listed_then_their_numbers_are_their_names_and_none_is_twice() -> None:
    adrs = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(adr.name[:4]) for adr in adrs]
    assert numbers == sorted(set(numbers))
    for adr, number in zip(adrs, numbers, strict=True):
        content = adr.read_text(encoding="utf-8")
        assert content.startswith(f"# {number}. "), adr.name
        headings = re.findall(r"^## (.+)$", content, re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "Alternatives"], adr.name


# Everything that the pages name


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_when_its_links_are_followed_then_they_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", without_blocks(page))
    local = [target.partition("#")[0] for target in targets if not target.startswith(("https://", "http://"))]
    assert [target for target in local if target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_when_searched_then_it_names_no_place_of_one_machine(page: Path) -> None:
    content = page.read_text(encoding="utf-8")
    assert re.findall(r"(?:^|[\s`(\"'])/(?:home|work|root|Users|tmp|opt)/\S*", content) == []
    assert str(ROOT) not in content


@pytest.mark.parametrize(
    "page",
    [page for page in pages() if page.name != "CHANGELOG.md"],
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_a_page_when_it_names_a_file_of_the_project_then_it_is_there(page: Path) -> None:
    named = [
        word
        for word in in_backticks(without_blocks(page))
        if re.fullmatch(r"(app|seed|tests|docs|migrations)/[\w./-]+", word)
    ]
    assert [word for word in named if not (ROOT / word).exists()] == []


@pytest.mark.parametrize("block", all_blocks("json"), ids=str)
def test_a_json_block_when_parsed_then_it_is_json(block: Block) -> None:
    json.loads(block.text)


def test_the_blocks_of_the_pages_when_listed_then_each_has_a_language_that_is_checked() -> None:
    drawings = {"README.md", "docs/architecture.md"}
    checked = ("sh", "json", "yaml")
    unknown = [
        str(block) for page in pages() if page != RECIPES for block in blocks(page) if block.language not in checked
    ]
    assert {name.partition(":")[0] for name in unknown} <= drawings
    assert len(unknown) <= 2
