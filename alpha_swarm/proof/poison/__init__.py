"""Leads over which workers die or our own code fails."""
