"""A person's rights: set down at once, carried out in every system."""
