"""Which fields are never taken, which need consent, and who may get which: a policy as data."""
