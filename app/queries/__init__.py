"""Questions to published rows: asked parameters in, documents out. No HTTP, no rendering, and nothing is remembered."""
