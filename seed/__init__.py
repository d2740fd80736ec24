"""The writing half: facts are validated, stored as the record, and published as releases."""
