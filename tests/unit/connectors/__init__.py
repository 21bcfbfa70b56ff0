"""Tests of the connectors, one service at a time and without a server."""
