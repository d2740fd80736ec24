"""The columns of each resource: one definition for CSV, Parquet, xlsx, GeoJSON's properties and the codebook."""
