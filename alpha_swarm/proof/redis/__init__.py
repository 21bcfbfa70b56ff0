"""Trials of a Redis that is wiped, full, frozen, cut off or lies."""
