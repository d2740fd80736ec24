"""The page that a browser gets at `/`: built from `dashboard/` into `static/`, and served from memory."""
