"""Crash points, enumerated: a process killed at each one of them, and what the next one makes of it."""
