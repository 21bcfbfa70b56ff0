"""What can be measured, in the order in which it is."""

from __future__ import annotations

from enum import StrEnum


class Section(StrEnum):
    """A part of the measurement."""

    LIMITS_OFF = "limits_off"
    LIMITS_ON = "limits_on"
    LIGHT_LOAD = "light_load"
    LIGHT_LOAD_LIMITED = "light_load_limited"
    WEBHOOK_ACKS = "webhook_acks"
    CONTACTS = "contacts"
    SEALING = "sealing"
