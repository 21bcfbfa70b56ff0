"""``dlq``: what was given up, and what is done about it."""
