"""Ids of the article's events, and of nothing else, so that tests read as sentences."""

OPERATION = "2024-02-02-us-strikes-iraq-syria"
IRAQ_STRIKES = "2024-02-02-us-strikes-iraq"
SYRIA_STRIKES = "2024-02-02-us-strikes-syria"
TOWER_22 = "2024-01-28-tower-22-drone-attack"
ATTACKS = "attacks-on-bases-housing-us-forces"
HALT = "kataib-hezbollah-halt"
INVASION = "2003-us-led-invasion-of-iraq"
ASSAULT = "hamas-assault-in-israel"
SANCTIONS = "us-sanctions-irgc"
CHARGES = "us-charges-oil-sales"
CYBER = "us-cyber-attacks-iran"

UNDATED = {ATTACKS, ASSAULT, SANCTIONS, CHARGES, CYBER}
DATED = {OPERATION, IRAQ_STRIKES, SYRIA_STRIKES, TOWER_22, HALT, INVASION}
EVERY_EVENT = UNDATED | DATED

ARTICLE = "conversation-2024-02-03-us-raids"
