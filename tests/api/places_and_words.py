"""The filters on places, precision and words once more, in plain Python; and what to ask them of.

Words are told by hand, text by text and question by question, so that nothing here folds.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

PRECISIONS = ("exact", "settlement", "near", "admin2", "admin1", "area", "country", "water_or_air")
Event = Mapping[str, Any]
Query = Mapping[str, Any]

# Places: their point, and the words of their names. Two have one point, and the antimeridian has two names.
POINTS: Mapping[str, tuple[tuple[float, float] | None, str, str]] = {
    "north-pole": ((90.0, 12.5), "Pole", "pole"),
    "south-pole": ((-90.0, -77.0), "South Pole", "south pole"),
    "date-line-east": ((0.0, 180.0), "Łódź", "lodz"),
    "date-line-west": ((0.0, -180.0), "Lodz’s Line", "lodz line"),
    "taveuni": ((-16.85, 179.95), "Taveuni", "taveuni"),
    "vanua-balavu": ((-17.25, -178.95), "Vanua-Balavu", "vanua balavu"),
    "deir": ((35.33, 40.14), "Deir ez-Zor", "deir zor ezzor"),
    "deir-again": ((35.33, 40.14), "دير الزور", "دير زور"),
    "mayadeen": ((35.02, 40.45), "Al-Mayadeen", "mayadeen almayadeen"),
    "null-island": ((0.0, 0.0), "Straße", "strasse"),
    "sydney": ((-33.87, 151.21), "at Sydney", "at sydney"),
    "nowhere": (None, "Kata'ib", "kataib"),
}
TITLES: Mapping[str, str] = {
    "Strike": "strike",
    "A strike by Kataib Hezbollah": "a strike by kataib hezbollah",
    "STRÍKES": "strikes",
    "Deir Ezzor": "deir ezzor",
    "كتائب حزب الله": "كتايب حزب الله",
}
SUMMARIES: Mapping[str | None, str] = {None: "", "Nobody knows Łódź.": "nobody knows lodz"}
# Questions, and of each word of theirs what may stand in a text; a * at the end stands for any letters.
QUESTIONS: Mapping[str, Sequence[str]] = {
    "strike": ["strike"],
    "STRIKE*": ["strike*"],
    "str*": ["str*"],
    "Kata’ib": ["kataib"],
    "kataib hezbollah": ["kataib", "hezbollah"],
    "deir ez zor": ["deir", "zor ezzor"],
    "Deir-ez-Zor": ["deir", "zor ezzor"],
    "deir ezzor": ["deir", "ezzor"],
    "zor": ["zor"],
    "EZZ*": ["ezz*"],
    "deir ez-zor*": ["deir", "zor* ezzor*"],
    "el mayadeen": ["mayadeen elmayadeen"],
    "almayadeen": ["almayadeen"],
    "دَيْر الزور": ["دير", "زور"],
    "زور": ["زور"],
    "lodz, STRASSE!": ["lodz", "strasse"],
    "łódź": ["lodz"],
    "strike iran": ["strike", "iran"],
    "iran": ["iran"],
    "at": ["at"],
    "missing": ["missing"],
}
BOXES = (
    "-180,-90,180,90",
    "-180,-90,-180,90",
    "180,0,180,0",
    "179,-20,-178,1",
    "170,-90,-170,90",
    "0,89,0,90",
    "40.14,35.33,40.14,35.33",
    "40,35,41,36",
    "40.2,35,41,35.3",
    "-180,-90,0,90",
    "0,0,0,0",
    "10,-5,11,5",
)
CENTRES = ("90,0", "-90,180", "0,180", "0,-179.99", "35.33,40.14", "-17,-179.9", "0,0", "-33.87,151.21")
RADII = ("0.5", "20", "45", "150", "1200", "9999.5")


def is_there(event: Event, query: Query, words_of_actors: Mapping[str, str]) -> bool:
    """Whether an event meets bbox, near, precision, q and type_of_violence."""
    wanted = query.get("type_of_violence")
    return (
        (wanted is None or event["type_of_violence"] in wanted)
        and any(_fits(place, query) for place in event["locations"] or [None])
        and ("q" not in query or has_words(words_of(event, words_of_actors), query["q"]))
    )


def _fits(place: Mapping[str, Any] | None, query: Query) -> bool:
    asked = {"bbox", "near", "precision"} & set(query)
    if place is None:
        return not asked
    if "precision" in query and PRECISIONS.index(place["precision"]) > PRECISIONS.index(query["precision"]):
        return False
    return lies_there(place, query)


def lies_there(place: Mapping[str, Any], query: Query) -> bool:
    """Whether a place has its point in the box and in the circle."""
    if not {"bbox", "near"} & set(query):
        return True
    if place["latitude"] is None:
        return False
    latitude, longitude = place["latitude"], place["longitude"]
    if "bbox" in query:
        west, south, east, north = (float(part) for part in query["bbox"].split(","))
        # Every name that the point's meridian goes by.
        names = [longitude, longitude - 360, longitude + 360]
        eastern = east + 360 if west > east else east
        on_meridian = abs(latitude) == 90 or any(west <= name <= eastern for name in names)
        if not (south <= latitude <= north and on_meridian):
            return False
    if "near" in query:
        centre = [float(part) for part in query["near"].split(",")]
        return haversine_km(latitude, longitude, *centre) <= float(query["radius_km"])
    return True


def haversine_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The distance along a great circle."""
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    half = math.sin((other_north - north) / 2) ** 2
    half += math.cos(north) * math.cos(other_north) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(half)))


def words_of(event: Event, words_of_actors: Mapping[str, str]) -> set[str]:
    """The words of an event's title, summary, places and of those actors that do not only deny."""
    words = f"{TITLES[event['title']]} {SUMMARIES[event['summary']]}"
    for place in event["locations"]:
        words += f" {POINTS[place['id']][2]}"
    for actor in event["actors"]:
        if actor["attribution"] != "denied":
            words += f" {words_of_actors[actor['id']]}"
    return set(words.split())


def has_words(there: set[str], question: str) -> bool:
    """Whether words have all that a question asks for."""
    return all(any(_is_met(spelling, there) for spelling in spellings.split()) for spellings in QUESTIONS[question])


def _is_met(spelling: str, there: set[str]) -> bool:
    if spelling.endswith("*"):
        return any(word.startswith(spelling[:-1]) for word in there)
    return spelling in there
