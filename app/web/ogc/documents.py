"""What OGC API – Features says of itself: landing page, conformance and collections, as JSON's own types."""

from typing import Any

from app.params.features import CRS84
from app.queries.extents import Extent

JSON = "application/json"
GEOJSON = "application/geo+json"
OPENAPI_3_0 = "application/vnd.oai.openapi+json;version=3.0"
CLASSES = ("core", "oas30", "geojson")
COLLECTION = "/ogc/collections/events"
ITEMS = f"{COLLECTION}/items"
TITLE = "Conflict events"
DESCRIPTION = "Conflict events in which every row carries a citation. Read-only."


def link(href: str, rel: str, media_type: str, title: str) -> dict[str, str]:
    """A link; `href` is absolute."""
    return {"href": href, "rel": rel, "type": media_type, "title": title}


def landing_page(root: str) -> dict[str, Any]:
    """The entry."""
    return {
        "title": "Conflict Events API",
        "description": DESCRIPTION,
        "links": [
            link(f"{root}/ogc", "self", JSON, "This document"),
            link(f"{root}/ogc/api", "service-desc", OPENAPI_3_0, "The description of this part of the API"),
            link(f"{root}/docs", "service-doc", "text/html", "Every route to read and to try"),
            link(f"{root}/ogc/conformance", "conformance", JSON, "The classes of the standard that are met"),
            link(f"{root}/ogc/collections", "data", JSON, "The collections"),
        ],
    }


def conformance() -> dict[str, Any]:
    """The classes of the standard that are met."""
    return {"conformsTo": [f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in CLASSES]}


def collections(root: str, extent: Extent) -> dict[str, Any]:
    """The one collection that there is."""
    return {
        "links": [link(f"{root}/ogc/collections", "self", JSON, "This document")],
        "collections": [collection(root, extent)],
    }


def collection(root: str, extent: Extent) -> dict[str, Any]:
    """The events, and where and when they are."""
    return {
        "id": "events",
        "title": TITLE,
        "description": DESCRIPTION,
        "links": [
            link(f"{root}{COLLECTION}", "self", JSON, "This document"),
            link(f"{root}{ITEMS}", "items", GEOJSON, TITLE),
            link(f"{root}/codebook", "describedby", JSON, "What every property means"),
        ],
        "extent": _extent(extent),
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
    }


def _extent(extent: Extent) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    if extent.box is not None:
        parts["spatial"] = {"bbox": [list(extent.box)], "crs": CRS84}
    if extent.first is not None or extent.last is not None:
        first = None if extent.first is None else f"{extent.first}T00:00:00Z"
        last = None if extent.last is None else f"{extent.last}T23:59:59Z"
        gregorian = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
        parts["temporal"] = {"interval": [[first, last]], "trs": gregorian}
    return parts
