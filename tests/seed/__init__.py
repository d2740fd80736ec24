"""The half that writes: facts are read, refused, verified."""
