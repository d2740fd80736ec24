"""The commands that import datasets: `python -m seed ucdp …` and `python -m seed acled …`."""

import argparse
import json
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.settings import Settings
from seed.database import DRIVERS_FAULTS, lock_for_writing, make_write_engine, require_schema, tidy
from seed.dataset_loader import ImportRefused, load_dataset
from seed.dataset_report import DatasetReport
from seed.dataset_scope import Scope
from seed.dataset_telling import DatasetFile, Teller
from seed.first_load import check_keys_later
from seed.importers import acled, ucdp
from seed.importers.datasets import DatasetEvent, Reject
from seed.importers.fetching import as_local_file
from seed.importers.tables import MOST_BYTES, BrokenRecord, Record, Table, open_table
from seed.importers.versions import UcdpVersion, read_version, version_in_name
from seed.second_process import SecondProcess

# Smaller files are told sooner than another process is there.
WORTH_A_PROCESS_BYTES = 2_000_000
BAR_WIDTH, RECORDS_A_LINE = 30, 50_000


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
        command.add_argument(
            "--most-bytes", type=int, default=MOST_BYTES, metavar="N", help="what a file may hold, unpacked"
        )
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
    with ExitStack() as ends:
        paths = [ends.enter_context(as_local_file(file, options.most_bytes)) for file in options.files]
        files = [as_dataset_file(path) for path in paths]
        engine = make_write_engine(settings.write_url)
        ends.callback(engine.dispose)
        with engine.begin() as connection, ExitStack() as processes:
            lock_for_writing(connection)
            require_schema(connection)
            is_large = sum(path.stat().st_size for path in paths) >= WORTH_A_PROCESS_BYTES
            is_first = is_large and check_keys_later(connection, origin)
            if is_large:
                teller: Teller | SecondProcess = processes.enter_context(
                    SecondProcess(settings.write_url, origin, files)
                )
            else:
                teller = Teller(connection, origin, files)
            report = load_dataset(
                connection,
                origin,
                files,
                allow_withdrawals=options.allow_withdrawals,
                allow_older=options.allow_older,
                say=_say_progress,
                teller=teller,
                check_keys_at_the_end=is_first,
            )
        if report.release:
            _tidy(engine, report.release, compact=is_first)
    _tell(report, options.report)
    return 0


def _tidy(engine: Engine, release: int, *, compact: bool) -> None:
    """What makes no difference to the release: where there is no room for it, the release is published all the same."""
    try:
        tidy(engine, compact=compact)
    except (DBAPIError, *DRIVERS_FAULTS) as fault:
        said = " ".join(str(fault).split())
        print(f"Release {release} is published. The database could not be tidied up: {said}", file=sys.stderr)


def _ucdp_file(options: argparse.Namespace, path: Path) -> DatasetFile:
    version = _version(options.release, path)
    source = ucdp.source_of(version.text)
    scope = Scope(options.scope) if options.scope else Scope.FILE if version.is_yearly else Scope.NONE
    read = Reading(path, ucdp.NEEDED, ucdp.CANDIDATE_COLUMNS, partial(_ucdp_facts, source.id), options.most_bytes)
    outdated = partial(_is_outdated_by, version)
    return DatasetFile(path.name, source, ucdp.claimant_of(source.id), scope, read, outdated, read.share_read)


class Reading:
    """Reads a file's records as facts. It is sent to another process, so it holds no file that is open."""

    def __init__(
        self,
        path: Path,
        needed: Collection[str],
        headerless: Sequence[str],
        facts_of: Callable[[Record | BrokenRecord], DatasetEvent | Reject],
        most_bytes: int,
    ) -> None:
        self._open = partial(open_table, path, needed, headerless, most_bytes)
        self._facts_of = facts_of
        self._table: Table | None = None

    def __call__(self) -> Iterator[DatasetEvent | Reject]:
        with self._open() as table:
            self._table = table
            yield from map(self._facts_of, table.records())

    def share_read(self) -> float | None:
        """How much of the file has been read, from 0 to 1."""
        return self._table.share_read() if self._table else None


def _ucdp_facts(source: str, record: Record | BrokenRecord) -> DatasetEvent | Reject:
    return ucdp.facts_of(record, source)


def _is_outdated_by(version: UcdpVersion, loaded: str) -> bool:
    other = read_version(loaded.removeprefix(f"{ucdp.FAMILY}-"))
    return other is not None and version.is_outdated_by(other)


def _is_never_outdated(_: str) -> bool:
    return False


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
    reading = acled.AcledOptions(source.id, zero_means_zero=options.zero_means_zero)
    read = Reading(path, acled.NEEDED, (), partial(acled.facts_of, options=reading), options.most_bytes)
    scope = Scope(options.scope or "none")
    claimant = acled.claimant_of(source.id)
    return DatasetFile(path.name, source, claimant, scope, read, _is_never_outdated, read.share_read)


def _say_progress(file: str, number: int, share: float | None) -> None:
    """A bar that grows on a terminal, a line now and then in a log."""
    records = f"{number:,} records"
    if sys.stderr.isatty():
        done = round((share or 0) * BAR_WIDTH)
        bar = f"[{'#' * done}{'.' * (BAR_WIDTH - done)}] {share or 0:4.0%}"
        print(f"\r{file}: {bar}, {records}", end="", file=sys.stderr, flush=True)
    elif number and number % RECORDS_A_LINE == 0:
        print(f"{file}: {records}", file=sys.stderr, flush=True)


def _tell(report: DatasetReport, file: Path | None) -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
    for line in report.lines():
        print(line)
    if file is not None:
        file.write_text(json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
