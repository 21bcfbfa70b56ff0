"""Workers that are frozen beyond their lease, and go on."""
