"""The contract over HTTP, held by the real app over both databases."""
