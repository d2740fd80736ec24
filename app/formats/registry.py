"""All formats by name. To add one: a module beside this, a line here."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from app.formats.answers import About, Batches, Shape, about_item, about_list
from app.formats.bibliographies import Write, cites_sources, has_references, write_bibtex, write_csl_json, write_ris
from app.formats.csv_text import write_csv
from app.formats.geojson_text import write_geojson
from app.formats.json_text import item_as_json, list_as_json
from app.formats.ndjson_text import write_ndjson
from app.formats.parquet_file import write_parquet
from app.formats.xlsx_file import MOST_ROWS as MOST_ROWS_OF_XLSX
from app.formats.xlsx_file import write_xlsx
from app.schemas.answers import ItemLinks, ItemMeta, ListLinks, ListMeta
from app.schemas.columns.tables import NO_COLUMNS, Table
from app.schemas.stats import StatsMeta

_TEXT: Mapping[str, str] = {"type": "string"}
_BINARY: Mapping[str, str] = {"type": "string", "format": "binary"}

WriteList = Callable[[Sequence[bytes], ListMeta | StatsMeta, ListLinks | ItemLinks, Shape], bytes]
WriteItem = Callable[[bytes, ItemMeta, ItemLinks, Shape], bytes]
WriteStream = Callable[[Batches, About, Shape], Iterator[bytes]]


def has_columns(table: Table) -> bool:
    """Whether a resource is one of rows and columns."""
    return table is not NO_COLUMNS


def has_points(table: Table) -> bool:
    """Whether the rows of a resource are somewhere."""
    return table.find_points is not None


@dataclass(frozen=True, slots=True)
class Format:
    """A representation: its name in `format=`, its media types, and how a page, an item and a stream are written."""

    name: str
    media_type: str
    """What `Content-Type` says."""
    write_list: WriteList
    write_item: WriteItem
    write_stream: WriteStream | None = None
    """Writes all rows of a list, a batch at a time; None where `limit=all` is not to be had."""
    suffix: str = ""
    is_download: bool = False
    """Whether a browser is to save it rather than show it."""
    is_packed: bool = False
    """Whether its bytes are compressed already."""
    takes_columns: bool = False
    """Whether `fields` takes columns, beside the document's members."""
    also_known_as: tuple[str, ...] = ()
    """Other media types that `Accept` may ask for it by."""
    most_rows: int | None = None
    """How many rows `limit=all` may come to."""
    serves: Callable[[Table], bool] = has_columns
    """Which resources it exists for."""
    schema: Mapping[str, Any] = field(default_factory=lambda: _TEXT)
    """What OpenAPI says of it."""
    takes_fields: bool = True
    """Whether `fields` picks anything at all."""
    wants_sources: Callable[[Table], bool] = lambda _: False
    """Whether rows of a resource are to bring the documents of the sources that they cite, as `sources_cited`."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers that every answer of it has."""
    edition: str = ""
    """What its bytes hang on beside the documents, and changes with the program: a part of their ETag."""
    names_root: bool = False
    """Whether it says where the API is reached."""


def _written_as_a_stream(
    name: str,
    media_type: str,
    write: WriteStream,
    *,
    suffix: str,
    is_download: bool = False,
    is_packed: bool = False,
    takes_columns: bool = True,
    also_known_as: tuple[str, ...] = (),
    most_rows: int | None = None,
    serves: Callable[[Table], bool] = has_columns,
    schema: Mapping[str, str] = _TEXT,
) -> Format:
    """A format whose pages and items are written as its streams are."""

    def write_list(
        documents: Sequence[bytes], meta: ListMeta | StatsMeta, links: ListLinks | ItemLinks, shape: Shape
    ) -> bytes:
        return b"".join(write([documents], about_list(meta, links), shape))

    def write_item(document: bytes, meta: ItemMeta, links: ItemLinks, shape: Shape) -> bytes:
        rows = shape.table.rows_of(document) if shape.table.rows_of else [document]
        return b"".join(write([rows], about_item(meta, links), shape))

    return Format(
        name,
        media_type,
        write_list,
        write_item,
        write,
        suffix,
        is_download,
        is_packed,
        takes_columns,
        also_known_as,
        most_rows,
        serves,
        schema,
    )


JSON = Format(
    "json",
    "application/json",
    lambda documents, meta, links, shape: list_as_json(documents, meta, links, shape.fields),
    lambda document, meta, links, _: item_as_json(document, meta, links),
    serves=lambda _: True,
)
CSV = _written_as_a_stream("csv", "text/csv; charset=utf-8", write_csv, suffix=".csv", is_download=True)
NDJSON = _written_as_a_stream(
    "ndjson",
    "application/x-ndjson",
    write_ndjson,
    suffix=".ndjson",
    takes_columns=False,
    also_known_as=("application/ndjson", "application/jsonl"),
)
GEOJSON = _written_as_a_stream(
    "geojson",
    "application/geo+json",
    write_geojson,
    suffix=".geojson",
    also_known_as=("application/vnd.geo+json",),
    serves=has_points,
    schema={"type": "object"},
)
PARQUET = _written_as_a_stream(
    "parquet",
    "application/vnd.apache.parquet",
    write_parquet,
    suffix=".parquet",
    is_download=True,
    is_packed=True,
    also_known_as=("application/x-parquet",),
    schema=_BINARY,
)
XLSX = _written_as_a_stream(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write_xlsx,
    suffix=".xlsx",
    is_download=True,
    is_packed=True,
    most_rows=MOST_ROWS_OF_XLSX,
    schema=_BINARY,
)


def _bibliography(
    name: str, media_type: str, write: Write, *, suffix: str, also_known_as: tuple[str, ...] = ()
) -> Format:
    """A format of references: whole ones, a page at a time."""
    return Format(
        name,
        media_type,
        write,
        lambda document, meta, links, shape: write([document], meta, links, shape),
        suffix=suffix,
        is_download=True,
        takes_fields=False,
        wants_sources=cites_sources,
        also_known_as=also_known_as,
        serves=has_references,
    )


BIBTEX = _bibliography(
    "bibtex",
    "application/x-bibtex; charset=utf-8",
    write_bibtex,
    suffix=".bib",
    also_known_as=("text/x-bibtex",),
)
CSL_JSON = replace(
    _bibliography("csl-json", "application/vnd.citationstyles.csl+json", write_csl_json, suffix=".csl.json"),
    schema={
        "type": "array",
        "items": {
            "type": "object",
            "required": ["id", "type"],
            "properties": {"id": {"type": "string"}, "type": {"type": "string"}},
        },
    },
)
RIS = _bibliography("ris", "application/x-research-info-systems; charset=utf-8", write_ris, suffix=".ris")

# In the order of preference, where a client takes several alike.
FORMATS: Mapping[str, Format] = {
    format_.name: format_ for format_ in (JSON, GEOJSON, CSV, NDJSON, PARQUET, XLSX, BIBTEX, CSL_JSON, RIS)
}


@cache
def formats_of(table: Table) -> Mapping[str, Format]:
    """The formats that a resource is served in, by name."""
    return {name: format_ for name, format_ in FORMATS.items() if format_.serves(table)}


def names_of(formats: Iterable[Format]) -> str:
    """Formats as a client may ask for them, for messages: `json (application/json), …`."""
    return ", ".join(f"{format_.name} ({format_.media_type.partition(';')[0]})" for format_ in formats)
