"""The fixtures of the integration tests."""

from __future__ import annotations

from tests.integration.conftest import connection, hints, server

__all__ = ["connection", "hints", "server"]
