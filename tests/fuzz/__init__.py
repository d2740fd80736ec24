"""Fuzz targets for atheris: parsers and importers that read what others wrote."""
