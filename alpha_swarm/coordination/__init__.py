"""What the processes share through Redis: its server, the connection to it, the limits on outside calls."""
