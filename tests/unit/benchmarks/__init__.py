"""The reckoning over the peers."""
