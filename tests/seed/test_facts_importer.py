"""The facts' importer: what it refuses, with which words, at which line; and that it refuses all at once."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.vocabulary import Qualifier
from seed.importers.facts import FactsRefused, Fault, read_facts
from seed.neutral_facts import Facts

SOURCES = """\
sources:
  - {id: paper, kind: article, title: A paper}
  - {id: atlas, kind: gazetteer, title: An atlas}
"""
PLACES = """\
locations:
  - {id: iraq, name: Iraq, kind: country, country: IQ, citations: [{source: atlas, locator: IQ}]}
actors:
  - {id: army, name: An army, kind: state_force, citations: [{source: paper, locator: p. 1, quote: an army}]}
"""
EVENT = """\
events:
  - id: strike
    title: A strike
    date_precision: unknown
    citations: [{source: paper, locator: p. 1, quote: a strike}]
"""
CITED = "citations: [{source: paper, locator: p. 1, quote: words}]"
CLAIM = (
    "      - {{id: {id}, outcome: {outcome}, wording: '3', value: 3, qualifier: exact, reporting: own_voice,"
    " victims: {{scope: {scope}, description: people{more}}}, {cited}{rest}}}\n"
)
Refuse = Callable[..., tuple[Fault, ...]]


def claim(identifier: str, *, outcome: str = "killed", scope: str = "group", more: str = "", rest: str = "") -> str:
    return CLAIM.format(id=identifier, outcome=outcome, scope=scope, more=more, cited=CITED, rest=rest)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Facts]:
    """Reads the given texts as files a.yaml, b.yaml, … beside the files that they rest on."""

    def _read(*texts: str) -> Facts:
        for name, text in zip(("a", "b", "c"), texts, strict=False):
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return read_facts(tmp_path)

    return _read


@pytest.fixture
def refuse(read: Callable[..., Facts]) -> Refuse:
    def _refuse(*texts: str) -> tuple[Fault, ...]:
        with pytest.raises(FactsRefused) as refusal:
            read(*texts)
        return refusal.value.faults

    return _refuse


def only(faults: tuple[Fault, ...]) -> Fault:
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def test_right_files_give_one_collection_in_the_order_of_their_names(read: Callable[..., Facts]) -> None:
    facts = read(EVENT, SOURCES, PLACES)

    assert [source.id for source in facts.sources] == ["paper", "atlas"]
    assert (facts.locations[0].id, facts.actors[0].id, facts.events[0].id) == ("iraq", "army", "strike")


def test_files_below_the_folder_and_of_both_endings_are_read_and_editors_backups_are_not(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "sources.yml").write_text(SOURCES, encoding="utf-8")
    (tmp_path / "events" / "strike.yaml").write_text(EVENT, encoding="utf-8")
    (tmp_path / ".#sources.yaml").write_text("x: [", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("x: [", encoding="utf-8")

    facts = read_facts(tmp_path)

    assert (len(facts.sources), len(facts.events)) == (2, 1)


def test_a_file_of_comments_alone_holds_no_facts(read: Callable[..., Facts]) -> None:
    assert read(SOURCES, "# later\n").events == ()


def test_a_folder_without_facts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FactsRefused, match=r"no \.yaml file"):
        read_facts(tmp_path)


def test_the_bounds_of_a_count_follow_from_its_qualifier(read: Callable[..., Facts]) -> None:
    facts = read(
        EVENT + "    reported_counts:\n      - {measure: attacks, wording: over 9, value: 9, qualifier: more_than,"
        f" reporting: own_voice, {CITED}}}\n",
        SOURCES,
    )

    count = facts.events[0].reported_counts[0]
    assert (count.qualifier, count.low, count.high) == (Qualifier.MORE_THAN, 10, None)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("events:\n  - id: a\n   title: b\n", 3, "is not YAML"),
        ("a: 1\n---\nb: 2\n", 2, "is not YAML"),
        ("a: &x [1]\nb: *x\n", 2, "the alias *x is not allowed"),
        ("events: " + "[" * 40 + "]" * 40, 1, "nested deeper"),
        ("sources:\n  - id: !!python/name:os.system x\n", 2, "not allowed"),
        ('sources:\n  - id: "a\\0b"\n', 2, "control character"),
        ("? [a]\n: b\n", 1, "must be a word"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(refuse: Refuse, text: str, line: int, reason: str) -> None:
    faults = refuse(text)

    assert any(fault.line == line and reason in fault.reason for fault in faults), faults


def test_a_bomb_of_aliases_is_refused_before_it_grows(refuse: Refuse) -> None:
    rows = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 60)]

    faults = refuse("\n".join(rows))

    assert all("alias" in fault.reason for fault in faults)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("# one\n# Kata’ib\n".encode("cp1252"))

    with pytest.raises(FactsRefused, match=r"a\.yaml:2: is not UTF-8 text"):
        read_facts(tmp_path)


def test_a_member_that_stands_twice_is_refused_and_names_both_lines(refuse: Refuse) -> None:
    fault = only(refuse(SOURCES, EVENT + "    title: Another\n"))

    assert (fault.file, fault.line, fault.row) == ("b.yaml", 6, "events[0] strike")
    assert fault.reason == "the member 'title' stands twice, first in line 3"


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ("title: 2020", "title: text is wanted and YAML reads 2020 as something else: put it in quotes"),
        ("title: 2020-01-01", "title: text is wanted and YAML reads 2020-01-01 as something else: put it in quotes"),
        ("title: no", "YAML reads no as true or false: put it in quotes, or write true or false"),
        ("title: 12:30", "12:30 is not a plain decimal number: write one, or put it in quotes"),
        ("is_aggregate: 1", "is_aggregate: true or false is wanted, not 1"),
        ("is_aggregate: yes", "YAML reads yes as true or false: put it in quotes, or write true or false"),
        ("date_start: 86400", "date_start: a date such as 2024-02-28 is wanted, not 86400"),
        ("date_start: '86400'", "date_start: a date such as 2024-02-28 is wanted, not '86400'"),
        (
            "date_start: 2024-02-30",
            "2024-02-30 is not a day of the calendar: write a date as 2024-02-28, without a time",
        ),
        ("locations: {}", "locations: a list is wanted, not a mapping"),
        ("locations: [iraq]", "a mapping of members is wanted, not 'iraq'"),
        ("part_of: a b", "part_of: 'a b' does not have the form ^[A-Za-z0-9][A-Za-z0-9._-]*$"),
        ("summary: ''", "summary: must not be empty"),
        ("sumary: x", "unknown member 'sumary'; did you mean 'summary'?"),
        ("<<: {title: x}", "unknown member '<<'"),
        ("event_type: batles", "event_type: 'batles' is not in the vocabulary; did you mean 'battles'?"),
        ("sub_event_type: armed_clash", "sub_event_type 'armed_clash' is not of that event_type"),
    ],
)
def test_a_member_of_the_wrong_kind_is_refused_in_plain_words(refuse: Refuse, member: str, reason: str) -> None:
    rows = [row for row in EVENT.splitlines() if not row.strip().startswith(member.partition(":")[0] + ":")]

    faults = refuse("\n".join([*rows, f"    {member}"]), SOURCES)

    assert reason in [fault.reason for fault in faults]


def test_an_unknown_word_far_from_all_others_brings_the_whole_vocabulary(refuse: Refuse) -> None:
    fault = only(refuse(SOURCES.replace("kind: article", "kind: xyzzy")))

    assert fault.reason == "kind: 'xyzzy' is not in the vocabulary; it has article, dataset, statement, gazetteer"


@pytest.mark.parametrize("citations", ["", ", citations: []"])
@pytest.mark.parametrize(
    ("member", "row"),
    [
        ("locations", "location: iraq, precision: country"),
        ("actors", "actor: army, role: target, attribution: stated"),
        ("reported_counts", "measure: attacks, wording: some, qualifier: vague, reporting: own_voice"),
        (
            "casualty_claims",
            "id: c, outcome: killed, wording: some, qualifier: vague, reporting: own_voice,"
            " victims: {scope: all, description: people}",
        ),
    ],
)
def test_a_row_without_a_citation_is_refused(refuse: Refuse, member: str, row: str, citations: str) -> None:
    fault = only(refuse(EVENT + f"    {member}:\n      - {{{row}{citations}}}\n", SOURCES, PLACES))

    assert (fault.line, fault.row) == (7, f"events[0] strike .{member}[0]")
    assert fault.reason == "a row without a citation: give at least one under 'citations'"


def test_an_event_a_location_an_actor_and_a_relationship_without_a_citation_are_refused(refuse: Refuse) -> None:
    faults = refuse(
        SOURCES + "events: [{id: e, title: An event, date_precision: unknown}]\n"
        "locations: [{id: l, name: A place, kind: country, country: IQ}]\n"
        f"actors: [{{id: a, name: An actor, kind: state}}, {{id: b, name: B, kind: state, {CITED},\n"
        "  relationships: [{kind: part_of, actor: a, wording: of}]}]\n"
    )

    rows = ["actors[0] a", "actors[1] b .relationships[0]", "events[0] e", "locations[0] l"]
    assert sorted(fault.row for fault in faults) == rows
    assert all("a row without a citation" in fault.reason for fault in faults)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            EVENT.replace("source: paper", "source: papper"),
            "source: there is no source 'papper'; did you mean 'paper'?",
        ),
        (EVENT + "    part_of: strik\n", "part_of: there is no event 'strik'; did you mean 'strike'?"),
        (EVENT + "    in_response_to: zzz\n", "in_response_to: there is no event 'zzz'"),
        (
            EVENT + f"    locations: [{{location: irak, precision: country, {CITED}}}]\n",
            "location: there is no location 'irak'; did you mean 'iraq'?",
        ),
        (
            EVENT + "    actors: [{actor: army, role: target, attribution: attributed, attributed_by: amry,"
            f" {CITED}}}]\n",
            "attributed_by: there is no actor 'amry'; did you mean 'army'?",
        ),
        (
            EVENT + "    casualty_claims:\n" + claim("c", more=", actor: armies", rest=", covers: [strikes]"),
            "actor: there is no actor 'armies'; did you mean 'army'?",
        ),
        (
            EVENT + "    casualty_claims:\n" + claim("c", more=", actor: armies", rest=", covers: [strikes]"),
            "covers: there is no event 'strikes'; did you mean 'strike'?",
        ),
        (
            EVENT + "    casualty_claims:\n" + claim("c") + claim("d", more=", part_of_group: cc"),
            "part_of_group: there is no casualty claim 'cc'; did you mean 'c'?",
        ),
    ],
)
def test_a_reference_to_nothing_is_refused_with_the_nearest_id(refuse: Refuse, text: str, reason: str) -> None:
    assert reason in [fault.reason for fault in refuse(text, SOURCES, PLACES)]


def test_nothing_is_said_of_missing_ids_while_a_file_cannot_be_read(refuse: Refuse) -> None:
    fault = only(refuse(EVENT, "sources: ["))

    assert (fault.file, fault.reason.startswith("is not YAML")) == ("b.yaml", True)


def test_an_id_in_two_files_is_refused_and_says_where_it_stands_first(refuse: Refuse) -> None:
    fault = only(refuse(SOURCES, EVENT, EVENT))

    assert (fault.file, fault.line, fault.row) == ("c.yaml", 2, "events[0] strike")
    assert fault.reason == "the id 'strike' is already that of the event in line 2 of b.yaml"


def test_a_claims_id_is_its_own_across_all_events(refuse: Refuse) -> None:
    other = EVENT.replace("id: strike", "id: other")
    claims = "    casualty_claims:\n" + claim("killed")

    fault = only(refuse(SOURCES, EVENT + claims, other + claims))

    assert fault.reason == "the id 'killed' is already that of the casualty claim in line 7 of b.yaml"


@pytest.mark.parametrize("member", ["part_of", "in_response_to"])
def test_events_in_a_circle_are_refused_once(refuse: Refuse, member: str) -> None:
    other = EVENT.replace("id: strike", "id: other")

    fault = only(refuse(EVENT + f"    {member}: other\n", other + f"    {member}: strike\n", SOURCES))

    assert (fault.file, fault.line) == ("a.yaml", 6)
    assert fault.reason == f"{member} goes in a circle: strike → other → strike"


def test_an_event_that_is_part_of_itself_is_refused(refuse: Refuse) -> None:
    fault = only(refuse(EVENT + "    part_of: strike\n", SOURCES))

    assert fault.reason == "part_of: 'strike' stands to itself"


def test_locations_in_a_circle_are_refused(refuse: Refuse) -> None:
    place = (
        "  - {{id: {0}, name: A, kind: area, country: IQ, within: {1}, citations: [{{source: atlas, locator: x}}]}}\n"
    )
    rows = place.format("a", "b") + place.format("b", "c") + place.format("c", "a")

    assert only(refuse(SOURCES + "locations:\n" + rows)).reason == "within goes in a circle: a → b → c → a"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("part_of", "relationships: 'a' stands to itself"),
        ("backed_by", "relationships: 'a' stands to itself"),
        ("linked_to", "relationships: 'a' stands to itself"),
    ],
)
def test_a_relationship_to_itself_is_refused(refuse: Refuse, kind: str, reason: str) -> None:
    actor = f"actors: [{{id: a, name: A, kind: state, {CITED}, relationships: [\n{{kind: {kind}, actor: a,"

    fault = only(refuse(SOURCES + f"{actor} wording: of, {CITED}}}]}}]\n"))

    assert (fault.row, fault.reason) == ("actors[0] a .relationships[0]", reason)


ACTOR = "  - {{id: {0}, name: A, kind: network, {2}, relationships: [{{kind: {1}, wording: of, {2}}}]}}\n"


def test_actors_that_are_part_of_each_other_are_refused(refuse: Refuse) -> None:
    rows = ACTOR.format("a", "part_of, actor: b", CITED) + ACTOR.format("b", "part_of, actor: a", CITED)

    assert only(refuse(SOURCES + "actors:\n" + rows)).reason == "relationships goes in a circle: a → b → a"


@pytest.mark.parametrize("other", ["umbrella_of", "backed_by", "linked_to"])
def test_actors_that_agree_from_both_sides_or_back_each_other_are_no_circle(
    read: Callable[..., Facts], other: str
) -> None:
    rows = ACTOR.format("a", "part_of, actor: b", CITED) + ACTOR.format("b", f"{other}, actor: a", CITED)

    assert len(read(SOURCES + "actors:\n" + rows).actors) == 2


def test_a_claim_covers_parts_of_its_own_event_alone(refuse: Refuse, read: Callable[..., Facts]) -> None:
    part = EVENT.replace("id: strike", "id: part") + "    part_of: half\n"
    half = EVENT.replace("events:\n", "").replace("id: strike", "id: half") + "    part_of: strike\n"
    whole = EVENT + "    casualty_claims:\n" + claim("c", rest=", covers: [part]")

    assert read(whole, part + half, SOURCES).events[0].casualty_claims[0].covers == ("part",)
    fault = only(refuse(whole, part + half.replace("    part_of: strike\n", ""), SOURCES))

    assert (fault.row, fault.reason) == (
        "events[0] strike .casualty_claims[0].covers[0]",
        "covers: 'part' is no part of 'strike'",
    )


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (claim("c", outcome="injured"), claim("d", more=", part_of_group: c"), "has another outcome"),
        (claim("c", scope="all"), claim("d", more=", part_of_group: c"), "is about all victims, not about a group"),
    ],
)
def test_a_group_is_part_of_a_group_of_the_same_outcome(refuse: Refuse, first: str, second: str, reason: str) -> None:
    fault = only(refuse(EVENT + "    casualty_claims:\n" + first + second, SOURCES))

    assert (fault.line, fault.reason) == (8, f"part_of_group: 'c' {reason}")


def test_a_group_is_part_of_no_group_of_another_event(refuse: Refuse) -> None:
    other = EVENT.replace("id: strike", "id: other")
    texts = (
        EVENT + "    casualty_claims:\n" + claim("c"),
        other + "    casualty_claims:\n" + claim("d", more=", part_of_group: c"),
    )

    assert only(refuse(*texts, SOURCES)).reason == "part_of_group: 'c' is a claim on another event"


def test_the_same_involvement_twice_is_refused(refuse: Refuse) -> None:
    row = f"      - {{actor: army, role: target, attribution: stated, {CITED}}}\n"

    fault = only(refuse(EVENT + "    actors:\n" + row + row, SOURCES, PLACES))

    assert (fault.line, fault.row) == (8, "events[0] strike .actors[1]")


def test_a_code_that_is_no_countrys_is_refused(refuse: Refuse) -> None:
    fault = only(refuse(SOURCES, PLACES.replace("country: IQ", "country: ZZ")))

    assert fault.reason.startswith("country: 'ZZ' is not a code of ISO 3166-1 alpha-2")


def test_supports_that_names_no_field_of_its_row_is_refused(refuse: Refuse) -> None:
    fault = only(refuse(EVENT.replace("quote: a strike", "quote: a strike, supports: [titel]"), SOURCES))

    assert fault.reason == "supports: the row has no field 'titel'; did you mean 'title'?"


def test_an_article_is_cited_with_a_quote_and_a_gazetteer_without_one(refuse: Refuse) -> None:
    fault = only(refuse(EVENT.replace(", quote: a strike", ""), SOURCES, PLACES))

    assert (fault.row, fault.reason) == (
        "events[0] strike .citations[0]",
        "quote: an article is cited with a quote; only records of a table have none",
    )


@pytest.mark.parametrize("word", ["terrorist", "Terrorists", "proxy", "proxies", "retaliatory"])
@pytest.mark.parametrize("member", ["title", "summary"])
def test_a_judging_word_in_our_own_title_or_summary_is_refused(refuse: Refuse, member: str, word: str) -> None:
    rows = [row for row in EVENT.splitlines() if member not in row]

    faults = refuse("\n".join([*rows, f"    {member}: A {word} strike"]), SOURCES)

    assert f"{member}: {word!r} judges; name place, act and date, or quote who says it" in [f.reason for f in faults]


def test_a_judging_word_may_stand_in_a_quotation(read: Callable[..., Facts]) -> None:
    title = 'title: Army’s “retaliatory” strike on the "proxy" as its ‘terrorist’ foe’s call'

    assert read(EVENT.replace("title: A strike", title), SOURCES).events[0].title.startswith("Army’s")


def test_many_faults_are_told_at_once_each_with_its_file_line_and_row(refuse: Refuse) -> None:
    event = f"""\
events:
  - id: strike
    title: A retaliatory strike
    date_precision: dya
    part_of: other
    {CITED}
    actors:
      - actor: amry
        role: target
        attribution: stated
    casualty_claims:
      - id: strike.killed
        outcome: killed
        wording: 16
        value: 16
        qualifier: exact
        reporting: attributed
        {CITED}
  - id: strike
"""
    faults = refuse(event, SOURCES + "event: []\n", PLACES)

    assert [(fault.file, fault.line, fault.row) for fault in faults] == [
        ("a.yaml", 3, "events[0] strike"),
        ("a.yaml", 4, "events[0] strike"),
        ("a.yaml", 5, "events[0] strike"),
        ("a.yaml", 8, "events[0] strike .actors[0]"),
        ("a.yaml", 8, "events[0] strike .actors[0]"),
        ("a.yaml", 12, "events[0] strike .casualty_claims[0]"),
        ("a.yaml", 14, "events[0] strike .casualty_claims[0]"),
        ("a.yaml", 19, "events[1] strike"),
        ("a.yaml", 19, "events[1] strike"),
        ("a.yaml", 19, "events[1] strike"),
        ("a.yaml", 19, "events[1] strike"),
        ("b.yaml", 4, ""),
    ]


def test_the_message_prints_every_fault_as_one_line_by_file_and_line() -> None:
    faults = [Fault("b.yaml", 1, "", "bad"), Fault("a.yaml", 10, "events[0] x", "worse"), Fault("a.yaml", 9, "", "bad")]

    assert str(FactsRefused(faults)).splitlines() == [
        "The facts are refused: 3 faults.",
        "a.yaml:9: bad",
        "a.yaml:10: events[0] x: worse",
        "b.yaml:1: bad",
    ]


_WORDS = st.sampled_from(
    [
        "sources",
        "events",
        "actors",
        "id",
        "citations",
        "source",
        "quote",
        "victims",
        "covers",
        "part_of",
        "kind",
        "qualifier",
    ]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(max_size=5) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=25,
)


def _read_or_refuse(folder: Path, content: bytes) -> None:
    """Anything but FactsRefused that comes out of this is a fault of the importer."""
    (folder / "random.yaml").write_bytes(content)
    try:
        read_facts(folder)
    except FactsRefused as refusal:
        told = str(refusal).splitlines()
    else:
        return
    assert len(told) > 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=st.dictionaries(_WORDS, _VALUES, max_size=4) | _VALUES)
def test_random_values_are_read_or_refused_and_never_crash(tmp_path: Path, value: object) -> None:
    _read_or_refuse(tmp_path, yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "surrogatepass"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(alphabet="ab0:-[]{}&*!|>#'\"%@`,. \n\t?~<=", max_size=60))
def test_random_text_is_read_or_refused_and_never_crashes(tmp_path: Path, text: str) -> None:
    _read_or_refuse(tmp_path, text.encode())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=60))
def test_random_bytes_are_read_or_refused_and_never_crash(tmp_path: Path, content: bytes) -> None:
    _read_or_refuse(tmp_path, content)


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ("since: '2020-13'", "since: '2020-13' is not in the calendar"),
        ("since: '2020-02-30'", "since: '2020-02-30' is not in the calendar"),
        ("until: '0000'", "until: '0000' is not in the calendar"),
        ("since: '2021', until: '2020'", "since 2021 is after until 2020"),
        ("since: '2020-04', until: '2020-03-31'", "since 2020-04 is after until 2020-03-31"),
    ],
)
def test_a_relationship_when_its_dates_cannot_be_is_refused(refuse: Refuse, dates: str, reason: str) -> None:
    assert [fault.reason for fault in refuse(SOURCES, related(dates))] == [reason]


@pytest.mark.parametrize("dates", ["since: '2020-02-29'", "since: '2020-03', until: '2020'", "until: '2020-12'"])
def test_a_relationship_when_its_dates_are_as_exact_as_known_is_read(read: Callable[..., Facts], dates: str) -> None:
    (relationship,) = read(SOURCES, related(dates)).actors[0].relationships
    assert all(f"'{date}'" in dates for date in (relationship.since, relationship.until) if date)


def test_coordinates_when_zero_has_a_sign_are_read_without_it(read: Callable[..., Facts]) -> None:
    places = PLACES.replace("country: IQ,", "country: IQ, latitude: -0.0, longitude: -0.0,")
    (place,) = read(SOURCES, places).locations
    assert (str(place.latitude), str(place.longitude)) == ("0.0", "0.0")


def related(dates: str) -> str:
    """Two actors, one of them part of the other at these dates."""
    relationship = f"{{kind: part_of, actor: army, {dates}, wording: a unit of it, {CITED}}}"
    unit = f"  - {{id: unit, name: A unit, kind: state_force, relationships: [{relationship}], {CITED}}}\n"
    return PLACES.replace("actors:\n", f"actors:\n{unit}")
