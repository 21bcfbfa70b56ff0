"""Intents before effects, and what became of them."""
