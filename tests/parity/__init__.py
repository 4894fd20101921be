"""The two doors beside each other: the same request gives the same answer."""
