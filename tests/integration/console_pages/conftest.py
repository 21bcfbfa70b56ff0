"""An installation with a console, and whoever looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.api_door import Door, open_door
from tests.integration.console_pages.browsing import VARIABLES, Browser, browser_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """An installation with a console; the tests of a file share it, each with people of its own."""
    with open_door(tmp_path_factory.mktemp("console"), **VARIABLES) as door:
        yield door


@pytest.fixture
def stranger(door: Door) -> Iterator[Browser]:
    """Not signed in."""
    with browser_of(door) as browser:
        yield browser


@pytest.fixture
def browser(stranger: Browser) -> Browser:
    """Signed in."""
    assert stranger.sign_in().url.endswith("/console/")
    return stranger
