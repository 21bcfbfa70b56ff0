"""The gate: never more than a limit in any window, and as much as it lets through."""
