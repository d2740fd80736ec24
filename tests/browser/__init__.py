"""The page at `/`, in a real Chromium, against a real server."""
