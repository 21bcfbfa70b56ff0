"""One way out for log lines and error reports, without personal data and secrets."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any

import pytest
import sentry_sdk
import structlog
from sentry_sdk.transport import Transport

from alpha_swarm import telemetry
from alpha_swarm.errors import GiveUpError, HaltError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sentry_sdk.envelope import Envelope

EMAIL = "canary.person@example.com"
PHONE = "+1 415 555 0123"
PROFILE = "https://www.linkedin.com/in/canary-person"
DSN = "https://key@sentry.example.com/1"


class Kept(Transport):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        """Keep it."""
        self.sent += [item.payload.json for item in envelope.items if item.payload.json is not None]


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Logging as it was before, also for the tests that follow."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    sentry_sdk.get_global_scope().set_client(None)
    sys.excepthook, threading.excepthook = hooks


@pytest.fixture
def log() -> io.StringIO:
    """Where the log goes."""
    stream = io.StringIO()
    telemetry.configure(log_format="json", stream=stream)
    return stream


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What Sentry would get."""
    kept = Kept()
    init = sentry_sdk.init
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: init(transport=kept, **options))
    telemetry.configure(stream=io.StringIO(), sentry_dsn=DSN)
    return kept.sent


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    """The log, parsed."""
    return [json.loads(line) for line in log.getvalue().splitlines()]


def fail(error: Exception) -> None:
    """Log an error with its traceback."""
    try:
        raise error
    except type(error):
        structlog.get_logger("alpha_swarm.test").exception("it failed", lead_id="L1")


def test_our_lines_have_event_level_logger_and_time(log: io.StringIO) -> None:
    """One JSON object a line, with what was bound."""
    with structlog.contextvars.bound_contextvars(job_id="j1"):
        structlog.get_logger("alpha_swarm.test").info("took %d leads", 3, queue="ingest")
    (line,) = lines(log)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "took 3 leads",
        "level": "info",
        "logger": "alpha_swarm.test",
        "job_id": "j1",
        "queue": "ingest",
    }


def test_libraries_lines_go_the_same_way(log: io.StringIO) -> None:
    """A line of the standard library's logging looks like ours."""
    logging.getLogger("somewhere").warning("slow: %s", "disk")
    (line,) = lines(log)
    assert (line["event"], line["level"], line["logger"]) == ("slow: disk", "warning", "somewhere")


@pytest.mark.parametrize("name", ["rq.worker", "rq_scheduler", "uvicorn.access", "urllib3.connectionpool"])
def test_chatter_is_left_out_and_trouble_is_not(log: io.StringIO, name: str) -> None:
    """Even where the library sets its own level."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.INFO)
    logger.info("job OK")
    logger.warning("job stuck")
    assert [line["event"] for line in lines(log)] == ["job stuck"]


def test_warnings_become_lines(log: io.StringIO) -> None:
    """What SQLAlchemy and others warn of does not go past the log."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("identity map is odd", stacklevel=1)
    assert "identity map is odd" in log.getvalue()


@pytest.mark.parametrize("canary", [EMAIL, PHONE, PROFILE])
def test_no_personal_data_in_any_line(log: io.StringIO, canary: str) -> None:
    """Not as text, value, nested value, argument or exception text, and not through a library."""
    logger = structlog.get_logger("alpha_swarm.test")
    logger.info("saw %s", canary, value=canary, nested={"list": [canary]})
    fail(ValueError(f"bad {canary}"))
    logging.getLogger("somewhere").error("refused %s", canary)
    logging.getLogger("rq.worker").error("job failed", exc_info=KeyError(canary))
    assert len(lines(log)) == 4
    assert canary not in log.getvalue()


def test_what_nobody_caught_passes_the_same_gate(log: io.StringIO) -> None:
    """A crash's traceback stands in the log without the person."""
    error = RuntimeError(f"crashed on {EMAIL}")
    sys.excepthook(type(error), error, None)
    assert "uncaught error" in log.getvalue()
    assert EMAIL not in log.getvalue()


def test_a_thread_that_dies_is_logged(log: io.StringIO) -> None:
    """Not printed past the gate."""
    thread = threading.Thread(target=fail_in_thread)
    thread.start()
    thread.join()
    assert "uncaught error" in log.getvalue()
    assert EMAIL not in log.getvalue()


def fail_in_thread() -> None:
    """Die with a person in the text."""
    raise RuntimeError(EMAIL)


def test_lines_for_people_are_text() -> None:
    """The default is one readable line, without colours when it goes to a file."""
    stream = io.StringIO()
    telemetry.configure(stream=stream)
    structlog.get_logger("alpha_swarm.test").warning("breaker opened", target="ghl")
    assert "breaker opened" in stream.getvalue()
    assert "target=ghl" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_nothing_is_sent_without_a_dsn(log: io.StringIO) -> None:
    """Sentry is not even started."""
    fail(ValueError("x"))
    assert lines(log)
    assert not sentry_sdk.is_initialized()


def test_an_error_is_reported_once_without_the_person(reports: list[dict[str, Any]]) -> None:
    """The report has the traceback, and neither personal data nor local variables."""
    logging.getLogger("somewhere").warning("before: %s", EMAIL)
    fail(ValueError(f"bad {EMAIL} {PROFILE}"))
    (report,) = reports
    text = json.dumps(report)
    assert report["exception"]["values"][0]["type"] == "ValueError"
    assert report["exception"]["values"][0]["stacktrace"]["frames"]
    assert EMAIL not in text
    assert PROFILE not in text
    assert '"vars"' not in text
    assert "sys.argv" not in text


def test_an_error_line_of_a_library_is_reported(reports: list[dict[str, Any]]) -> None:
    """A worker's own error log counts as an error."""
    logging.getLogger("rq.worker").error("lost %s", EMAIL)
    (report,) = reports
    assert report["message"] == "lost [email]"


@pytest.mark.parametrize("verdict", [RetryLaterError("busy"), GiveUpError("no"), HaltError("stop")])
def test_expected_trouble_is_not_reported(reports: list[dict[str, Any]], verdict: Exception) -> None:
    """Verdicts are counted, not paged."""
    fail(verdict)
    assert reports == []
