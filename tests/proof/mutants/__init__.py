"""Sabotages, a few lines each."""
