"""Which release of a dataset a file is: given, or read from the file's name, and never guessed from its dates."""

import re
from dataclasses import dataclass

# ged241, ged241-csv, GEDEvent_v24_1; candidates are v24_0_5 (a month) and v24_01_24_09 (a span of months).
_IN_A_NAME = re.compile(
    r"(?<![a-z0-9])ged(?P<year>\d{2})(?P<part>\d)(?!\d)|v(?P<dotted>\d{2}(?:[._]\d{1,2}){1,3})(?!\d)", re.IGNORECASE
)
_VERSION = re.compile(r"\d{2}\.\d{1,2}(?:\.\d{1,2}){0,2}")


@dataclass(frozen=True, slots=True)
class UcdpVersion:
    """A release of UCDP GED: yearly `24.1`, monthly candidate `24.0.5`, or candidates of a span `24.01.24.09`."""

    text: str

    @property
    def is_yearly(self) -> bool:
        return self.text.count(".") == 1

    @property
    def year(self) -> int:
        """The year of publication, in two digits: a yearly release covers the years before it, a candidate its own."""
        return int(self.text[:2])

    def is_outdated_by(self, other: "UcdpVersion") -> bool:
        """Whether the other one has revised what this one holds."""
        if not other.is_yearly:
            return False
        return other.year > self.year or (self.is_yearly and other.year == self.year and other.text > self.text)


def read_version(text: str) -> UcdpVersion | None:
    """A version as UCDP writes it; None for anything else."""
    return UcdpVersion(text) if _VERSION.fullmatch(text) else None


def version_in_name(name: str) -> UcdpVersion | None:
    """The version that a file's name holds; None where it holds none, or more than one."""
    found = {
        f"{match['year']}.{match['part']}" if match["year"] else match["dotted"].replace("_", ".")
        for match in _IN_A_NAME.finditer(name)
    }
    return read_version(found.pop()) if len(found) == 1 else None
