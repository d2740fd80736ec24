"""The image and the compose file, built and started for real."""
