"""The record's tables and the reader's connection, on SQLite and on a real PostgreSQL."""
