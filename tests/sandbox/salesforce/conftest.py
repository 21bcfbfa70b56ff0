"""An empty org for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.salesforce.org import OrgClient

if TYPE_CHECKING:
    from tests.sandbox.client import Client


@pytest.fixture
def org(sandbox: Client) -> OrgClient:
    """The org."""
    return OrgClient(sandbox)
