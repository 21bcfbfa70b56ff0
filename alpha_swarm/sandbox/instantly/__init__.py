"""Instantly: leads of campaigns and lists, campaigns, the block list."""
