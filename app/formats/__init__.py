"""Rows to bytes. Every format is listed once, in `app.formats.registry`."""
