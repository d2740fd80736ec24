"""The commands that import datasets: `python -m seed ucdp …` and `python -m seed acled …`."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from app.settings import Settings
from seed.database import lock_for_writing, make_write_engine, require_schema
from seed.dataset_loader import DatasetFile, ImportRefused, Scope, load_dataset
from seed.dataset_report import DatasetReport
from seed.importers import acled, ucdp
from seed.importers.datasets import DatasetEvent, Reject
from seed.importers.fetching import as_local_file
from seed.importers.tables import open_table
from seed.importers.versions import UcdpVersion, read_version, version_in_name


def add_dataset_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both commands to the program's."""
    for name, what, run in (
        ("ucdp", "import UCDP GED files (csv, gzip, zip) as one release", import_ucdp),
        ("acled", "import your own ACLED exports as one release", import_acled),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("files", nargs="+", metavar="PATH_OR_URL")
        command.add_argument(
            "--release", metavar="V", help="the dataset's release, where the file's name does not say it"
        )
        command.add_argument(
            "--scope",
            choices=[scope.value for scope in Scope],
            help="what is withdrawn where the files do not hold it any more: `file`, the countries and years of the"
            " files (the default for a yearly UCDP file); `all`, anything of the dataset; `none`, nothing (the default"
            " for others)",
        )
        command.add_argument("--allow-withdrawals", action="store_true", help="even where much would be withdrawn")
        command.add_argument("--allow-older", action="store_true", help="even a release that a loaded one has revised")
        command.add_argument("--report", type=Path, metavar="FILE", help="write the whole report as JSON")
        command.set_defaults(run=run)
    command.add_argument("--zero-means-zero", action="store_true", help="0 fatalities means that nobody was killed")


def import_ucdp(options: argparse.Namespace, settings: Settings) -> int:
    """Import UCDP GED files."""
    return _import(options, settings, ucdp.FAMILY, partial(_ucdp_file, options))


def import_acled(options: argparse.Namespace, settings: Settings) -> int:
    """Import ACLED exports."""
    print(acled.TERMS)
    return _import(options, settings, acled.FAMILY, partial(_acled_file, options))


def _import(
    options: argparse.Namespace, settings: Settings, origin: str, as_dataset_file: Callable[[Path], DatasetFile]
) -> int:
    with ExitStack() as copies:
        files = [as_dataset_file(copies.enter_context(as_local_file(file))) for file in options.files]
        engine = make_write_engine(settings.write_url)
        try:
            with engine.begin() as connection:
                lock_for_writing(connection)
                require_schema(connection)
                report = load_dataset(
                    connection,
                    origin,
                    files,
                    allow_withdrawals=options.allow_withdrawals,
                    allow_older=options.allow_older,
                    say=_say_progress,
                )
        finally:
            engine.dispose()
    _tell(report, options.report)
    return 0


def _ucdp_file(options: argparse.Namespace, path: Path) -> DatasetFile:
    version = _version(options.release, path)
    source = ucdp.source_of(version.text)
    scope = Scope(options.scope) if options.scope else Scope.FILE if version.is_yearly else Scope.NONE

    def records() -> Iterator[DatasetEvent | Reject]:
        with open_table(path, ucdp.NEEDED, ucdp.CANDIDATE_COLUMNS) as table:
            yield from (ucdp.facts_of(record, source.id) for record in table.records())

    def is_outdated_by(loaded: str) -> bool:
        other = read_version(loaded.removeprefix(f"{ucdp.FAMILY}-"))
        return other is not None and version.is_outdated_by(other)

    return DatasetFile(path.name, source, ucdp.claimant_of(source.id), scope, records, is_outdated_by)


def _version(given: str | None, path: Path) -> UcdpVersion:
    version = read_version(given) if given else version_in_name(path.name)
    if version is None:
        problem = (
            f"{given!r} is no release of UCDP GED"
            if given
            else f"The name {path.name} does not say which release it is"
        )
        raise ImportRefused(f"{problem}: give it as --release 24.1.")
    return version


def _acled_file(options: argparse.Namespace, path: Path) -> DatasetFile:
    if not options.release:
        raise ImportRefused("An ACLED export has no release of its own: name it, for example --release 2024-03-01.")
    source = acled.source_of(options.release)
    facts_of = partial(acled.facts_of, options=acled.AcledOptions(source.id, zero_means_zero=options.zero_means_zero))

    def records() -> Iterator[DatasetEvent | Reject]:
        with open_table(path, acled.NEEDED) as table:
            yield from map(facts_of, table.records())

    return DatasetFile(path.name, source, acled.claimant_of(source.id), Scope(options.scope or "none"), records)


def _say_progress(file: str, number: int) -> None:
    """One line that grows on a terminal, a line now and then in a log."""
    if sys.stderr.isatty():
        print(f"\r{file}: {number:,} records", end="", file=sys.stderr, flush=True)
    elif number % 50_000 < 1000:
        print(f"{file}: {number:,} records", file=sys.stderr, flush=True)


def _tell(report: DatasetReport, file: Path | None) -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
    for line in report.lines():
        print(line)
    if file is not None:
        file.write_text(json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
