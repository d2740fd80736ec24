"""Measurements: ratios within one run on one machine. Nothing here is part of the product or of its tests.

The project is reached as a user reaches it: through its commands and over HTTP. docs/performance.md says how to repeat.
"""
