"""Feature collections and features as OGC API – Features wants them: GeoJSON with links and counts beside."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from app.formats.answers import Shape
from app.formats.geojson_text import feature_of

Link = Mapping[str, str]


def write_features(
    documents: Sequence[bytes], matched: int | None, meta: Mapping[str, Any], links: Sequence[Link], shape: Shape
) -> bytes:
    """One page; `matched` is None where it was not counted, and is then left out."""
    picked = shape.pick()
    counted = {} if matched is None else {"numberMatched": matched}
    return orjson.dumps(
        {
            "type": "FeatureCollection",
            "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **counted,
            "numberReturned": len(documents),
            "links": links,
            "meta": meta,
            "features": [feature_of(orjson.loads(document), shape.table, picked) for document in documents],
        }
    )


def write_feature(document: bytes, meta: Mapping[str, Any], links: Sequence[Link], shape: Shape) -> bytes:
    """One feature."""
    feature = feature_of(orjson.loads(document), shape.table, shape.pick())
    return orjson.dumps({**feature, "links": links, "meta": meta})
