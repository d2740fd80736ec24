"""Create the record: sources, citations, locations, actors, events and what is known of them."""

import sqlalchemy as sa
from alembic import op

# 0001 and 0002 were the schema before the first release: a database that stands there is refused, never misread.
revision: str = "0003"
down_revision: str | None = None
branch_labels: None = None
depends_on: None = None

# Text keys sort in byte order on every database.
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "source",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("origin", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("article", "dataset", "statement", "gazetteer", name="kind", native_enum=False, length=60),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("archive_url", sa.Text(), nullable=True),
        sa.Column("retrieved_from", sa.Text(), nullable=True),
        sa.Column("retrieved_on", sa.Date(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("language", KEY, nullable=True),
        sa.Column("republication_of_number", sa.Integer(), nullable=True),
        sa.Column("family", KEY, nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("text_sha256", KEY, nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind = 'article' OR kind = 'dataset' OR kind = 'statement' OR kind = 'gazetteer'",
            name=op.f("ck_source_kind"),
        ),
        sa.CheckConstraint(
            "text_sha256 IS NULL OR (length(text_sha256) = 64 AND ltrim(text_sha256, '0123456789abcdef') = '')",
            name=op.f("ck_source_text_sha256_is_whole"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_source_title_is_given")),
        sa.CheckConstraint(
            "republication_of_number IS NULL OR republication_of_number <> number",
            name=op.f("ck_source_not_its_own_version"),
        ),
        sa.ForeignKeyConstraint(
            ["republication_of_number"],
            ["source.number"],
            name=op.f("fk_source_republication_of_number_source"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_source")),
        sa.UniqueConstraint("id", name=op.f("uq_source_id")),
    )
    op.create_index(
        "ix_source_republication_of_number",
        "source",
        ["republication_of_number"],
        unique=False,
        sqlite_where=sa.text("republication_of_number IS NOT NULL"),
        postgresql_where=sa.text("republication_of_number IS NOT NULL"),
    )
    op.create_table(
        "citation",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "owner_kind",
            sa.Enum("event", "location", "actor", name="owner_kind", native_enum=False, length=60),
            nullable=False,
        ),
        sa.Column("owner_number", sa.Integer(), nullable=False),
        sa.Column("source_number", sa.Integer(), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("supports", sa.JSON(), nullable=False),
        sa.CheckConstraint("locator <> ''", name=op.f("ck_citation_locator_is_given")),
        sa.CheckConstraint(
            "owner_kind = 'event' OR owner_kind = 'location' OR owner_kind = 'actor'",
            name=op.f("ck_citation_owner_kind"),
        ),
        sa.CheckConstraint(
            "quote IS NULL OR (quote <> '' AND length(quote) <= 300)", name=op.f("ck_citation_quote_is_short")
        ),
        sa.CheckConstraint("owner_number >= 1", name=op.f("ck_citation_owner_is_a_thing")),
        sa.ForeignKeyConstraint(["source_number"], ["source.number"], name=op.f("fk_citation_source_number_source")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_citation")),
    )
    op.create_index(op.f("ix_citation_owner_number"), "citation", ["owner_number"], unique=False)
    op.create_table(
        "actor",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("origin", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "state",
                "state_force",
                "armed_group",
                "umbrella",
                "network",
                "organisation",
                "civilians",
                "unspecified",
                name="kind",
                native_enum=False,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("country", KEY, nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("citation_number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "country IS NULL OR (length(country) = 2 AND ltrim(country, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') = '')",
            name=op.f("ck_actor_country_is_iso2"),
        ),
        sa.CheckConstraint("description IS NULL OR description <> ''", name=op.f("ck_actor_description_is_given")),
        sa.CheckConstraint(
            "kind = 'state' OR kind = 'state_force' OR kind = 'armed_group' OR kind = 'umbrella' OR kind = 'network' OR kind = 'organisation' OR kind = 'civilians' OR kind = 'unspecified'",
            name=op.f("ck_actor_kind"),
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_actor_name_is_given")),
        sa.ForeignKeyConstraint(
            ["citation_number"], ["citation.number"], name=op.f("fk_actor_citation_number_citation")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_actor")),
        sa.UniqueConstraint("id", name=op.f("uq_actor_id")),
    )
    op.create_index(op.f("ix_actor_citation_number"), "actor", ["citation_number"], unique=False)
    op.create_table(
        "event",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("origin", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("is_aggregate", sa.Boolean(), nullable=False),
        sa.Column("part_of_number", sa.Integer(), nullable=True),
        sa.Column("in_response_to_number", sa.Integer(), nullable=True),
        sa.Column(
            "event_type",
            sa.Enum(
                "battles",
                "explosions_remote_violence",
                "violence_against_civilians",
                "protests",
                "riots",
                "strategic_developments",
                name="event_type",
                native_enum=False,
                length=60,
            ),
            nullable=True,
        ),
        sa.Column(
            "sub_event_type",
            sa.Enum(
                "government_regains_territory",
                "non_state_actor_overtakes_territory",
                "armed_clash",
                "chemical_weapon",
                "air_drone_strike",
                "suicide_bomb",
                "shelling_artillery_missile_attack",
                "remote_explosive_landmine_ied",
                "grenade",
                "sexual_violence",
                "attack",
                "abduction_forced_disappearance",
                "peaceful_protest",
                "protest_with_intervention",
                "excessive_force_against_protesters",
                "violent_demonstration",
                "mob_violence",
                "agreement",
                "arrests",
                "change_to_group_activity",
                "disrupted_weapons_use",
                "headquarters_or_base_established",
                "looting_property_destruction",
                "non_violent_transfer_of_territory",
                "other",
                name="sub_event_type",
                native_enum=False,
                length=60,
            ),
            nullable=True,
        ),
        sa.Column(
            "type_of_violence",
            sa.Enum("state_based", "non_state", "one_sided", name="type_of_violence", native_enum=False, length=60),
            nullable=True,
        ),
        sa.Column("conflict_id", KEY, nullable=True),
        sa.Column("conflict_name", sa.Text(), nullable=True),
        sa.Column("date_start", sa.Date(), nullable=True),
        sa.Column("date_end", sa.Date(), nullable=True),
        sa.Column(
            "date_precision",
            sa.Enum(
                "day", "days", "week", "month", "year", "unknown", name="date_precision", native_enum=False, length=60
            ),
            nullable=False,
        ),
        sa.Column("date_wording", sa.Text(), nullable=True),
        sa.Column("dataset_code_status", sa.Text(), nullable=True),
        sa.Column("dataset_event_clarity", sa.BigInteger(), nullable=True),
        sa.Column("dataset_where_prec", sa.BigInteger(), nullable=True),
        sa.Column("dataset_date_prec", sa.BigInteger(), nullable=True),
        sa.Column("dataset_number_of_sources", sa.BigInteger(), nullable=True),
        sa.Column("dataset_country", sa.Text(), nullable=True),
        sa.Column("dataset_country_id", sa.BigInteger(), nullable=True),
        sa.Column("external_ids", sa.JSON(), nullable=False),
        sa.Column("review_status", sa.JSON(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("citation_number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(date_precision = 'unknown') = (date_start IS NULL OR date_end IS NULL)",
            name=op.f("ck_event_date_precision_of_known_dates"),
        ),
        sa.CheckConstraint("conflict_id IS NULL OR conflict_id <> ''", name=op.f("ck_event_conflict_id_is_given")),
        sa.CheckConstraint(
            "conflict_name IS NULL OR conflict_name <> ''", name=op.f("ck_event_conflict_name_is_given")
        ),
        sa.CheckConstraint("date_precision <> 'day' OR date_start = date_end", name=op.f("ck_event_a_day_is_one_day")),
        sa.CheckConstraint(
            "date_precision = 'day' OR date_precision = 'days' OR date_precision = 'week' OR date_precision = 'month' OR date_precision = 'year' OR date_precision = 'unknown'",
            name=op.f("ck_event_date_precision"),
        ),
        sa.CheckConstraint("date_wording IS NULL OR date_wording <> ''", name=op.f("ck_event_date_wording_is_given")),
        sa.CheckConstraint(
            "event_type = 'battles' OR event_type = 'explosions_remote_violence' OR event_type = 'violence_against_civilians' OR event_type = 'protests' OR event_type = 'riots' OR event_type = 'strategic_developments'",
            name=op.f("ck_event_event_type"),
        ),
        sa.CheckConstraint(
            "sub_event_type = 'government_regains_territory' OR sub_event_type = 'non_state_actor_overtakes_territory' OR sub_event_type = 'armed_clash' OR sub_event_type = 'chemical_weapon' OR sub_event_type = 'air_drone_strike' OR sub_event_type = 'suicide_bomb' OR sub_event_type = 'shelling_artillery_missile_attack' OR sub_event_type = 'remote_explosive_landmine_ied' OR sub_event_type = 'grenade' OR sub_event_type = 'sexual_violence' OR sub_event_type = 'attack' OR sub_event_type = 'abduction_forced_disappearance' OR sub_event_type = 'peaceful_protest' OR sub_event_type = 'protest_with_intervention' OR sub_event_type = 'excessive_force_against_protesters' OR sub_event_type = 'violent_demonstration' OR sub_event_type = 'mob_violence' OR sub_event_type = 'agreement' OR sub_event_type = 'arrests' OR sub_event_type = 'change_to_group_activity' OR sub_event_type = 'disrupted_weapons_use' OR sub_event_type = 'headquarters_or_base_established' OR sub_event_type = 'looting_property_destruction' OR sub_event_type = 'non_violent_transfer_of_territory' OR sub_event_type = 'other'",
            name=op.f("ck_event_sub_event_type"),
        ),
        sa.CheckConstraint(
            "sub_event_type IS NULL OR (event_type IS NOT NULL AND ((event_type = 'battles' AND sub_event_type IN ('government_regains_territory', 'non_state_actor_overtakes_territory', 'armed_clash')) OR (event_type = 'explosions_remote_violence' AND sub_event_type IN ('chemical_weapon', 'air_drone_strike', 'suicide_bomb', 'shelling_artillery_missile_attack', 'remote_explosive_landmine_ied', 'grenade')) OR (event_type = 'violence_against_civilians' AND sub_event_type IN ('sexual_violence', 'attack', 'abduction_forced_disappearance')) OR (event_type = 'protests' AND sub_event_type IN ('peaceful_protest', 'protest_with_intervention', 'excessive_force_against_protesters')) OR (event_type = 'riots' AND sub_event_type IN ('violent_demonstration', 'mob_violence')) OR (event_type = 'strategic_developments' AND sub_event_type IN ('agreement', 'arrests', 'change_to_group_activity', 'disrupted_weapons_use', 'headquarters_or_base_established', 'looting_property_destruction', 'non_violent_transfer_of_territory', 'other'))))",
            name=op.f("ck_event_sub_event_type_of_its_type"),
        ),
        sa.CheckConstraint("summary IS NULL OR summary <> ''", name=op.f("ck_event_summary_is_given")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_event_title_is_given")),
        sa.CheckConstraint(
            "type_of_violence = 'state_based' OR type_of_violence = 'non_state' OR type_of_violence = 'one_sided'",
            name=op.f("ck_event_type_of_violence"),
        ),
        sa.CheckConstraint(
            "(conflict_id IS NULL) = (conflict_name IS NULL)", name=op.f("ck_event_conflict_has_a_name")
        ),
        sa.CheckConstraint(
            "date_start IS NULL OR date_end IS NULL OR date_start <= date_end", name=op.f("ck_event_dates_in_order")
        ),
        sa.CheckConstraint(
            "in_response_to_number IS NULL OR in_response_to_number <> number",
            name=op.f("ck_event_not_in_response_to_itself"),
        ),
        sa.CheckConstraint(
            "part_of_number IS NULL OR part_of_number <> number", name=op.f("ck_event_not_part_of_itself")
        ),
        sa.ForeignKeyConstraint(
            ["citation_number"], ["citation.number"], name=op.f("fk_event_citation_number_citation")
        ),
        sa.ForeignKeyConstraint(
            ["in_response_to_number"],
            ["event.number"],
            name=op.f("fk_event_in_response_to_number_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["part_of_number"],
            ["event.number"],
            name=op.f("fk_event_part_of_number_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_event")),
        sa.UniqueConstraint("id", name=op.f("uq_event_id")),
    )
    op.create_index(op.f("ix_event_citation_number"), "event", ["citation_number"], unique=False)
    op.create_index(
        "ix_event_in_response_to_number",
        "event",
        ["in_response_to_number"],
        unique=False,
        sqlite_where=sa.text("in_response_to_number IS NOT NULL"),
        postgresql_where=sa.text("in_response_to_number IS NOT NULL"),
    )
    op.create_index(
        "ix_event_part_of_number",
        "event",
        ["part_of_number"],
        unique=False,
        sqlite_where=sa.text("part_of_number IS NOT NULL"),
        postgresql_where=sa.text("part_of_number IS NOT NULL"),
    )
    op.create_table(
        "location",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("origin", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "country",
                "admin1",
                "admin2",
                "city",
                "town",
                "village",
                "military_base",
                "site",
                "area",
                "water_or_air",
                "unspecified",
                name="kind",
                native_enum=False,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("country", KEY, nullable=True),
        sa.Column("admin1", sa.Text(), nullable=True),
        sa.Column("admin2", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("within_number", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("citation_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("admin1 IS NULL OR admin1 <> ''", name=op.f("ck_location_admin1_is_given")),
        sa.CheckConstraint("admin2 IS NULL OR admin2 <> ''", name=op.f("ck_location_admin2_is_given")),
        sa.CheckConstraint("country IS NOT NULL OR kind = 'water_or_air'", name=op.f("ck_location_land_has_a_country")),
        sa.CheckConstraint(
            "country IS NULL OR (length(country) = 2 AND ltrim(country, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') = '')",
            name=op.f("ck_location_country_is_iso2"),
        ),
        sa.CheckConstraint(
            "kind = 'country' OR kind = 'admin1' OR kind = 'admin2' OR kind = 'city' OR kind = 'town' OR kind = 'village' OR kind = 'military_base' OR kind = 'site' OR kind = 'area' OR kind = 'water_or_air' OR kind = 'unspecified'",
            name=op.f("ck_location_kind"),
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_location_name_is_given")),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_location_both_coordinates_or_none")
        ),
        sa.CheckConstraint(
            "latitude IS NULL OR latitude BETWEEN -90 AND 90", name=op.f("ck_location_latitude_in_range")
        ),
        sa.CheckConstraint(
            "longitude IS NULL OR longitude BETWEEN -180 AND 180", name=op.f("ck_location_longitude_in_range")
        ),
        sa.CheckConstraint(
            "within_number IS NULL OR within_number <> number", name=op.f("ck_location_not_within_itself")
        ),
        sa.ForeignKeyConstraint(
            ["citation_number"], ["citation.number"], name=op.f("fk_location_citation_number_citation")
        ),
        sa.ForeignKeyConstraint(
            ["within_number"],
            ["location.number"],
            name=op.f("fk_location_within_number_location"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_location")),
        sa.UniqueConstraint("id", name=op.f("uq_location_id")),
    )
    op.create_index(op.f("ix_location_citation_number"), "location", ["citation_number"], unique=False)
    op.create_index(
        "ix_location_within_number",
        "location",
        ["within_number"],
        unique=False,
        sqlite_where=sa.text("within_number IS NOT NULL"),
        postgresql_where=sa.text("within_number IS NOT NULL"),
    )
    op.create_table(
        "casualty_claim",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("event_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "killed", "injured", "detained", "abducted", "missing", name="outcome", native_enum=False, length=60
            ),
            nullable=False,
        ),
        sa.Column(
            "victims_scope", sa.Enum("all", "group", name="victims_scope", native_enum=False, length=60), nullable=False
        ),
        sa.Column("victims_description", sa.Text(), nullable=False),
        sa.Column(
            "victims_status",
            sa.Enum(
                "civilian",
                "protected_person",
                "armed_forces",
                "armed_group_member",
                "direct_participant",
                "mixed",
                "unknown",
                name="victims_status",
                native_enum=False,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("victims_actor_number", sa.Integer(), nullable=True),
        sa.Column(
            "victims_sex",
            sa.Enum("female", "male", "mixed", "unknown", name="victims_sex", native_enum=False, length=60),
            nullable=False,
        ),
        sa.Column(
            "victims_age_group",
            sa.Enum("adult", "child", "mixed", "unknown", name="victims_age_group", native_enum=False, length=60),
            nullable=False,
        ),
        sa.Column("part_of_group_position", sa.Integer(), nullable=True),
        sa.Column("claimant_is_party", sa.Boolean(), nullable=True),
        sa.Column("claimed_on", sa.Date(), nullable=True),
        sa.Column(
            "standing",
            sa.Enum("in_force", "superseded", "retracted", name="standing", native_enum=False, length=60),
            nullable=False,
        ),
        sa.Column(
            "cause",
            sa.Enum(
                "heavy_weapons_and_explosive_munitions",
                "planted_explosives_and_unexploded_ordnance",
                "small_arms_and_light_weapons",
                "incendiary_weapons",
                "chemical_biological_radiological_nuclear",
                "electromagnetic_weapons",
                "less_lethal_weapons",
                "denial_of_indispensable_objects",
                "accidents",
                "other",
                "unknown",
                name="cause",
                native_enum=False,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("citation_number", sa.Integer(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column(
            "qualifier",
            sa.Enum(
                "exact",
                "at_least",
                "more_than",
                "at_most",
                "fewer_than",
                "about",
                "range",
                "disordered",
                "coded",
                "vague",
                "unknown",
                "none_reported",
                name="qualifier",
                native_enum=False,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("claimant_number", sa.Integer(), nullable=True),
        sa.Column(
            "reporting",
            sa.Enum("own_voice", "attributed", "hedged", name="reporting", native_enum=False, length=60),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(reporting IN ('attributed')) = (claimant_number IS NOT NULL)",
            name=op.f("ck_casualty_claim_attributed_to_a_claimant"),
        ),
        sa.CheckConstraint(
            "cause = 'heavy_weapons_and_explosive_munitions' OR cause = 'planted_explosives_and_unexploded_ordnance' OR cause = 'small_arms_and_light_weapons' OR cause = 'incendiary_weapons' OR cause = 'chemical_biological_radiological_nuclear' OR cause = 'electromagnetic_weapons' OR cause = 'less_lethal_weapons' OR cause = 'denial_of_indispensable_objects' OR cause = 'accidents' OR cause = 'other' OR cause = 'unknown'",
            name=op.f("ck_casualty_claim_cause"),
        ),
        sa.CheckConstraint(
            "outcome = 'killed' OR outcome = 'injured' OR outcome = 'detained' OR outcome = 'abducted' OR outcome = 'missing'",
            name=op.f("ck_casualty_claim_outcome"),
        ),
        sa.CheckConstraint(
            "part_of_group_position IS NULL OR victims_scope = 'group'",
            name=op.f("ck_casualty_claim_only_a_group_is_part_of_one"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'about' OR (value IS NOT NULL AND value >= 0 AND low IS NULL AND high IS NULL)",
            name=op.f("ck_casualty_claim_about_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'at_least' OR (value IS NOT NULL AND value >= 0 AND low IS NOT NULL AND low = value AND high IS NULL)",
            name=op.f("ck_casualty_claim_at_least_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'at_most' OR (value IS NOT NULL AND value >= 0 AND low IS NULL AND high IS NOT NULL AND high = value)",
            name=op.f("ck_casualty_claim_at_most_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'coded' OR (value IS NOT NULL AND value >= 0 AND low IS NULL AND high IS NULL)",
            name=op.f("ck_casualty_claim_coded_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'disordered' OR (value IS NOT NULL AND value >= 0 AND low IS NOT NULL AND high IS NOT NULL AND low >= 0 AND high >= 0 AND NOT (low <= value AND value <= high))",
            name=op.f("ck_casualty_claim_disordered_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'exact' OR (value IS NOT NULL AND value >= 0 AND low IS NOT NULL AND high IS NOT NULL AND low >= 0 AND high >= 0 AND low = value AND high = value)",
            name=op.f("ck_casualty_claim_exact_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'fewer_than' OR (value IS NOT NULL AND value >= 0 AND value >= 1 AND low IS NULL AND high IS NOT NULL AND high = value - 1)",
            name=op.f("ck_casualty_claim_fewer_than_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'more_than' OR (value IS NOT NULL AND value >= 0 AND low IS NOT NULL AND low = value + 1 AND high IS NULL)",
            name=op.f("ck_casualty_claim_more_than_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'none_reported' OR (value IS NULL AND low IS NULL AND high IS NULL)",
            name=op.f("ck_casualty_claim_none_reported_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'range' OR (low IS NOT NULL AND high IS NOT NULL AND low >= 0 AND high >= 0 AND low <= high AND (value IS NULL OR (value >= low AND value <= high)))",
            name=op.f("ck_casualty_claim_range_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'unknown' OR (value IS NULL AND low IS NULL AND high IS NULL)",
            name=op.f("ck_casualty_claim_unknown_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'vague' OR (value IS NULL AND low IS NULL AND high IS NULL)",
            name=op.f("ck_casualty_claim_vague_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier = 'exact' OR qualifier = 'at_least' OR qualifier = 'more_than' OR qualifier = 'at_most' OR qualifier = 'fewer_than' OR qualifier = 'about' OR qualifier = 'range' OR qualifier = 'disordered' OR qualifier = 'coded' OR qualifier = 'vague' OR qualifier = 'unknown' OR qualifier = 'none_reported'",
            name=op.f("ck_casualty_claim_qualifier"),
        ),
        sa.CheckConstraint(
            "reporting = 'own_voice' OR reporting = 'attributed' OR reporting = 'hedged'",
            name=op.f("ck_casualty_claim_reporting"),
        ),
        sa.CheckConstraint(
            "standing = 'in_force' OR standing = 'superseded' OR standing = 'retracted'",
            name=op.f("ck_casualty_claim_standing"),
        ),
        sa.CheckConstraint(
            "victims_age_group = 'adult' OR victims_age_group = 'child' OR victims_age_group = 'mixed' OR victims_age_group = 'unknown'",
            name=op.f("ck_casualty_claim_victims_age_group"),
        ),
        sa.CheckConstraint("victims_description <> ''", name=op.f("ck_casualty_claim_victims_are_described")),
        sa.CheckConstraint(
            "victims_scope = 'all' OR victims_scope = 'group'", name=op.f("ck_casualty_claim_victims_scope")
        ),
        sa.CheckConstraint(
            "victims_sex = 'female' OR victims_sex = 'male' OR victims_sex = 'mixed' OR victims_sex = 'unknown'",
            name=op.f("ck_casualty_claim_victims_sex"),
        ),
        sa.CheckConstraint(
            "victims_status = 'civilian' OR victims_status = 'protected_person' OR victims_status = 'armed_forces' OR victims_status = 'armed_group_member' OR victims_status = 'direct_participant' OR victims_status = 'mixed' OR victims_status = 'unknown'",
            name=op.f("ck_casualty_claim_victims_status"),
        ),
        sa.CheckConstraint("wording <> ''", name=op.f("ck_casualty_claim_wording_is_given")),
        sa.CheckConstraint(
            "(claimant_number IS NULL) = (claimant_is_party IS NULL)",
            name=op.f("ck_casualty_claim_claimant_is_a_party_or_not"),
        ),
        sa.CheckConstraint(
            "part_of_group_position IS NULL OR part_of_group_position <> position",
            name=op.f("ck_casualty_claim_not_part_of_itself"),
        ),
        sa.CheckConstraint("position >= 0", name=op.f("ck_casualty_claim_position_counts_from_zero")),
        sa.ForeignKeyConstraint(
            ["citation_number"], ["citation.number"], name=op.f("fk_casualty_claim_citation_number_citation")
        ),
        sa.ForeignKeyConstraint(
            ["claimant_number"], ["actor.number"], name=op.f("fk_casualty_claim_claimant_number_actor")
        ),
        sa.ForeignKeyConstraint(
            ["event_number", "outcome", "part_of_group_position"],
            ["casualty_claim.event_number", "casualty_claim.outcome", "casualty_claim.position"],
            name="fk_casualty_claim_part_of_group",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["event_number"], ["event.number"], name=op.f("fk_casualty_claim_event_number_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["victims_actor_number"], ["actor.number"], name=op.f("fk_casualty_claim_victims_actor_number_actor")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_casualty_claim")),
        sa.UniqueConstraint("event_number", "outcome", "position", name="uq_casualty_claim_place"),
        sa.UniqueConstraint("id", name=op.f("uq_casualty_claim_id")),
    )
    op.create_index(op.f("ix_casualty_claim_citation_number"), "casualty_claim", ["citation_number"], unique=False)
    op.create_index(op.f("ix_casualty_claim_claimant_number"), "casualty_claim", ["claimant_number"], unique=False)
    op.create_index(
        "ix_casualty_claim_victims_actor_number",
        "casualty_claim",
        ["victims_actor_number"],
        unique=False,
        sqlite_where=sa.text("victims_actor_number IS NOT NULL"),
        postgresql_where=sa.text("victims_actor_number IS NOT NULL"),
    )
    op.create_table(
        "event_location",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_number", sa.Integer(), nullable=False),
        sa.Column("location_number", sa.Integer(), nullable=False),
        sa.Column(
            "precision",
            sa.Enum(
                "exact",
                "settlement",
                "near",
                "admin2",
                "admin1",
                "area",
                "country",
                "water_or_air",
                name="precision",
                native_enum=False,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("citation_number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "precision = 'exact' OR precision = 'settlement' OR precision = 'near' OR precision = 'admin2' OR precision = 'admin1' OR precision = 'area' OR precision = 'country' OR precision = 'water_or_air'",
            name=op.f("ck_event_location_precision"),
        ),
        sa.ForeignKeyConstraint(
            ["citation_number"], ["citation.number"], name=op.f("fk_event_location_citation_number_citation")
        ),
        sa.ForeignKeyConstraint(
            ["event_number"], ["event.number"], name=op.f("fk_event_location_event_number_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["location_number"], ["location.number"], name=op.f("fk_event_location_location_number_location")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_event_location")),
        sa.UniqueConstraint(
            "event_number", "location_number", name=op.f("uq_event_location_event_number_location_number")
        ),
    )
    op.create_index(op.f("ix_event_location_citation_number"), "event_location", ["citation_number"], unique=False)
    op.create_index(op.f("ix_event_location_location_number"), "event_location", ["location_number"], unique=False)
    op.create_table(
        "involvement",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_number", sa.Integer(), nullable=False),
        sa.Column("actor_number", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "initiator",
                "target",
                "side_a",
                "side_b",
                "party",
                "affected",
                "associated",
                name="role",
                native_enum=False,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column(
            "attribution",
            sa.Enum(
                "stated",
                "claimed",
                "acknowledged",
                "attributed",
                "suspected",
                "denied",
                name="attribution",
                native_enum=False,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("attributed_by_number", sa.Integer(), nullable=True),
        sa.Column(
            "said_by", sa.Integer(), sa.Computed("coalesce(attributed_by_number, 0)", persisted=True), nullable=False
        ),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("citation_number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "attributed_by_number IS NULL OR attribution IN ('attributed', 'suspected')",
            name=op.f("ck_involvement_own_word_is_nobody_elses"),
        ),
        sa.CheckConstraint(
            "attribution = 'stated' OR attribution = 'claimed' OR attribution = 'acknowledged' OR attribution = 'attributed' OR attribution = 'suspected' OR attribution = 'denied'",
            name=op.f("ck_involvement_attribution"),
        ),
        sa.CheckConstraint(
            "role = 'initiator' OR role = 'target' OR role = 'side_a' OR role = 'side_b' OR role = 'party' OR role = 'affected' OR role = 'associated'",
            name=op.f("ck_involvement_role"),
        ),
        sa.CheckConstraint("wording IS NULL OR wording <> ''", name=op.f("ck_involvement_wording_is_given")),
        sa.ForeignKeyConstraint(["actor_number"], ["actor.number"], name=op.f("fk_involvement_actor_number_actor")),
        sa.ForeignKeyConstraint(
            ["attributed_by_number"], ["actor.number"], name=op.f("fk_involvement_attributed_by_number_actor")
        ),
        sa.ForeignKeyConstraint(
            ["citation_number"], ["citation.number"], name=op.f("fk_involvement_citation_number_citation")
        ),
        sa.ForeignKeyConstraint(
            ["event_number"], ["event.number"], name=op.f("fk_involvement_event_number_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_involvement")),
        sa.UniqueConstraint(
            "event_number", "actor_number", "role", "attribution", "said_by", name="uq_involvement_said_once"
        ),
    )
    op.create_index(op.f("ix_involvement_actor_number"), "involvement", ["actor_number"], unique=False)
    op.create_index(
        "ix_involvement_attributed_by_number",
        "involvement",
        ["attributed_by_number"],
        unique=False,
        sqlite_where=sa.text("attributed_by_number IS NOT NULL"),
        postgresql_where=sa.text("attributed_by_number IS NOT NULL"),
    )
    op.create_index(op.f("ix_involvement_citation_number"), "involvement", ["citation_number"], unique=False)
    op.create_table(
        "relationship",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actor_number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("part_of", "umbrella_of", "backed_by", "linked_to", name="kind", native_enum=False, length=60),
            nullable=False,
        ),
        sa.Column("other_number", sa.Integer(), nullable=False),
        sa.Column("since", KEY, nullable=True),
        sa.Column("until", KEY, nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("citation_number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind = 'part_of' OR kind = 'umbrella_of' OR kind = 'backed_by' OR kind = 'linked_to'",
            name=op.f("ck_relationship_kind"),
        ),
        sa.CheckConstraint(
            "since IS NULL OR (ltrim(replace(since, '-', ''), '0123456789') = '' AND ((since LIKE '____' AND length(replace(since, '-', '')) = 4) OR (since LIKE '____-__' AND length(replace(since, '-', '')) = 6) OR (since LIKE '____-__-__' AND length(replace(since, '-', '')) = 8)))",
            name=op.f("ck_relationship_since_is_a_date"),
        ),
        sa.CheckConstraint(
            "until IS NULL OR (ltrim(replace(until, '-', ''), '0123456789') = '' AND ((until LIKE '____' AND length(replace(until, '-', '')) = 4) OR (until LIKE '____-__' AND length(replace(until, '-', '')) = 6) OR (until LIKE '____-__-__' AND length(replace(until, '-', '')) = 8)))",
            name=op.f("ck_relationship_until_is_a_date"),
        ),
        sa.CheckConstraint("wording <> ''", name=op.f("ck_relationship_wording_is_given")),
        sa.CheckConstraint("actor_number <> other_number", name=op.f("ck_relationship_between_two_actors")),
        sa.CheckConstraint(
            "since IS NULL OR until IS NULL OR substr(since, 1, length(until)) <= substr(until, 1, length(since))",
            name=op.f("ck_relationship_since_before_until"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_number"], ["actor.number"], name=op.f("fk_relationship_actor_number_actor"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["citation_number"], ["citation.number"], name=op.f("fk_relationship_citation_number_citation")
        ),
        sa.ForeignKeyConstraint(["other_number"], ["actor.number"], name=op.f("fk_relationship_other_number_actor")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_relationship")),
        sa.UniqueConstraint("actor_number", "kind", "other_number", "since", "until", name="uq_relationship_said_once"),
    )
    op.create_index(op.f("ix_relationship_citation_number"), "relationship", ["citation_number"], unique=False)
    op.create_index(op.f("ix_relationship_other_number"), "relationship", ["other_number"], unique=False)
    op.create_index(
        "ix_relationship_said_once_undated",
        "relationship",
        ["actor_number", "kind", "other_number"],
        unique=True,
        sqlite_where=sa.text("since IS NULL AND until IS NULL"),
        postgresql_where=sa.text("since IS NULL AND until IS NULL"),
    )
    op.create_table(
        "reported_count",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_number", sa.Integer(), nullable=False),
        sa.Column(
            "measure",
            sa.Enum(
                "targets_struck",
                "locations_struck",
                "sites_struck",
                "locations_destroyed",
                "airstrikes",
                "attacks",
                name="measure",
                native_enum=False,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("citation_number", sa.Integer(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column(
            "qualifier",
            sa.Enum(
                "exact",
                "at_least",
                "more_than",
                "at_most",
                "fewer_than",
                "about",
                "range",
                "disordered",
                "coded",
                "vague",
                "unknown",
                "none_reported",
                name="qualifier",
                native_enum=False,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("claimant_number", sa.Integer(), nullable=True),
        sa.Column(
            "reporting",
            sa.Enum("own_voice", "attributed", "hedged", name="reporting", native_enum=False, length=60),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(reporting IN ('attributed')) = (claimant_number IS NOT NULL)",
            name=op.f("ck_reported_count_attributed_to_a_claimant"),
        ),
        sa.CheckConstraint(
            "measure = 'targets_struck' OR measure = 'locations_struck' OR measure = 'sites_struck' OR measure = 'locations_destroyed' OR measure = 'airstrikes' OR measure = 'attacks'",
            name=op.f("ck_reported_count_measure"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'about' OR (value IS NOT NULL AND value >= 0 AND low IS NULL AND high IS NULL)",
            name=op.f("ck_reported_count_about_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'at_least' OR (value IS NOT NULL AND value >= 0 AND low IS NOT NULL AND low = value AND high IS NULL)",
            name=op.f("ck_reported_count_at_least_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'at_most' OR (value IS NOT NULL AND value >= 0 AND low IS NULL AND high IS NOT NULL AND high = value)",
            name=op.f("ck_reported_count_at_most_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'coded' OR (value IS NOT NULL AND value >= 0 AND low IS NULL AND high IS NULL)",
            name=op.f("ck_reported_count_coded_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'disordered' OR (value IS NOT NULL AND value >= 0 AND low IS NOT NULL AND high IS NOT NULL AND low >= 0 AND high >= 0 AND NOT (low <= value AND value <= high))",
            name=op.f("ck_reported_count_disordered_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'exact' OR (value IS NOT NULL AND value >= 0 AND low IS NOT NULL AND high IS NOT NULL AND low >= 0 AND high >= 0 AND low = value AND high = value)",
            name=op.f("ck_reported_count_exact_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'fewer_than' OR (value IS NOT NULL AND value >= 0 AND value >= 1 AND low IS NULL AND high IS NOT NULL AND high = value - 1)",
            name=op.f("ck_reported_count_fewer_than_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'more_than' OR (value IS NOT NULL AND value >= 0 AND low IS NOT NULL AND low = value + 1 AND high IS NULL)",
            name=op.f("ck_reported_count_more_than_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'none_reported' OR (value IS NULL AND low IS NULL AND high IS NULL)",
            name=op.f("ck_reported_count_none_reported_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'range' OR (low IS NOT NULL AND high IS NOT NULL AND low >= 0 AND high >= 0 AND low <= high AND (value IS NULL OR (value >= low AND value <= high)))",
            name=op.f("ck_reported_count_range_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'unknown' OR (value IS NULL AND low IS NULL AND high IS NULL)",
            name=op.f("ck_reported_count_unknown_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier <> 'vague' OR (value IS NULL AND low IS NULL AND high IS NULL)",
            name=op.f("ck_reported_count_vague_bounds"),
        ),
        sa.CheckConstraint(
            "qualifier = 'exact' OR qualifier = 'at_least' OR qualifier = 'more_than' OR qualifier = 'at_most' OR qualifier = 'fewer_than' OR qualifier = 'about' OR qualifier = 'range' OR qualifier = 'disordered' OR qualifier = 'coded' OR qualifier = 'vague' OR qualifier = 'unknown' OR qualifier = 'none_reported'",
            name=op.f("ck_reported_count_qualifier"),
        ),
        sa.CheckConstraint(
            "reporting = 'own_voice' OR reporting = 'attributed' OR reporting = 'hedged'",
            name=op.f("ck_reported_count_reporting"),
        ),
        sa.CheckConstraint("wording <> ''", name=op.f("ck_reported_count_wording_is_given")),
        sa.ForeignKeyConstraint(
            ["citation_number"], ["citation.number"], name=op.f("fk_reported_count_citation_number_citation")
        ),
        sa.ForeignKeyConstraint(
            ["claimant_number"], ["actor.number"], name=op.f("fk_reported_count_claimant_number_actor")
        ),
        sa.ForeignKeyConstraint(
            ["event_number"], ["event.number"], name=op.f("fk_reported_count_event_number_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reported_count")),
    )
    op.create_index(op.f("ix_reported_count_citation_number"), "reported_count", ["citation_number"], unique=False)
    op.create_index(op.f("ix_reported_count_claimant_number"), "reported_count", ["claimant_number"], unique=False)
    op.create_index(op.f("ix_reported_count_event_number"), "reported_count", ["event_number"], unique=False)
    op.create_table(
        "claim_coverage",
        sa.Column("claim_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_number"],
            ["casualty_claim.number"],
            name=op.f("fk_claim_coverage_claim_number_casualty_claim"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_number"],
            ["event.number"],
            name=op.f("fk_claim_coverage_event_number_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("claim_number", "event_number", name=op.f("pk_claim_coverage")),
    )
    op.create_index(op.f("ix_claim_coverage_event_number"), "claim_coverage", ["event_number"], unique=False)
    op.create_table(
        "further_citation",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("citation_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("event_number", sa.Integer(), nullable=True),
        sa.Column("location_number", sa.Integer(), nullable=True),
        sa.Column("actor_number", sa.Integer(), nullable=True),
        sa.Column("relationship_number", sa.Integer(), nullable=True),
        sa.Column("event_location_number", sa.Integer(), nullable=True),
        sa.Column("involvement_number", sa.Integer(), nullable=True),
        sa.Column("reported_count_number", sa.Integer(), nullable=True),
        sa.Column("casualty_claim_number", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "CASE WHEN event_number IS NULL THEN 0 ELSE 1 END + CASE WHEN location_number IS NULL THEN 0 ELSE 1 END + CASE WHEN actor_number IS NULL THEN 0 ELSE 1 END + CASE WHEN relationship_number IS NULL THEN 0 ELSE 1 END + CASE WHEN event_location_number IS NULL THEN 0 ELSE 1 END + CASE WHEN involvement_number IS NULL THEN 0 ELSE 1 END + CASE WHEN reported_count_number IS NULL THEN 0 ELSE 1 END + CASE WHEN casualty_claim_number IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_further_citation_supports_one_row"),
        ),
        sa.CheckConstraint("position >= 1", name=op.f("ck_further_citation_position_comes_after_the_first")),
        sa.ForeignKeyConstraint(
            ["actor_number"], ["actor.number"], name=op.f("fk_further_citation_actor_number_actor"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["casualty_claim_number"],
            ["casualty_claim.number"],
            name=op.f("fk_further_citation_casualty_claim_number_casualty_claim"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["citation_number"],
            ["citation.number"],
            name=op.f("fk_further_citation_citation_number_citation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_location_number"],
            ["event_location.number"],
            name=op.f("fk_further_citation_event_location_number_event_location"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_number"], ["event.number"], name=op.f("fk_further_citation_event_number_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["involvement_number"],
            ["involvement.number"],
            name=op.f("fk_further_citation_involvement_number_involvement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["location_number"],
            ["location.number"],
            name=op.f("fk_further_citation_location_number_location"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["relationship_number"],
            ["relationship.number"],
            name=op.f("fk_further_citation_relationship_number_relationship"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reported_count_number"],
            ["reported_count.number"],
            name=op.f("fk_further_citation_reported_count_number_reported_count"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_further_citation")),
    )
    op.create_index(
        "ix_further_citation_actor_number",
        "further_citation",
        ["actor_number", "position"],
        unique=True,
        sqlite_where=sa.text("actor_number IS NOT NULL"),
        postgresql_where=sa.text("actor_number IS NOT NULL"),
    )
    op.create_index(
        "ix_further_citation_casualty_claim_number",
        "further_citation",
        ["casualty_claim_number", "position"],
        unique=True,
        sqlite_where=sa.text("casualty_claim_number IS NOT NULL"),
        postgresql_where=sa.text("casualty_claim_number IS NOT NULL"),
    )
    op.create_index(op.f("ix_further_citation_citation_number"), "further_citation", ["citation_number"], unique=False)
    op.create_index(
        "ix_further_citation_event_location_number",
        "further_citation",
        ["event_location_number", "position"],
        unique=True,
        sqlite_where=sa.text("event_location_number IS NOT NULL"),
        postgresql_where=sa.text("event_location_number IS NOT NULL"),
    )
    op.create_index(
        "ix_further_citation_event_number",
        "further_citation",
        ["event_number", "position"],
        unique=True,
        sqlite_where=sa.text("event_number IS NOT NULL"),
        postgresql_where=sa.text("event_number IS NOT NULL"),
    )
    op.create_index(
        "ix_further_citation_involvement_number",
        "further_citation",
        ["involvement_number", "position"],
        unique=True,
        sqlite_where=sa.text("involvement_number IS NOT NULL"),
        postgresql_where=sa.text("involvement_number IS NOT NULL"),
    )
    op.create_index(
        "ix_further_citation_location_number",
        "further_citation",
        ["location_number", "position"],
        unique=True,
        sqlite_where=sa.text("location_number IS NOT NULL"),
        postgresql_where=sa.text("location_number IS NOT NULL"),
    )
    op.create_index(
        "ix_further_citation_relationship_number",
        "further_citation",
        ["relationship_number", "position"],
        unique=True,
        sqlite_where=sa.text("relationship_number IS NOT NULL"),
        postgresql_where=sa.text("relationship_number IS NOT NULL"),
    )
    op.create_index(
        "ix_further_citation_reported_count_number",
        "further_citation",
        ["reported_count_number", "position"],
        unique=True,
        sqlite_where=sa.text("reported_count_number IS NOT NULL"),
        postgresql_where=sa.text("reported_count_number IS NOT NULL"),
    )


def downgrade() -> None:
    # Each takes its indexes with it.
    op.drop_table("further_citation")
    op.drop_table("claim_coverage")
    op.drop_table("reported_count")
    op.drop_table("relationship")
    op.drop_table("involvement")
    op.drop_table("event_location")
    op.drop_table("casualty_claim")
    op.drop_table("location")
    op.drop_table("event")
    op.drop_table("actor")
    op.drop_table("citation")
    op.drop_table("source")
