"""The reading half: a read-only HTTP API over published documents. Nothing here can write."""

VERSION = "0.1.0"
