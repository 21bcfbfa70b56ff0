"""A backlog that was taken in before anything ran: `make long`."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.books import check_books
from tests.acceptance.installation import installation
from tests.acceptance.test_way import take_in

if TYPE_CHECKING:
    from pathlib import Path

LEADS = 20_000


@pytest.mark.long
@pytest.mark.timeout(900)
def test_twenty_thousand_leads_that_waited_arrive(tmp_path: Path) -> None:
    """The same promises hold as for two thousand; how long it took is printed, not judged."""
    with installation(tmp_path) as system:
        take_in(system, LEADS)
        start = time.monotonic()
        system.start()
        status = system.settle(800)
        sys.stderr.write(f"{LEADS} leads in {time.monotonic() - start:.0f} s\n")
        check_books(system, status, LEADS)
