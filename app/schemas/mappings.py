"""Where each column of UCDP GED and of ACLED's exports goes. The importers do it; a test holds them to these tables."""

from typing import NamedTuple


class ColumnMapping(NamedTuple):
    """A column: what its dataset means by it, the paths of an event's document that it is read into, and how."""

    column: str
    meaning: str
    becomes: tuple[str, ...] = ()
    how: str = "kept in the original record alone"


_SIDE = ("actors[].id", "actors[].name", "actors[].kind")
_PLACE = ("locations[].id", "locations[].name")
_WHERE = "a place is known by its country, units, name and point together, as the dataset numbers none"
_ALL_KILLED = ("casualty_claims[].wording", "casualty_claims[].qualifier", "casualties.killed.low")
_PART = ("casualty_claims[].value", "casualty_claims[].victims.description", "casualty_claims[].victims.status")
_PART_HOW = "a claim about that group, `coded`: the dead of it, not killed by it; 0 is no claim"

UCDP_GED = (
    ColumnMapping("id", "number of the event", ("id", "external_ids[].value"), "`ucdp-` and the number"),
    ColumnMapping("relid", "country, year, type, conflict and a number", ("external_ids[].value",), "as it is"),
    ColumnMapping("year", "year of the event"),
    ColumnMapping("active_year", "whether the dyad passed 25 deaths in that year"),
    ColumnMapping(
        "code_status",
        "how sure the coders are",
        ("dataset.code_status", "review_status[]"),
        "as it is; what is not `Clear` is a review status, too",
    ),
    ColumnMapping(
        "type_of_violence",
        "1 state-based, 2 non-state, 3 one-sided",
        ("type_of_violence", "title", "actors[].role"),
        "by number; in one-sided violence the sides are initiator and target",
    ),
    ColumnMapping("conflict_dset_id", "old number of the conflict"),
    ColumnMapping("conflict_new_id", "number of the conflict", ("conflict.id",), "`ucdp-conflict-` and the number"),
    ColumnMapping("conflict_name", "name of the conflict", ("conflict.name",), "as it is"),
    ColumnMapping("dyad_dset_id", "old number of the dyad"),
    ColumnMapping("dyad_new_id", "number of the dyad"),
    ColumnMapping("dyad_name", "names of the two sides"),
    ColumnMapping("side_a_dset_id", "old number of side A", _SIDE[:1], "where there is no new one"),
    ColumnMapping("side_a_new_id", "number of side A", _SIDE[:1], "`ucdp-actor-` and the number"),
    ColumnMapping("side_a", "name of side A", _SIDE, "an actor with the role `side_a`"),
    ColumnMapping("side_b_dset_id", "old number of side B", _SIDE[:1], "where there is no new one"),
    ColumnMapping("side_b_new_id", "number of side B; 1 is civilians", _SIDE[:1], "`ucdp-actor-` and the number"),
    ColumnMapping("side_b", "name of side B", _SIDE, "an actor with the role `side_b`"),
    ColumnMapping(
        "number_of_sources", "how many sources tell of it", ("dataset.number_of_sources",), "-1 is missing: null"
    ),
    ColumnMapping(
        "source_article",
        "what the coders read",
        ("citations[].quote",),
        "further citations: one for each article, at most 300 characters of it",
    ),
    ColumnMapping("source_office", "publishers of what they read"),
    ColumnMapping("source_date", "dates of what they read"),
    ColumnMapping("source_headline", "headlines of what they read"),
    ColumnMapping("source_original", "who first told it, such as a witness or an official"),
    ColumnMapping(
        "where_prec",
        "1 exact, 2 near, 3 second-level unit, 4 first-level unit, 5 area or line, 6 country, 7 water or air",
        ("locations[].precision", "dataset.where_prec"),
        "by number",
    ),
    ColumnMapping("where_coordinates", "name of the place of the point", (*_PLACE, "title"), _WHERE),
    ColumnMapping("where_description", "the place as it was reported"),
    ColumnMapping("adm_1", "first-level unit", ("locations[].admin1",), "names Gaza and the West Bank, too"),
    ColumnMapping("adm_2", "second-level unit", ("locations[].admin2",), "as it is"),
    ColumnMapping("latitude", "degrees north", ("locations[].latitude", *_PLACE[:1]), "as it is"),
    ColumnMapping("longitude", "degrees east", ("locations[].longitude", *_PLACE[:1]), "as it is"),
    ColumnMapping("geom_wkt", "the point once more"),
    ColumnMapping("priogrid_gid", "cell of the PRIO-GRID"),
    ColumnMapping("country", "name of the country", ("dataset.country",), "as it is"),
    ColumnMapping(
        "country_id",
        "Gleditsch–Ward number of the country",
        ("locations[].country.iso2", "dataset.country_id"),
        "the country of today with that number; Gaza and the West Bank are Palestine",
    ),
    ColumnMapping("region", "part of the world"),
    ColumnMapping(
        "event_clarity",
        "1 one event, 2 several in one record",
        ("is_aggregate", "dataset.event_clarity"),
        "2 is an aggregate",
    ),
    ColumnMapping(
        "date_prec",
        "1 day, 2 some days, 3 week, 4 month, 5 year or more",
        ("date_precision", "dataset.date_prec"),
        "by number; where it says a day of an interval, or nothing, the interval decides",
    ),
    ColumnMapping("date_start", "first day", ("date_start", "title"), "as it is, without a time"),
    ColumnMapping("date_end", "last day", ("date_end", "title"), "as it is, without a time"),
    ColumnMapping("deaths_a", "dead of side A", _PART, _PART_HOW),
    ColumnMapping("deaths_b", "dead of side B", _PART, _PART_HOW),
    ColumnMapping("deaths_civilians", "dead civilians", _PART, _PART_HOW),
    ColumnMapping("deaths_unknown", "dead whose identity is not known", _PART, _PART_HOW),
    ColumnMapping(
        "best",
        "the most likely number of deaths; 0 where there is no reliable one",
        (*_ALL_KILLED, "casualty_claims[].value", "casualties.killed.best"),
        "with low and high one claim by UCDP about all victims; 0 is null",
    ),
    ColumnMapping(
        "high",
        "the highest reliable number of deaths",
        (*_ALL_KILLED, "casualty_claims[].high", "casualties.killed.high", "review_status[]"),
        "with low and best one claim; a review status where the three are out of order",
    ),
    ColumnMapping(
        "low",
        "the lowest reliable number of deaths",
        (*_ALL_KILLED, "casualty_claims[].low", "review_status[]"),
        "with best and high one claim; a review status where the three are out of order",
    ),
    ColumnMapping("gwnoa", "Gleditsch–Ward numbers of side A, a state", _SIDE[2:], "a side with one is a state"),
    ColumnMapping("gwnob", "Gleditsch–Ward numbers of side B, a state", _SIDE[2:], "a side with one is a state"),
)

_CLASSES = "in snake_case; of older classes those that say today's exactly, else null"
_PARTY = "an actor with the role `party`: the order is not who attacked whom"
_BESIDE = "actors with the role `associated`, parted at semicolons"

ACLED = (
    ColumnMapping(
        "event_id_cnty", "letters of a country and a number", ("id", "external_ids[].value"), "`acled-` and it"
    ),
    ColumnMapping(
        "event_date", "day of the event", ("date_start", "date_end", "date_wording", "title"), "see precision"
    ),
    ColumnMapping("year", "year of the event"),
    ColumnMapping(
        "time_precision",
        "1 the day, 2 a week, 3 a month",
        ("date_precision", "date_start", "date_end"),
        "2 widens the day to its week from Monday, 3 to its month",
    ),
    ColumnMapping("disorder_type", "political violence, demonstrations or strategic developments"),
    ColumnMapping("event_type", "one of six classes", ("event_type", "sub_event_type", "title"), _CLASSES),
    ColumnMapping("sub_event_type", "one of 25 classes", ("sub_event_type", "title"), _CLASSES),
    ColumnMapping("actor1", "an actor", ("actors[].id", "actors[].name"), _PARTY),
    ColumnMapping("assoc_actor_1", "who stood by it", ("actors[].id", "actors[].name"), _BESIDE),
    ColumnMapping("inter1", "what sort of actor actor1 is", ("actors[].kind",), "by number or words"),
    ColumnMapping("actor2", "another actor", ("actors[].id", "actors[].name"), _PARTY),
    ColumnMapping("assoc_actor_2", "who stood by it", ("actors[].id", "actors[].name"), _BESIDE),
    ColumnMapping("inter2", "what sort of actor actor2 is", ("actors[].kind",), "by number or words"),
    ColumnMapping("interaction", "inter1 and inter2 together"),
    ColumnMapping("civilian_targeting", "whether civilians were the target"),
    ColumnMapping("iso", "ISO 3166-1 number of the country", ("locations[].country.iso2",), "before the name"),
    ColumnMapping("region", "part of the world"),
    ColumnMapping("country", "name of the country", ("locations[].country.iso2",), "where the number is not known"),
    ColumnMapping("admin1", "first-level unit", ("locations[].admin1", *_PLACE[:1]), "as it is"),
    ColumnMapping("admin2", "second-level unit", ("locations[].admin2", *_PLACE[:1]), "as it is"),
    ColumnMapping("admin3", "third-level unit"),
    ColumnMapping("location", "name of the place", (*_PLACE, "title"), _WHERE),
    ColumnMapping("latitude", "degrees north", ("locations[].latitude", *_PLACE[:1]), "as it is"),
    ColumnMapping("longitude", "degrees east", ("locations[].longitude", *_PLACE[:1]), "as it is"),
    ColumnMapping("geo_precision", "1 town, 2 near it, 3 larger region", ("locations[].precision",), "by number"),
    ColumnMapping("source", "names of what was read", ("citations[].quote",), "further citations, by name alone"),
    ColumnMapping("source_scale", "reach of what was read"),
    ColumnMapping("notes", "what happened, in prose"),
    ColumnMapping(
        "fatalities",
        "one number of the dead; 0 where nothing is known, too",
        ("casualty_claims[].value", "casualty_claims[].qualifier", "casualties.killed.best"),
        "one claim by ACLED about all victims, `coded`; 0 is `none_reported` unless the import says otherwise",
    ),
    ColumnMapping("tags", "further marks, such as the size of a crowd"),
    ColumnMapping("timestamp", "when the row was last edited"),
)

MAPPINGS = {"ucdp-ged": UCDP_GED, "acled": ACLED}
