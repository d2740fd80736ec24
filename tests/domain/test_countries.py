"""Which text names which country, against pycountry as an oracle and the files of UCDP as a touchstone."""

import csv
import gzip
import io
import os
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.countries import (
    AMBIGUOUS,
    PARTS,
    Ambiguous,
    Found,
    Unknown,
    all_countries,
    countries_of_gw,
    country_of,
    fold,
    resolve_countries,
    resolve_country,
    spellings_of,
)

REPOSITORY = Path(__file__).parents[2]
SHARED_DATA = Path(os.environ.get("SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
ISO_NAMES_WITH_COMMAS = [country.name for country in pycountry.countries if "," in country.name]

GW_NUMBERS = (
    "2 US,200 GB,645 IQ,652 SY,663 JO,666 IL PS,315 CZ SK,316 CZ,317 SK,340 RS,345 RS,347 XK,365 RU,260 DE,265 DE,"
    "490 CD,678 YE,680 YE,816 VN,817 VN,860 TL,970 KI,971 NR,972 TO,973 TV,626 SS,341 ME"
)
# UCDP's names, ACLED's, readers', and exact names within or beside which other names lie.
NAMES_IN_USE = """
YE | Yemen (North Yemen) | South Yemen
CD | DR Congo (Zaire) | Democratic Republic of Congo | DRC | Zaire
CG | Republic of Congo | Congo-Brazzaville
MM | Myanmar (Burma) | Burma
RU | Russia (Soviet Union) | Russian Federation
RS | Serbia (Yugoslavia)
RO | Rumania
SZ | Kingdom of eSwatini (Swaziland) | eSwatini
BA | Bosnia-Herzegovina | Bosnia and Herzegovina
MG | Madagascar (Malagasy)
ZW | Zimbabwe (Rhodesia)
KH | Cambodia (Kampuchea)
CI | Ivory Coast | Côte d’Ivoire | cote d'ivoire
MK | Macedonia, FYR | North Macedonia
VN | Vietnam (North Vietnam)
DE | German Democratic Republic | Germany
XK | Kosovo
PS | Palestine
US | USA | U.S. | United States of America
GB | UK | Great Britain
AE | UAE
TR | Turkey | turkiye | Türkiye
NL | Holland | the netherlands
VC | St. Vincent & the Grenadines
GN | guinea
NE | niger
DM | dominica
SD | sudan
WS | samoa
IE | ireland
GE | georgia
"""
NEAR_MISSES = """
Iraq | iraqi | irqa | northern iraq
Iran | irann | irna
United States | Untied States
Syria | syira | Syrian
France | french
Guinea-Bissau | Guinea Bisau
Sudan | sudann
DR Congo | kongo
United Kingdom | England
Palestine | Gaza
"""

names = st.sampled_from([name for country in all_countries() for name in (country.name, *country.aliases)])


def codes(text: str) -> tuple[str, ...]:
    outcome = resolve_country(text)
    assert isinstance(outcome, Found), outcome
    return outcome.iso2


def suggestions(text: str) -> tuple[str, ...]:
    outcome = resolve_country(text)
    assert isinstance(outcome, Unknown), outcome
    return outcome.suggestions


# The table


def test_the_table_when_compared_with_iso_then_it_has_its_249_entries_and_kosovo() -> None:
    ours = {(country.iso2, country.iso3, country.iso_numeric) for country in all_countries()}
    iso = {(country.alpha_2, country.alpha_3, country.numeric) for country in pycountry.countries}
    assert len(iso) == 249
    assert ours == iso | {("XK", "XKX", None)}


def test_the_table_when_every_spelling_is_folded_then_no_two_countries_share_one() -> None:
    owners = defaultdict(set)
    for country in all_countries():
        for spelling in spellings_of(country):
            owners[spelling].add(country.iso2)
    assert {spelling: holders for spelling, holders in owners.items() if len(holders) > 1} == {}
    assert not owners.keys() & (AMBIGUOUS.keys() | PARTS.keys())


def test_the_table_when_a_country_has_two_equal_spellings_then_one_is_superfluous() -> None:
    for country in all_countries():
        spellings = list(spellings_of(country))
        assert len(spellings) == len(set(spellings)), country


@pytest.mark.parametrize("words", [AMBIGUOUS, PARTS])
def test_a_listed_word_when_looked_at_then_it_is_folded_and_its_countries_exist(
    words: dict[str, tuple[str, ...]],
) -> None:
    for word, candidates in words.items():
        assert word == fold(word)
        assert len(set(candidates)) == len(candidates)
        assert all(country_of(iso2).iso2 == iso2 for iso2 in candidates)


def test_a_display_name_when_resolved_then_it_is_its_own_country() -> None:
    for country in all_countries():
        assert codes(country.name) == (country.iso2,)


def test_a_code_that_is_no_country_when_asked_for_then_key_error() -> None:
    with pytest.raises(KeyError):
        country_of("ZZ")


# ISO 3166-1


def test_an_iso_name_or_code_when_resolved_then_it_is_exactly_its_country() -> None:
    for country in pycountry.countries:
        texts = [country.alpha_2, country.alpha_3, country.numeric, country.name]
        texts += [getattr(country, member, country.alpha_2) for member in ("official_name", "common_name")]
        for text in texts:
            # The one ISO name that is deliberately ambiguous: readers mean either Congo by it.
            if text != "Congo":
                assert codes(text) == (country.alpha_2,), text


@pytest.mark.parametrize(
    ("text", "iso2"),
    [("368", "IQ"), ("004", "AF"), ("4", "AF"), ("051", "AM"), ("51", "AM"), (" 760 ", "SY"), ("３６８", "IQ")],
)
def test_an_iso_number_when_padded_or_plain_then_it_resolves(text: str, iso2: str) -> None:
    assert codes(text) == (iso2,)


@pytest.mark.parametrize("text", ["04", "0004", "0368", "-4", "4.0", "3.68", "999", "0"])
def test_a_number_when_it_is_written_otherwise_then_it_is_unknown(text: str) -> None:
    assert suggestions(text) == ()


def test_a_bare_number_when_it_is_only_a_gw_number_then_it_is_unknown_and_the_state_is_proposed() -> None:
    assert suggestions("645") == ("Iraq",)


def test_a_bare_number_when_it_is_both_then_it_is_read_as_iso() -> None:
    assert codes("652") == ("BL",)
    assert codes("gw:652") == ("SY",)


@pytest.mark.parametrize("text", ["iq", "Iq", " IQ ", "irq", "IRQ", "iraq", "IRAQ", "Republic of Iraq"])
def test_a_spelling_when_case_and_space_vary_then_the_country_is_the_same(text: str) -> None:
    assert codes(text) == ("IQ",)


# Gleditsch-Ward numbers


@pytest.mark.parametrize("line", GW_NUMBERS.split(","))
def test_a_gw_number_when_resolved_then_it_finds_the_present_countries(line: str) -> None:
    number, *covered = line.split()
    assert countries_of_gw(int(number)) == tuple(covered)
    assert codes(f"gw:{number}") == codes(f" GW: {number} ") == tuple(covered)


@pytest.mark.parametrize("text", ["gw:999", "gw:", "gw645", "gw:645.0", "gw:6450", "cow:645"])
def test_a_gw_number_when_it_is_none_then_it_is_unknown(text: str) -> None:
    assert isinstance(resolve_country(text), Unknown)


def test_a_number_of_no_state_when_its_countries_are_asked_for_then_there_are_none() -> None:
    assert countries_of_gw(999) == ()


def test_gw_numbers_when_two_countries_share_one_then_it_is_gaza_or_czechoslovakia() -> None:
    holders = defaultdict(list)
    for country in all_countries():
        for number in country.gw:
            holders[number].append(country.iso2)
    assert {number: found for number, found in holders.items() if len(found) > 1} == {
        666: ["IL", "PS"],
        315: ["CZ", "SK"],
    }


# Names


@pytest.mark.parametrize("line", NAMES_IN_USE.strip().splitlines())
def test_names_in_use_when_resolved_then_they_are_that_country(line: str) -> None:
    iso2, *texts = line.split(" | ")
    for text in texts:
        assert codes(text) == (iso2,), text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Côte d’Ivoire", "cote d'ivoire"),
        ("Cote dʼIvoire", "cote d'ivoire"),
        ("CÔTE D`IVOIRE", "cote d'ivoire"),
        ("Cote d´Ivoire", "cote d'ivoire"),
        ("Tu\u0308rkiye", "turkiye"),
        ("TÜRKİYE", "turkiye"),
        ("The  Gambia", "gambia"),
        ("Guinea‑Bissau", "guinea bissau"),
        ("Trinidad & Tobago", "trinidad and tobago"),
        ("South\u00a0Sudan", "south sudan"),
        ("\ufeffIr\u200baq\u200e", "iraq"),
        ("U.S.A.", "usa"),
        ("Iran ,Islamic Republic of", "iran, islamic republic of"),
        ("the", "the"),
        ("3.68", "3.68"),
    ],
)
def test_a_text_when_folded_then_only_what_tells_names_apart_is_left(text: str, plain: str) -> None:
    assert fold(text) == plain


@pytest.mark.parametrize("text", ["congo", "The Congo", "Korea", "Virgin Islands", "Czechoslovakia"])
def test_a_word_that_fits_several_when_resolved_then_the_candidates_come_back(text: str) -> None:
    candidates = AMBIGUOUS[text.lower().removeprefix("the ")]
    assert resolve_country(text) == Ambiguous(text, candidates, tuple(country_of(code).name for code in candidates))


def test_a_state_that_broke_up_when_named_then_no_successor_is_picked() -> None:
    for word, successors in (("Soviet Union", 15), ("USSR", 15), ("Yugoslavia", 7)):
        outcome = resolve_country(word)
        assert isinstance(outcome, Ambiguous)
        assert len(outcome.candidates) == successors


# What names nothing


@pytest.mark.parametrize("line", NEAR_MISSES.strip().splitlines())
def test_a_text_that_is_only_near_when_resolved_then_it_is_unknown_with_the_nearest_first(line: str) -> None:
    nearest, *texts = line.split(" | ")
    for text in texts:
        assert suggestions(text)[0] == nearest, text


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "q", "zz", "qwertzuiop", "*", "%", "Iraq" * 1000])
def test_a_text_that_is_near_to_nothing_when_resolved_then_nothing_is_proposed(text: str) -> None:
    assert suggestions(text) == ()


def test_suggestions_when_many_are_near_then_at_most_five_display_names() -> None:
    proposed = suggestions("republic of")
    assert len(proposed) == len(set(proposed)) == 5
    assert set(proposed) <= {country.name for country in all_countries()}


# Several in one value


@pytest.mark.parametrize("name", ISO_NAMES_WITH_COMMAS)
def test_a_value_when_it_is_one_name_with_commas_then_it_is_not_split(name: str) -> None:
    (outcome,) = resolve_countries(name)
    assert outcome == resolve_country(name)
    assert isinstance(outcome, Found)


@pytest.mark.parametrize("name", ISO_NAMES_WITH_COMMAS)
def test_a_value_when_a_name_with_commas_stands_between_others_then_it_is_kept_whole(name: str) -> None:
    outcomes = resolve_countries(f"Iraq,{name}, sy")
    assert outcomes == (Found("Iraq", ("IQ",)), Found(name, codes(name)), Found("sy", ("SY",)))


def test_a_value_when_it_lists_codes_and_numbers_then_each_is_found() -> None:
    assert resolve_countries("IQ, syr,368,gw:666") == (
        Found("IQ", ("IQ",)),
        Found("syr", ("SY",)),
        Found("368", ("IQ",)),
        Found("gw:666", ("IL", "PS")),
    )


def test_a_value_when_parts_fail_then_each_part_says_how() -> None:
    assert resolve_countries("Iraq,iraqi,congo,,Iran, Islamic Republic of") == (
        Found("Iraq", ("IQ",)),
        Unknown("iraqi", ("Iraq",)),
        Ambiguous("congo", ("CD", "CG"), ("DR Congo", "Republic of the Congo")),
        Unknown("", ()),
        Found("Iran, Islamic Republic of", ("IR",)),
    )


def test_a_value_when_it_is_ambiguous_or_unknown_as_a_whole_then_there_is_one_outcome() -> None:
    assert resolve_countries("congo") == (resolve_country("congo"),)
    assert resolve_countries("iraqi") == (resolve_country("iraqi"),)


def test_a_value_when_it_has_very_many_unknown_parts_then_only_the_first_ten_are_compared() -> None:
    outcomes = resolve_countries(",".join(["iraqi"] * 500))
    assert outcomes == (*(Unknown("iraqi", ("Iraq",)),) * 10, *(Unknown("iraqi", ()),) * 490)


# Real pairs


def ucdp_files() -> list[Path]:
    return sorted(path for path in (SHARED_DATA / "ucdp").glob("*/*") if path.suffix in (".csv", ".gz", ".zip"))


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(archive.namelist()[0])
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        # The second line of a file from HDX holds tags.
        if not row["country"].startswith("#"):
            yield row


@pytest.mark.skipif(not ucdp_files(), reason="no UCDP files: set SHARED_DATA to the folder that holds ucdp/")
def test_a_pair_of_ucdp_when_resolved_then_name_and_number_agree() -> None:
    pairs = {(row["country"], row["country_id"]) for path in ucdp_files() for row in rows_of(path)}
    assert pairs >= {("Iraq", "645"), ("Yemen (North Yemen)", "678"), ("Ukraine", "369")}
    for name, number in pairs:
        (iso2,) = codes(name)
        covered = countries_of_gw(int(float(number)))
        assert iso2 in covered, (name, number)
        # Only Israel's number covers more than the country that UCDP names.
        assert covered == (iso2,) or number == "666"


# Properties


@given(st.text())
def test_any_text_when_folded_twice_then_nothing_changes(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(names, st.sampled_from([str.lower, str.upper, str.title, str.swapcase, str.casefold]), st.data())
def test_any_name_when_case_and_space_vary_then_it_resolves_equally(
    name: str, change: Callable[[str], str], data: st.DataObject
) -> None:
    space = data.draw(st.sampled_from(["  ", "\t", "\u00a0", " \u200b", "\u3000", "-"]))
    assert codes(space + change(name).replace(" ", space) + space) == codes(name)


@given(st.text() | st.from_regex(r"[a-z]{1,6}|[0-9]{1,4}|gw:[0-9]{1,4}", fullmatch=True))
def test_any_text_when_it_resolves_then_its_fold_is_in_the_table(text: str) -> None:
    outcome = resolve_country(text)
    folded = fold(text)
    spelt = {country.iso2 for country in all_countries() if folded in spellings_of(country)}
    gw = re.fullmatch(r"gw:([0-9]{1,3})", folded)
    numbered = set(countries_of_gw(int(gw[1]))) if gw else set()
    match outcome:
        case Found():
            assert set(outcome.iso2) == spelt | numbered
        case Ambiguous():
            assert outcome.candidates == AMBIGUOUS[folded]
        case Unknown():
            assert not spelt | numbered
            assert len(outcome.suggestions) <= 5


@given(st.lists(names, min_size=1, max_size=5))
def test_any_list_of_names_when_joined_then_every_country_is_found(chosen: list[str]) -> None:
    wanted = {iso2 for name in chosen for iso2 in codes(name)}
    outcomes = resolve_countries(",".join(chosen))
    assert all(isinstance(outcome, Found) for outcome in outcomes)
    assert {iso2 for outcome in outcomes if isinstance(outcome, Found) for iso2 in outcome.iso2} == wanted
