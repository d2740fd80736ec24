"""The documentation, held against the program: what it shows is run, what it names exists."""
