"""Calls to the outside: what can become of them, how many may go, and when again."""
