"""Databases that refuse, break off, restart, forget an answer, or are put back to an older copy."""
