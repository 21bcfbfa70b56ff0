"""The Protocols between the core and the edge."""
