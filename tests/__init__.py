"""The suite. It asserts meaning, on SQLite and on a real PostgreSQL that it starts itself."""
