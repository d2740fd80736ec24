"""The commands: `python -m seed [COMMAND]`. Parses, calls, and says in plain words what happened."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from app.settings import Settings, WrongSettings, read_settings
from seed.backup import BackupRefused, back_up
from seed.database import (
    WrongSchema,
    erase_what_is_deleted,
    lock_for_writing,
    make_write_engine,
    migrate,
    purge,
    require_schema,
)
from seed.dataset_commands import add_dataset_commands
from seed.dataset_loader import ImportRefused
from seed.importers.facts import ARTICLE_FACTS, FactsRefused, read_facts
from seed.importers.tables import FileRefused
from seed.loader import LoadRefused, changed_anything, load
from seed.publish import Published, publish
from seed.record import find_stored_citations
from seed.rows import FACTS_ORIGIN
from seed.schema import write_facts_schema
from seed.second_process import ReaderLost
from seed.suppression import SuppressedBefore, SuppressionRefused, suppress
from seed.verify import cited_rows, text_hashes, verify_citations


class CommandFailed(Exception):
    """A command that could not do what it was asked; its text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 where it did what was asked."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options, read_settings()))
    except (
        BackupRefused,
        CommandFailed,
        FactsRefused,
        FileRefused,
        ImportRefused,
        ReaderLost,
        LoadRefused,
        SuppressionRefused,
        WrongSchema,
        WrongSettings,
    ) as refusal:
        print(refusal, file=sys.stderr)
    except DBAPIError as error:
        said = " ".join(str(error.orig).split())
        print(f"Nothing was written. The database says: {said}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m seed", description="Load facts and publish releases.")
    parser.set_defaults(run=load_facts, facts=None)
    commands = parser.add_subparsers(metavar="COMMAND")
    facts = commands.add_parser("facts", help="load the facts' YAML files and publish a release (the default)")
    facts.add_argument("--facts", type=Path, metavar="FOLDER", help="facts to load in place of the project's own")
    facts.set_defaults(run=load_facts)
    add_dataset_commands(commands)
    suppressing = commands.add_parser("suppress", help="take things out of every release, for ever")
    suppressing.add_argument("paths", nargs="+", metavar="PATH", help="such as events/ucdp-1")
    suppressing.add_argument("--reason", required=True, help="kept in the database for you, and never served")
    suppressing.set_defaults(run=suppress_things)
    migrating = commands.add_parser("migrate", help="bring the schema up to date, and the reader's rights with it")
    migrating.set_defaults(run=migrate_schema)
    backing_up = commands.add_parser("backup", help="copy an SQLite database while it is in use")
    backing_up.add_argument("file", type=Path, metavar="FILE", help="where to; it must not be there yet")
    backing_up.set_defaults(run=back_up_database)
    verifying = commands.add_parser("verify", help="check that every quote stands in its source's text")
    verifying.add_argument("--text", type=Path, metavar="FILE", help="the text of a source")
    verifying.set_defaults(run=verify_quotes)
    schema = commands.add_parser("schema", help="write the editors' JSON schema of the facts' files")
    schema.set_defaults(run=write_schema)
    return parser


def load_facts(options: argparse.Namespace, settings: Settings) -> int:
    """Validate all facts, then write and publish them in one transaction."""
    facts = read_facts(options.facts or ARTICLE_FACTS)
    engine = make_write_engine(settings.write_url)
    try:
        with engine.begin() as connection:
            lock_for_writing(connection)
            require_schema(connection)
            loaded = load(connection, facts, FACTS_ORIGIN)
            published = publish(connection)
        if changed_anything(loaded) or published:
            _say_what_was_published(published)
        else:
            unchanged = ", ".join(f"{compared.unchanged} {kind}s" for kind, compared in loaded.items())
            print(f"Nothing new: {unchanged} are as they were.")
    finally:
        engine.dispose()
    return 0


def suppress_things(options: argparse.Namespace, settings: Settings) -> int:
    """Suppress things, and leave nothing of them in the database's file."""
    engine = make_write_engine(settings.write_url)
    try:
        with engine.begin() as connection:
            erase_what_is_deleted(connection)
            lock_for_writing(connection)
            require_schema(connection)
            published = suppress(connection, options.paths, options.reason)
        _say_what_was_published(published)
        purge(engine)
    except SuppressedBefore:
        # A command that was killed since may not have come as far as this.
        purge(engine)
        raise
    finally:
        engine.dispose()
    print("Caches may hold answers for a day: purge them, and take backups out of use. docs/operations.md says how.")
    return 0


def _say_what_was_published(published: Published | None) -> None:
    if published is None:
        print("The record changed, but no document did: no new release.")
        return
    print(f"Published release {published.number}:")
    for resource, changes in published.changes.items():
        counts = ", ".join(f"{number} {what}" for what, number in changes.counts().items() if number)
        print(f"  {resource:<10} {counts or 'unchanged'}")


def migrate_schema(_: argparse.Namespace, settings: Settings) -> int:
    """Bring the schema up to date."""
    migrate(settings)
    print("The schema is up to date.")
    return 0


def back_up_database(options: argparse.Namespace, settings: Settings) -> int:
    """Copy the database to a file."""
    size = back_up(settings.write_url, options.file)
    print(f"Wrote {options.file}: {size:,} bytes, checked.")
    return 0


def verify_quotes(options: argparse.Namespace, settings: Settings) -> int:
    """Check the citations of the facts' files, and those of the database where there is one."""
    text = _read_text(options.text) if options.text else None
    facts = read_facts()
    reports = {"The facts' files": verify_citations(cited_rows(facts), text_hashes(facts), text)}
    if stored := find_stored_citations(settings.write_url):
        reports["The database"] = verify_citations(*stored, text)
    for what, report in reports.items():
        print(f"{what}:", *report.lines(), sep="\n  ")
    return max(report.exit_code for report in reports.values())


def _read_text(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read: {error.strerror}.") from None


def write_schema(_: argparse.Namespace, __: Settings) -> int:
    """Write the editors' schema beside the facts."""
    write_facts_schema()
    print("Wrote the schema of the facts' files.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
