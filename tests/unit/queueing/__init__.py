"""Queues as data."""
