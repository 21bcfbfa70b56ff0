"""How long each kind of data is kept that has a lifetime of its own; leads have their retention."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """In days."""

    webhooks: float = 7.0
    """What was read leaves a mark without its body; what could not be read or placed keeps it."""
    unread_webhooks: float = 30.0
    answers: float = 1.0
    """Of the HTTP door, by idempotency key."""
    messages: float = 90.0
    """To people, and what people were asked to allow."""
    companies: float = 400.0
    requests: float = 1095.0
    """Of persons, once they are ended."""
    files: float = 30.0
    """Rejects in the home."""


USUAL = Lifetimes()
