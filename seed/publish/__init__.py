"""Publishing: renders the record into documents, compares them with the last release's, and makes the next one."""

from seed.publish.releases import Published, ReleaseInMaking, publish

__all__ = ["Published", "ReleaseInMaking", "publish"]
