"""One module a resource. A route asks, queries and responds; its docstring is what users read in /docs."""
