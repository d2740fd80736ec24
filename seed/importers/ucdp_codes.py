"""UCDP GED's code lists, in its codebook's meaning, as words of the domain."""

from app.vocabulary import DatePrecision, LocationPrecision, ReviewStatus, TypeOfViolence, VictimStatus

TYPES = {1: TypeOfViolence.STATE_BASED, 2: TypeOfViolence.NON_STATE, 3: TypeOfViolence.ONE_SIDED}
IN_A_TITLE = {1: "State-based violence", 2: "Non-state violence", 3: "One-sided violence"}
PLACED = {
    1: LocationPrecision.EXACT,
    2: LocationPrecision.NEAR,
    3: LocationPrecision.ADMIN2,
    4: LocationPrecision.ADMIN1,
    5: LocationPrecision.AREA,
    6: LocationPrecision.COUNTRY,
    7: LocationPrecision.WATER_OR_AIR,
}
DATED = {
    1: DatePrecision.DAY,
    2: DatePrecision.DAYS,
    3: DatePrecision.WEEK,
    4: DatePrecision.MONTH,
    5: DatePrecision.YEAR,
}
REVIEWED = {
    "check deaths": ReviewStatus.CHECK_DEATHS,
    "check dyad": ReviewStatus.CHECK_DYAD,
    "check geography": ReviewStatus.CHECK_GEOGRAPHY,
    "check type of violence": ReviewStatus.CHECK_TYPE_OF_VIOLENCE,
    "low confidence": ReviewStatus.LOW_CONFIDENCE,
}
PARTS = {
    "deaths_a": ("dead of side A", VictimStatus.ARMED_GROUP_MEMBER),
    "deaths_b": ("dead of side B", VictimStatus.ARMED_GROUP_MEMBER),
    "deaths_civilians": ("dead civilians", VictimStatus.CIVILIAN),
    "deaths_unknown": ("dead of unknown identity", VictimStatus.UNKNOWN),
}
