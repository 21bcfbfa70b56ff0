"""Guarantees tried with faults, and sabotages that the trials must find."""
