"""Parquet: typed columns with their descriptions, and what is said of the answer as key-value metadata."""

from collections.abc import Iterator, Mapping, Sequence
from io import RawIOBase
from typing import TYPE_CHECKING, Any

import orjson

from app.formats.answers import About, Batches, Shape
from app.schemas.columns.tables import Column, Kind, Picked

if TYPE_CHECKING:
    import pyarrow

# A reader skips or reads a group whole; one is held in memory while it is written.
ROWS_IN_A_GROUP = 5_000


class _Outbox(RawIOBase):
    """What was written since it was last taken."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written.append(bytes(data))
        return len(self._written[-1])

    def take(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        return taken


def write_parquet(batches: Batches, about: About, shape: Shape) -> Iterator[bytes]:
    """The file, a group of rows at a time. Without rows it has its schema all the same."""
    # Imported here: it takes long to load, and most processes never write such a file.
    import pyarrow  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    picked = shape.pick()
    schema = pyarrow.schema([_field(column) for column in picked.columns], metadata=_said(about))
    outbox = _Outbox()
    with parquet.ParquetWriter(pyarrow.PythonFile(outbox, mode="w"), schema, compression="zstd") as writer:
        held: list[pyarrow.RecordBatch] = []
        for documents in batches:
            held.append(_batch(documents, picked, schema))
            if sum(batch.num_rows for batch in held) >= ROWS_IN_A_GROUP:
                writer.write_table(pyarrow.Table.from_batches(held, schema))
                held.clear()
            yield outbox.take()
        if any(batch.num_rows for batch in held):
            writer.write_table(pyarrow.Table.from_batches(held, schema))
    yield outbox.take()


def _field(column: Column) -> "pyarrow.Field":
    said = {"description": column.description} | ({"unit": column.unit} if column.unit else {})
    return _of_pyarrow().field(column.name, _type_of(column.kind), metadata=said)


def _type_of(kind: Kind) -> "pyarrow.DataType":
    pa = _of_pyarrow()
    types: Mapping[Kind, Any] = {
        Kind.TEXT: pa.string(),
        Kind.INTEGER: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.BOOLEAN: pa.bool_(),
        Kind.DATE: pa.date32(),
        Kind.INSTANT: pa.timestamp("us", tz="UTC"),
        Kind.TEXTS: pa.list_(pa.string()),
        Kind.INTEGERS: pa.list_(pa.int64()),
        Kind.JSON: pa.string(),
    }
    return types[kind]


def _batch(documents: Sequence[bytes], picked: Picked, schema: "pyarrow.Schema") -> "pyarrow.RecordBatch":
    rows = [picked.read(orjson.loads(document)) for document in documents]
    values = list(zip(*rows, strict=True)) or [()] * len(picked.columns)
    arrays = [
        _array(column.kind, of_column, field.type)
        for column, of_column, field in zip(picked.columns, values, schema, strict=True)
    ]
    return _of_pyarrow().RecordBatch.from_arrays(arrays, schema=schema)


def _array(kind: Kind, values: Sequence[Any], to: "pyarrow.DataType") -> "pyarrow.Array":
    pa = _of_pyarrow()
    if kind in (Kind.DATE, Kind.INSTANT):
        return pa.array(values, pa.string()).cast(to)
    if kind is Kind.JSON:
        values = [None if value is None else orjson.dumps(value).decode() for value in values]
    return pa.array(values, to)


def _said(about: About) -> dict[str, str]:
    """`meta` and the permalink: texts as they are, all else as JSON."""
    said = {**about.meta, "permalink": about.links["permalink"]}
    return {name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in said.items()}


def _of_pyarrow() -> Any:
    import pyarrow  # noqa: PLC0415

    return pyarrow
