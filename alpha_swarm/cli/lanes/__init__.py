"""``lanes``: the ways into Clay's tables."""
