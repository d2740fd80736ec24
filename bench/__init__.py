"""Measurements: ratios within one run on one machine. Nothing here is part of the product or of its tests."""
