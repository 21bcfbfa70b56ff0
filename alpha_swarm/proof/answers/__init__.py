"""Trials of what others answer: lost, late, twice, in any order."""
