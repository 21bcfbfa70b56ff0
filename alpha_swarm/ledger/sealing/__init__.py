"""Personal values, sealed with keys that are kept apart."""
