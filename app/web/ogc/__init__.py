"""The events as OGC API – Features, Part 1 (OGC 17-069r4): its documents, its description and its answers."""
