"""Publishing: renders facts into documents, compares them with the last release's, and makes the next one."""

from seed.publish.facts import publish
from seed.publish.releases import Published, ReleaseInMaking

__all__ = ["Published", "ReleaseInMaking", "publish"]
