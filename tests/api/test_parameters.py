"""What is asked wrongly is refused with every fault at once; nothing is ignored and nothing guessed."""

import pytest

from tests.api.facts import TOWER_22
from tests.api.serving import Api

LISTS = ("/events", "/casualty-claims", "/locations", "/actors", "/sources", "/countries", "/releases")
ITEMS = (
    f"/events/{TOWER_22}",
    f"/casualty-claims/{TOWER_22}.killed",
    "/locations/iraq",
    "/actors/iran",
    "/sources/geonames",
    "/countries/iraq",
    "/releases/1",
)


@pytest.mark.parametrize("path", [*LISTS, *ITEMS])
def test_an_unknown_parameter_is_refused_everywhere(api: Api, path: str) -> None:
    proposed = api.faults(f"{path}?relase=1")
    assert (list(proposed), proposed["relase"][0]) == (["relase"], "release")


def test_every_fault_is_told_at_once(api: Api) -> None:
    problem = api.problem(
        "/events?county=iraq&country=iraqi,syira,congo&date_from=2024-13&limit=0&sort=daet&actor=iran,nobody"
        "&role=intiator&killed_on=low&total=maybe&release=99&fields=titel,id&event_type=&level=all&level=all",
        400,
    )
    assert problem["title"] == "The request's parameters are not right"
    assert problem["instance"] == "/events"
    assert [(fault["parameter"], fault["did_you_mean"][:1]) for fault in problem["errors"]] == [
        ("county", ["country"]),
        ("country", ["Iraq"]),
        ("country", ["Syria"]),
        ("country", ["DR Congo"]),
        ("date_from", []),
        ("limit", []),
        ("sort", ["date"]),
        ("role", ["initiator"]),
        ("total", []),
        ("fields", ["title"]),
        ("event_type", []),
        ("level", []),
        ("killed_on", []),
        ("release", ["1"]),
        ("actor", []),
    ]
    assert problem["detail"].startswith("15 parameters are not right.")


def test_an_unknown_release_does_not_hide_an_unknown_id(api: Api) -> None:
    assert list(api.faults("/events?release=99&actor=nobody")) == ["release", "actor"]


@pytest.mark.parametrize(
    ("query", "parameter", "said"),
    [
        ("limit=0", "limit", "0 is not from 1 to 1000"),
        ("limit=1001", "limit", "1001 is not from 1 to 1000; links.next leads to the rows after the page"),
        ("limit=-1", "limit", "'-1' is not a whole number"),
        ("limit=10.0", "limit", "'10.0' is not a whole number"),
        ("limit=٣", "limit", "is not a whole number"),
        ("limit=9999999999", "limit", "in at most 9 digits"),
        ("killed_min=1e3", "killed_min", "'1e3' is not a whole number"),
        ("killed_min=5&killed_max=4", "killed_max", "is less than killed_min"),
        ("total=False", "total", "'False' is neither true nor false"),
        ("network=true", "network", "has no effect without actor"),
        ("killed_on=low", "killed_on", "has no effect without killed_min or killed_max"),
        ("format=tsv", "format", "'tsv' is not one of json, geojson, csv, ndjson, parquet, xlsx"),
        ("format=json&limit=all", "limit", "all is to be had with `format` geojson, csv, ndjson, parquet, xlsx;"),
        ("format=csv&limit=all&cursor=x", "limit", "all begins at the first row: give no cursor with it"),
        ("fields=killed_best", "fields", "'killed_best' is a column, and json has members"),
        ("as_of=2024", "as_of", "'2024' is not a day such as 2024-02-02"),
        ("country=iraq,,syria", "country", "has nothing before, between or after its commas"),
        ("actor=iran,", "actor", "has nothing before, between or after its commas"),
        ("actor=%20", "actor", "is empty: give a value or leave the parameter out"),
        ("actor=a%00b", "actor", "holds a character that no value has"),
        ("limit=5&limit=5", "limit", "is given 2 times but takes one value"),
        ("country=congo", "country", "'congo' fits more than one country"),
        ("=iraq", "", "a value is given without the name of its parameter"),
        ("Country=iraq", "Country", "there is no such parameter here"),
        ("country=%ff%fe", "country", "is not a country that is known here"),
        ("%F0%9F%92%A3=1", "💣", "there is no such parameter here"),
    ],
)
def test_a_fault_says_in_plain_words_what_is_wrong(api: Api, query: str, parameter: str, said: str) -> None:
    (fault,) = api.problem(f"/events?{query}", 400)["errors"]
    assert fault["parameter"] == parameter
    assert said in fault["detail"]


@pytest.mark.parametrize("parameter", ["country", "actor", "role", "source", "fields", "admin1"])
def test_a_parameter_that_takes_many_values_may_be_repeated(api: Api, parameter: str) -> None:
    values = {
        "country": ("iraq", "syria"),
        "actor": ("iran", "hamas"),
        "role": ("target", "initiator"),
        "source": ("geonames", "iso-3166"),
        "fields": ("id", "title"),
        "admin1": ("Anbar", "Deir ez-Zor"),
    }[parameter]
    both = api.client.get("/events", params=[(parameter, value) for value in values])
    assert both.status_code == 200
    if parameter != "admin1":  # whose names may have commas
        assert api.client.get("/events", params={parameter: ",".join(values)}).content == both.content


def test_the_same_value_twice_is_one_value(api: Api) -> None:
    meta = api.json("/events?country=iraq&country=IQ,iraq&actor=iran,iran")["meta"]
    assert meta["filters_applied"] == {"actor": ["iran"], "country": ["IQ"]}


def test_a_country_whose_name_has_commas_is_one_country(api: Api) -> None:
    meta = api.json("/events?country=Bolivia,%20Plurinational%20State%20of,iraq")["meta"]
    assert meta["filters_applied"] == {"country": ["BO", "IQ"]}


def test_a_gleditsch_ward_number_stands_for_all_its_countries(api: Api) -> None:
    assert api.json("/events?country=gw:666")["meta"]["filters_applied"] == {"country": ["IL", "PS"]}


def test_too_many_values_are_refused(api: Api) -> None:
    for parameter in ("actor", "country"):
        query = "&".join(f"{parameter}=x{number}" for number in range(101))
        (fault,) = api.problem(f"/events?{query}", 400)["errors"]
        assert fault["detail"] == "has 101 values; the most is 100"


def test_many_values_that_name_nothing_are_all_told_and_cost_little(api: Api) -> None:
    query = "&".join(f"{name}={','.join(f'no-{n}' for n in range(100))}" for name in ("actor", "location", "source"))
    faults = api.problem(f"/events?{query}", 400)["errors"]
    assert len(faults) == 300
    assert {fault["parameter"] for fault in faults} == {"actor", "location", "source"}


def test_more_parameters_than_there_are_when_given_then_they_are_not_looked_at_one_by_one(api: Api) -> None:
    (fault,) = api.problem("/events?" + "&".join(f"x{number}=1" for number in range(900)), 400)["errors"]
    assert (fault["parameter"], fault["detail"]) == ("the question as a whole", "has 900 parameters; the most is 100")


def test_an_address_that_is_too_long_is_414_and_is_not_said_again(api: Api) -> None:
    problem = api.problem(f"/events?actor={'x' * 20_000}", 414)
    assert (problem["type"], problem["instance"]) == ("/problems/url-too-long", "/")
    assert api.problem(f"/events/{'%2e%2e%2f' * 3_000}", 414)["errors"] == []


def test_a_very_long_value_is_refused_like_any_other(api: Api) -> None:
    (fault,) = api.problem(f"/events?actor={'x' * 7_000}", 400)["errors"]
    assert (fault["parameter"], fault["did_you_mean"]) == ("actor", [])


def test_links_escape_what_addresses_cannot_hold_and_lead_back(api: Api) -> None:
    links = api.json("/locations?admin1=Deir+ez-Zor&limit=1")["links"]
    assert links["self"] == "/locations?admin1=Deir%20ez-Zor&limit=1"
    assert [row["id"] for page in api.walk(links["self"]) for row in page["data"]] == ["al-mayadeen", "deir-ez-zor"]


@pytest.mark.parametrize(
    "path",
    [
        "/events/no-such",
        "/events/%00",
        "/actors/Iran",
        "/locations/%F0%9F%92%A3",
        "/releases/01",
        "/releases/2",
        "/releases/x",
    ],
)
def test_an_id_that_is_not_there_is_404_with_its_own_address(api: Api, path: str) -> None:
    problem = api.problem(path, 404)
    assert problem["type"] == "/problems/not-found"
    assert problem["instance"] == path


@pytest.mark.parametrize("path", ["/", "/openapi.json", "/docs", "/problems/not-found"])
def test_what_takes_no_parameters_when_given_one_then_it_is_a_fault(api: Api, path: str) -> None:
    assert [fault["parameter"] for fault in api.problem(f"{path}?format=csv", 400)["errors"]] == ["format"]
    assert api.client.get(path).status_code == 200
    assert api.client.get(path, headers={"if-none-match": "*"}).status_code == 304


@pytest.mark.parametrize(
    ("question", "at_fault"),
    [
        ("near=35,40&radius_km=far", ["radius_km"]),
        ("date_mode=start&date_from=soon", ["date_from"]),
        ("killed_on=low&killed_min=-1", ["killed_min"]),
        ("near=35,40", ["near"]),
        ("date_mode=start", ["date_mode"]),
    ],
)
def test_what_lacks_a_parameter_that_is_at_fault_itself_is_not_faulted(
    api: Api, question: str, at_fault: list[str]
) -> None:
    assert [fault["parameter"] for fault in api.problem(f"/events?{question}", 400)["errors"]] == at_fault
