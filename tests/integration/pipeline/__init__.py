"""The way of a lead against the sandbox."""
