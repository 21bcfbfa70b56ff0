"""Sentry as it would be, with what it is sent kept here."""

from __future__ import annotations

import io
import logging
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sentry_sdk
import structlog
from sentry_sdk.transport import Transport

from alpha_swarm import telemetry

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from sentry_sdk.envelope import Envelope

DSN = "https://key@sentry.example.com/1"


class Kept(Transport):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.raw = b""
        self.sent: list[dict[str, Any]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        """Keep it."""
        self.raw += envelope.serialize()
        self.sent += [item.payload.json for item in envelope.items if item.payload.json is not None]


@dataclass(slots=True)
class Reported:
    """What left the process."""

    log: io.StringIO = field(default_factory=io.StringIO)
    kept: Kept = field(default_factory=Kept)

    @property
    def everything(self) -> bytes:
        """Every line and every report."""
        return self.log.getvalue().encode() + self.kept.raw

    @property
    def kinds(self) -> list[str]:
        """The type of each error that was reported, or the message."""
        return [
            one["exception"]["values"][-1]["type"] if one["exception"]["values"] else one["message"]
            for one in self.kept.sent
        ]


@contextmanager
def logging_as_before() -> Iterator[None]:
    """Whatever is configured in the block ends with it."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers, root.level = handlers, level
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()
        sentry_sdk.get_global_scope().set_client(None)
        sys.excepthook, threading.excepthook = hooks


@contextmanager
def reporting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reported]:
    """Logs and error reports go here."""
    reported = Reported()
    init = sentry_sdk.init
    with logging_as_before(), monkeypatch.context() as patch:
        patch.setattr(sentry_sdk, "init", lambda **options: init(transport=reported.kept, **options))
        telemetry.configure(log_format="json", stream=reported.log, sentry_dsn=DSN)
        yield reported
