"""From a file of one format to neutral facts. Pure: nothing here knows SQL, and nothing here writes."""
