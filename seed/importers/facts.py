"""Reads the facts' YAML files into one validated collection. Pure: no SQL, nothing written.

Either every row of every file is right, or all faults are told at once and nothing is taken.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from seed.importers.fact_rows import Found, Place, top_rows
from seed.importers.fact_shapes import KINDS, faults_of_shape, validate_facts
from seed.importers.fact_texts import faults_of_texts
from seed.importers.faults import FactsRefused, Fault, Steps, row_name
from seed.importers.references import faults_of_references
from seed.importers.yaml_lines import Document, read_document
from seed.neutral_facts import Facts

__all__ = ["ARTICLE_FACTS", "FactsRefused", "Fault", "read_facts"]

ARTICLE_FACTS = Path(__file__).parent.parent / "data"
_ENDINGS = {".yaml", ".yml"}


def read_facts(folder: Path = ARTICLE_FACTS) -> Facts:
    """The facts of all `.yaml` and `.yml` files under a folder, in the order of the files' names.

    Raises FactsRefused with every fault of every file.
    """
    files = _files(folder)
    if not files:
        raise FactsRefused([Fault(str(folder), 1, "", "there is no .yaml file in this folder")])
    documents = [read_document(file, file.relative_to(folder).as_posix()) for file in files]
    faults = list(_faults(documents))
    if faults:
        raise FactsRefused(faults)
    parts = [validate_facts(document.value) for document in documents]
    return Facts(**{kind: tuple(chain.from_iterable(getattr(part, kind) for part in parts)) for kind in KINDS})


def _files(folder: Path) -> list[Path]:
    """Editors' backups and swap files begin with a dot and are left out."""
    files = (file for file in folder.rglob("*") if file.suffix in _ENDINGS and not file.name.startswith("."))
    return sorted((file for file in files if file.is_file()), key=lambda file: file.relative_to(folder).as_posix())


def _faults(documents: Sequence[Document]) -> Iterator[Fault]:
    for document in documents:
        for line, path, reason in document.slips:
            yield Fault(document.name, line, _row(document, path), reason)
    found = chain(_misshapen(documents), faults_of_references(documents), faults_of_texts(documents))
    for place, reason in ((one.place, one.reason) for one in found):
        document = place.document
        yield Fault(document.name, document.line_of(place.path), _row(document, place.path), reason)


def _misshapen(documents: Sequence[Document]) -> Iterator[Found]:
    for document in documents:
        slipped = {path for _, path, _ in document.slips}
        for path, reason in faults_of_shape(document.value):
            # A value that could not be read is nothing; that something was wanted there is no second fault.
            if path not in slipped:
                yield Found(Place(document, path), reason)


def _row(document: Document, path: Steps) -> str:
    """The innermost list's row around a value, with the id of the whole row."""
    while path and isinstance(path[-1], str):
        path = path[:-1]
    if not path:
        return ""
    top = next((row for row in top_rows([document], str(path[0])) if row.place.path == path[:2]), None)
    return row_name(path, top.text("id") if top else None)
