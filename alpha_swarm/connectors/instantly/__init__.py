"""Instantly, which sends the campaigns."""
