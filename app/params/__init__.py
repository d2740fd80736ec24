"""What a client may ask: one strict model a route, read from the query string. No SQL, no HTTP framework."""
