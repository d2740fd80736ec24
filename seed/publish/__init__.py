"""Publishing: renders the record into documents, compares them with the last release's, and makes the next one."""

from seed.publish.releases import Published, publish

__all__ = ["Published", "publish"]
