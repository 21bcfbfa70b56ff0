"""Tests of the connectors against the vendors' own contracts and the sandbox."""
