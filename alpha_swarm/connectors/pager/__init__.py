"""Alerts as signed messages to whatever wakes people."""
