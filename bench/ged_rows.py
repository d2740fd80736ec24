"""Writes a CSV of invented rows in UCDP GED's layout, as many as wanted; the same number always gives the same rows.

    python -m bench.ged_rows 170000 rows.csv

The shares (types, precisions, parts, disordered bounds, sources to a row) are like those of real files. Names, places
and figures are invented, so that the file can be passed on and nothing in it can be mistaken for a fact.
"""

import argparse
import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from seed.importers.ucdp import CANDIDATE_COLUMNS

# Gleditsch–Ward numbers and UCDP's names of countries, with how often each is met.
COUNTRIES = (
    (652, "Syria", 90),
    (700, "Afghanistan", 60),
    (750, "India", 40),
    (369, "Ukraine", 35),
    (645, "Iraq", 30),
    (70, "Mexico", 30),
    (770, "Pakistan", 20),
    (475, "Nigeria", 18),
    (490, "DR Congo (Zaire)", 15),
    (520, "Somalia", 15),
    (678, "Yemen (North Yemen)", 14),
    (840, "Philippines", 10),
    (775, "Myanmar (Burma)", 10),
    (100, "Colombia", 9),
    (530, "Ethiopia", 9),
    (640, "Turkey", 8),
    (365, "Russia (Soviet Union)", 6),
    (625, "Sudan", 6),
    (615, "Algeria", 6),
    (666, "Israel", 5),
)
FIRST_DAY, DAYS = date(1989, 1, 1), 36 * 365
PLACES_A_COUNTRY, ACTORS_A_COUNTRY = 1500, 40
SYLLABLES = ["ba", "do", "ka", "lu", "me", "ni", "po", "ra", "su", "ti", "va", "zo", "den", "gor", "mar", "tel"]


def rows(number: int) -> Iterator[dict[str, object]]:
    """So many rows, in the order of their ids."""
    chance = random.Random(number)  # noqa: S311  # invented rows, no secret
    weights = [weight for *_, weight in COUNTRIES]
    for row_id in range(1, number + 1):
        yield _row(chance, row_id, *chance.choices(COUNTRIES, weights)[0][:2])


def _row(chance: random.Random, row_id: int, gw: int, country: str) -> dict[str, object]:
    place, actor = chance.randrange(PLACES_A_COUNTRY), 1 + chance.randrange(ACTORS_A_COUNTRY)
    kind = chance.choices((1, 2, 3), (72, 10, 18))[0]
    precision = chance.choices((1, 2, 3, 4, 5), (82, 11, 1, 4, 2))[0]
    start = FIRST_DAY + timedelta(days=int(DAYS * chance.betavariate(3, 1.4)))
    end = start + timedelta(days=(0, 0, chance.randint(1, 6), 6, 29, chance.randint(31, 364))[precision])
    dead = min(int(chance.paretovariate(1.1)), 3000) - chance.choices((0, 1), (88, 12))[0]
    low, high = int(dead * chance.choice((1, 1, 1, 0.8))), dead + chance.choice((0, 0, 0, 1, 4))
    if chance.random() < 0.016:
        low, high = high + 1, low
    part = chance.choices(("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"), (15, 30, 20, 35))[0]
    where, unit = f"{_name(gw, place)} town", f"{_name(gw, place // 40)} province"
    latitude, longitude = round((gw * 7 + place / 97) % 120 - 60, 6), round((gw * 13 + place / 53) % 340 - 170, 6)
    side_a, side_b = f"Government of {country}", f"{_name(gw, actor)} front"
    side_a_id, side_b_id = gw, gw * 100 + actor
    if kind != 1:
        side_a, side_a_id = f"{_name(gw, actor + 50)} militia", gw * 100 + actor + 50
    if kind == 3:
        side_b, side_b_id = "Civilians", 1
    articles = [_article(chance, where, start, dead) for _ in range(chance.choices((1, 2, 3, 6), (80, 13, 5, 2))[0])]
    return {
        "id": row_id,
        "relid": f"INV-{start.year}-{kind}-{side_b_id}-{row_id}",
        "year": start.year,
        "active_year": 1,
        "code_status": "Clear",
        "type_of_violence": kind,
        "conflict_dset_id": gw + 1,
        "conflict_new_id": gw + 1,
        "conflict_name": f"{country}: Invented",
        "dyad_dset_id": side_b_id + 5,
        "dyad_new_id": side_b_id + 5,
        "dyad_name": f"{side_a} - {side_b}",
        "side_a_dset_id": side_a_id,
        "side_a_new_id": side_a_id,
        "side_a": side_a,
        "side_b_dset_id": side_b_id,
        "side_b_new_id": side_b_id,
        "side_b": side_b,
        "number_of_sources": chance.choice((-1, len(articles))),
        "source_article": ";".join(f'"{article}"' for article in articles),
        "source_office": "Invented Wire",
        "source_date": start,
        "source_headline": f"Clash near {where}",
        "source_original": chance.choice(("", "police", "witnesses")),
        "where_prec": chance.choices((1, 2, 3, 4, 5, 6, 7), (52, 18, 13, 11, 3, 2, 1))[0],
        "where_coordinates": where,
        "where_description": f"{where}, {unit}",
        "adm_1": unit,
        "adm_2": f"{_name(gw, place // 8)} district",
        "latitude": latitude,
        "longitude": longitude,
        "geom_wkt": f"POINT ({longitude} {latitude})",
        "priogrid_gid": 100000 + place,
        "country": country,
        "country_id": gw,
        "region": "Invented",
        "event_clarity": chance.choices((1, 2), (93, 7))[0],
        "date_prec": precision,
        "date_start": start,
        "date_end": end,
        **{
            name: dead if name == part else 0 for name in ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
        },
        "best": dead,
        "high": high,
        "low": low,
        "gwnoa": gw if kind == 1 else "",
        "gwnob": "",
    }


def _name(gw: int, number: int) -> str:
    """A name that belongs to this number alone, and to nothing on a map."""
    left, syllables = gw * 10_000 + number, []
    while left:
        left, syllable = divmod(left, len(SYLLABLES))
        syllables.append(SYLLABLES[syllable])
    return "".join(syllables).capitalize()


def _article(chance: random.Random, where: str, day: date, dead: int) -> str:
    headline = chance.choice(("Clash near", "Shelling of", "Attack on", "Fighting goes on around"))
    return f"Invented Wire,{day},{headline} {where} leaves {dead} dead, officials say"


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="Write invented rows in UCDP GED's layout.")
    parser.add_argument("number", type=int)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    with options.file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, CANDIDATE_COLUMNS)
        writer.writeheader()
        writer.writerows(rows(options.number))
    print(f"{options.number} rows, {options.file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
