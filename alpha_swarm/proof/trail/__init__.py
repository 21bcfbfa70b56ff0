"""The audit trail: written by many, and tampered with."""
