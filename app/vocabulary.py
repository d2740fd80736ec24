"""The words of the domain as closed lists, each value with its meaning.

Every layer, the database's constraints and the codebook take their lists from here; nothing else may define one.
The classes of `EventType` and `SubEventType` are ACLED's, those of `TypeOfViolence` are UCDP's, those of `Cause`
are SDG indicator 16.1.2's.
"""

from enum import StrEnum


class SourceKind(StrEnum):
    """What sort of publication a source is."""

    ARTICLE = "article"
    DATASET = "dataset"
    STATEMENT = "statement"
    GAZETTEER = "gazetteer"


class LocationKind(StrEnum):
    """What sort of place a location is."""

    COUNTRY = "country"
    ADMIN1 = "admin1"
    ADMIN2 = "admin2"
    CITY = "city"
    TOWN = "town"
    VILLAGE = "village"
    MILITARY_BASE = "military_base"
    SITE = "site"
    AREA = "area"
    WATER_OR_AIR = "water_or_air"
    UNSPECIFIED = "unspecified"


class LocationPrecision(StrEnum):
    """How exactly an event is placed by one of its locations, finest first."""

    EXACT = "exact"
    SETTLEMENT = "settlement"
    NEAR = "near"
    ADMIN2 = "admin2"
    ADMIN1 = "admin1"
    AREA = "area"
    COUNTRY = "country"
    WATER_OR_AIR = "water_or_air"


class DatePrecision(StrEnum):
    """How exactly an event is dated."""

    DAY = "day"
    DAYS = "days"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


class ActorKind(StrEnum):
    """What sort of actor it is."""

    STATE = "state"
    STATE_FORCE = "state_force"
    ARMED_GROUP = "armed_group"
    UMBRELLA = "umbrella"
    NETWORK = "network"
    ORGANISATION = "organisation"
    CIVILIANS = "civilians"
    UNSPECIFIED = "unspecified"


class RelationshipKind(StrEnum):
    """How one actor stands to another: A `part_of` B, A `umbrella_of` B, A `backed_by` B, A `linked_to` B."""

    PART_OF = "part_of"
    UMBRELLA_OF = "umbrella_of"
    BACKED_BY = "backed_by"
    LINKED_TO = "linked_to"


class Role(StrEnum):
    """What an actor has to do with an event."""

    INITIATOR = "initiator"
    TARGET = "target"
    SIDE_A = "side_a"
    SIDE_B = "side_b"
    PARTY = "party"
    AFFECTED = "affected"
    ASSOCIATED = "associated"


class Attribution(StrEnum):
    """On whose word an involvement rests."""

    STATED = "stated"
    CLAIMED = "claimed"
    ACKNOWLEDGED = "acknowledged"
    ATTRIBUTED = "attributed"
    SUSPECTED = "suspected"
    DENIED = "denied"


class Outcome(StrEnum):
    """What happened to the people a casualty claim counts. Outcomes are never added together."""

    KILLED = "killed"
    INJURED = "injured"
    DETAINED = "detained"
    ABDUCTED = "abducted"
    MISSING = "missing"


class Qualifier(StrEnum):
    """How the printed words bound the number in them."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    FEWER_THAN = "fewer_than"
    ABOUT = "about"
    RANGE = "range"
    DISORDERED = "disordered"
    CODED = "coded"
    VAGUE = "vague"
    UNKNOWN = "unknown"
    NONE_REPORTED = "none_reported"


class Reporting(StrEnum):
    """Who asserts a number: the source itself, someone it names, or nobody ("reportedly")."""

    OWN_VOICE = "own_voice"
    ATTRIBUTED = "attributed"
    HEDGED = "hedged"


class Measure(StrEnum):
    """What a reported count counts. Two measures are never compared or added."""

    TARGETS_STRUCK = "targets_struck"
    LOCATIONS_STRUCK = "locations_struck"
    SITES_STRUCK = "sites_struck"
    LOCATIONS_DESTROYED = "locations_destroyed"
    AIRSTRIKES = "airstrikes"
    ATTACKS = "attacks"


class VictimScope(StrEnum):
    """Whether a claim is about all victims of its event or about a group of them."""

    ALL = "all"
    GROUP = "group"


class VictimStatus(StrEnum):
    """Who the victims were, as the claimant says."""

    CIVILIAN = "civilian"
    PROTECTED_PERSON = "protected_person"
    ARMED_FORCES = "armed_forces"
    ARMED_GROUP_MEMBER = "armed_group_member"
    DIRECT_PARTICIPANT = "direct_participant"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    """The victims' sex, as the claimant says."""

    FEMALE = "female"
    MALE = "male"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class AgeGroup(StrEnum):
    """The victims' age group, as the claimant says."""

    ADULT = "adult"
    CHILD = "child"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class Standing(StrEnum):
    """Whether a claim is still upheld by the one who made it."""

    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    RETRACTED = "retracted"


class Cause(StrEnum):
    """What killed or harmed the victims: the classes of SDG indicator 16.1.2."""

    HEAVY_WEAPONS_AND_EXPLOSIVE_MUNITIONS = "heavy_weapons_and_explosive_munitions"
    PLANTED_EXPLOSIVES_AND_UNEXPLODED_ORDNANCE = "planted_explosives_and_unexploded_ordnance"
    SMALL_ARMS_AND_LIGHT_WEAPONS = "small_arms_and_light_weapons"
    INCENDIARY_WEAPONS = "incendiary_weapons"
    CHEMICAL_BIOLOGICAL_RADIOLOGICAL_NUCLEAR = "chemical_biological_radiological_nuclear"
    ELECTROMAGNETIC_WEAPONS = "electromagnetic_weapons"
    LESS_LETHAL_WEAPONS = "less_lethal_weapons"
    DENIAL_OF_INDISPENSABLE_OBJECTS = "denial_of_indispensable_objects"
    ACCIDENTS = "accidents"
    OTHER = "other"
    UNKNOWN = "unknown"


class EventType(StrEnum):
    """ACLED's six event types."""

    BATTLES = "battles"
    EXPLOSIONS_REMOTE_VIOLENCE = "explosions_remote_violence"
    VIOLENCE_AGAINST_CIVILIANS = "violence_against_civilians"
    PROTESTS = "protests"
    RIOTS = "riots"
    STRATEGIC_DEVELOPMENTS = "strategic_developments"


class SubEventType(StrEnum):
    """ACLED's 25 sub-event types; `SUB_EVENT_TYPES` says which type each belongs to."""

    GOVERNMENT_REGAINS_TERRITORY = "government_regains_territory"
    NON_STATE_ACTOR_OVERTAKES_TERRITORY = "non_state_actor_overtakes_territory"
    ARMED_CLASH = "armed_clash"
    CHEMICAL_WEAPON = "chemical_weapon"
    AIR_DRONE_STRIKE = "air_drone_strike"
    SUICIDE_BOMB = "suicide_bomb"
    SHELLING_ARTILLERY_MISSILE_ATTACK = "shelling_artillery_missile_attack"
    REMOTE_EXPLOSIVE_LANDMINE_IED = "remote_explosive_landmine_ied"
    GRENADE = "grenade"
    SEXUAL_VIOLENCE = "sexual_violence"
    ATTACK = "attack"
    ABDUCTION_FORCED_DISAPPEARANCE = "abduction_forced_disappearance"
    PEACEFUL_PROTEST = "peaceful_protest"
    PROTEST_WITH_INTERVENTION = "protest_with_intervention"
    EXCESSIVE_FORCE_AGAINST_PROTESTERS = "excessive_force_against_protesters"
    VIOLENT_DEMONSTRATION = "violent_demonstration"
    MOB_VIOLENCE = "mob_violence"
    AGREEMENT = "agreement"
    ARRESTS = "arrests"
    CHANGE_TO_GROUP_ACTIVITY = "change_to_group_activity"
    DISRUPTED_WEAPONS_USE = "disrupted_weapons_use"
    HEADQUARTERS_OR_BASE_ESTABLISHED = "headquarters_or_base_established"
    LOOTING_PROPERTY_DESTRUCTION = "looting_property_destruction"
    NON_VIOLENT_TRANSFER_OF_TERRITORY = "non_violent_transfer_of_territory"
    OTHER = "other"


SUB_EVENT_TYPES: dict[EventType, tuple[SubEventType, ...]] = {
    EventType.BATTLES: (
        SubEventType.GOVERNMENT_REGAINS_TERRITORY,
        SubEventType.NON_STATE_ACTOR_OVERTAKES_TERRITORY,
        SubEventType.ARMED_CLASH,
    ),
    EventType.EXPLOSIONS_REMOTE_VIOLENCE: (
        SubEventType.CHEMICAL_WEAPON,
        SubEventType.AIR_DRONE_STRIKE,
        SubEventType.SUICIDE_BOMB,
        SubEventType.SHELLING_ARTILLERY_MISSILE_ATTACK,
        SubEventType.REMOTE_EXPLOSIVE_LANDMINE_IED,
        SubEventType.GRENADE,
    ),
    EventType.VIOLENCE_AGAINST_CIVILIANS: (
        SubEventType.SEXUAL_VIOLENCE,
        SubEventType.ATTACK,
        SubEventType.ABDUCTION_FORCED_DISAPPEARANCE,
    ),
    EventType.PROTESTS: (
        SubEventType.PEACEFUL_PROTEST,
        SubEventType.PROTEST_WITH_INTERVENTION,
        SubEventType.EXCESSIVE_FORCE_AGAINST_PROTESTERS,
    ),
    EventType.RIOTS: (SubEventType.VIOLENT_DEMONSTRATION, SubEventType.MOB_VIOLENCE),
    EventType.STRATEGIC_DEVELOPMENTS: (
        SubEventType.AGREEMENT,
        SubEventType.ARRESTS,
        SubEventType.CHANGE_TO_GROUP_ACTIVITY,
        SubEventType.DISRUPTED_WEAPONS_USE,
        SubEventType.HEADQUARTERS_OR_BASE_ESTABLISHED,
        SubEventType.LOOTING_PROPERTY_DESTRUCTION,
        SubEventType.NON_VIOLENT_TRANSFER_OF_TERRITORY,
        SubEventType.OTHER,
    ),
}


class TypeOfViolence(StrEnum):
    """UCDP's three types of organised violence."""

    STATE_BASED = "state_based"
    NON_STATE = "non_state"
    ONE_SIDED = "one_sided"


class ReviewStatus(StrEnum):
    """What a reader should know about how an event was coded."""

    DISORDERED_BOUNDS = "disordered_bounds"
    CHECK_DEATHS = "check_deaths"
    CHECK_DYAD = "check_dyad"
    CHECK_GEOGRAPHY = "check_geography"
    CHECK_TYPE_OF_VIOLENCE = "check_type_of_violence"
    LOW_CONFIDENCE = "low_confidence"


class ThingType(StrEnum):
    """A thing that releases create, update and withdraw on its own; countries and claims follow from these."""

    ACTOR = "actor"
    EVENT = "event"
    LOCATION = "location"
    SOURCE = "source"


class ChangeKind(StrEnum):
    """What happened to a thing between two releases."""

    CREATED = "created"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"
    SUPPRESSED = "suppressed"


class ChangeReason(StrEnum):
    """Why a thing differs, as far as two releases show it."""

    NEW_FACT = "new_fact"
    CORRECTION = "correction"
    RETRACTION = "retraction"
    DATASET_REVISION = "dataset_revision"
    RECODING = "recoding"
    SUPPRESSION = "suppression"
