"""What the former version left behind: its hints, its letters, its secrets at rest, kept as it wrote them."""
