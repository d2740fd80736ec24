"""What a client gets: one pydantic model a resource. No SQL, no HTTP; each is also the API documentation."""
