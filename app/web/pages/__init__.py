"""Pages for browsers: the same answers as HTML, written on the server, complete without any script."""
