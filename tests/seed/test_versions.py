"""The release that a dataset's file is of, by its name."""

import pytest

from seed.importers.versions import read_version, version_in_name


@pytest.mark.parametrize(
    ("name", "version", "is_yearly"),
    [
        ("ged241.csv", "24.1", True),
        ("ged251-csv.zip", "25.1", True),
        ("GEDEvent_v24_1.csv", "24.1", True),
        ("GEDEvent_v24_0_5.csv", "24.0.5", False),
        ("GEDEvent_v24_01_24_09.csv", "24.01.24.09", False),
        ("ukraine_ged201.csv", "20.1", True),
        ("bangladesh_ged191_layout2020.csv", "19.1", True),
    ],
)
def test_version_is_read_from_the_name_when_it_is_there(name: str, version: str, is_yearly: bool) -> None:
    found = version_in_name(name)
    assert found is not None
    assert (found.text, found.is_yearly) == (version, is_yearly)


@pytest.mark.parametrize(
    "name", ["ged_mexico.csv.gz", "download.zip", "merged241.csv", "ged241_and_ged251.csv", "2024.csv"]
)
def test_version_is_not_guessed_when_the_name_does_not_say_one(name: str) -> None:
    assert version_in_name(name) is None


@pytest.mark.parametrize("text", ["24", "24.1a", "2024.1", "latest", ""])
def test_text_that_is_no_version_is_none(text: str) -> None:
    assert read_version(text) is None
