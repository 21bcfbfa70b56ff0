"""Hints on RQ queues, the workers that follow them, and the clock of periodic jobs."""
