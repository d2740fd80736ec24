"""GeoJSON by RFC 7946: a feature a row, its columns as properties; what is JSON in a column stands there as it is.

Several places are a MultiPoint, and no known point is `"geometry": null`: a place is never guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from app.formats.answers import About, Batches, Shape
from app.schemas.columns.tables import Picked, Point, Table


def write_geojson(batches: Batches, about: About, shape: Shape) -> Iterator[bytes]:
    """A collection with `meta` and `links` before its features, or the one feature of an item with both after it."""
    picked = shape.pick()
    said = b'"meta":%b,"links":%b' % (orjson.dumps(about.meta), orjson.dumps(about.links))
    if about.is_item:
        for document in (document for documents in batches for document in documents):
            yield b"%b,%b}" % (_feature(orjson.loads(document), shape.table, picked)[:-1], said)
        return
    begins = b'{"type":"FeatureCollection",%b,"features":[' % said
    for documents in batches:
        if documents:
            features = [_feature(orjson.loads(document), shape.table, picked) for document in documents]
            yield begins + b",\n".join(features)
            begins = b",\n"
    yield b"]}" if begins == b",\n" else begins + b"]}"


def _feature(document: Mapping[str, Any], table: Table, picked: Picked) -> bytes:
    return orjson.dumps(feature_of(document, table, picked))


def feature_of(document: Mapping[str, Any], table: Table, picked: Picked) -> dict[str, Any]:
    """A row as a feature, in JSON's own types."""
    properties = {
        column.name: value
        for column, value in zip(picked.columns, picked.read(document), strict=True)
        # What a document was published without, it does not get later: its text stays the same for ever.
        if value is not None or column.member in document
    }
    points = table.find_points(document) if table.find_points else []
    return {"type": "Feature", "id": document["id"], "geometry": _geometry(points), "properties": properties}


def _geometry(points: Sequence[Point]) -> dict[str, Any] | None:
    if not points:
        return None
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "MultiPoint", "coordinates": points}
