"""What commands log is for whoever typed them, and names nobody either."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alpha_swarm.cli.opening import keep_logs_off_stdout
from tests import canary
from tests.error_reports import logging_as_before

if TYPE_CHECKING:
    import pytest


def test_texts_of_foreign_errors_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Kind and place stand on stderr; stdout is for the answer."""
    with logging_as_before():
        structlog.reset_defaults()
        keep_logs_off_stdout()
        structlog.get_logger("alpha_swarm.test").error("it_failed", exc_info=ValueError(canary.EVERYTHING))
    shown = capsys.readouterr()
    assert "it_failed" in shown.err
    assert "ValueError" in shown.err
    assert canary.traces(shown.err) == []
    assert shown.out == ""
