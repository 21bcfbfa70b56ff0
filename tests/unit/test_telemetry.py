"""One way out for log lines and error reports, without personal data and secrets."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any

import pytest
import sentry_sdk
import structlog

from alpha_swarm import telemetry
from alpha_swarm.errors import GiveUpError, HaltError, RetryLaterError
from tests import canary
from tests.error_reports import logging_as_before, reporting

if TYPE_CHECKING:
    from collections.abc import Iterator

EMAIL = "canary.person@example.com"
PHONE = "+1 415 555 0123"
PROFILE = "https://www.linkedin.com/in/canary-person"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Logging as it was before, also for the tests that follow."""
    with logging_as_before():
        yield


@pytest.fixture
def log() -> io.StringIO:
    """Where the log goes."""
    stream = io.StringIO()
    telemetry.configure(log_format="json", stream=stream)
    return stream


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What Sentry would get."""
    with reporting(monkeypatch) as reported:
        yield reported.kept.sent


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
    assert "uncaught_error" in log.getvalue()
    assert EMAIL not in log.getvalue()


def test_a_thread_that_dies_is_logged(log: io.StringIO) -> None:
    """Not printed past the gate."""
    thread = threading.Thread(target=fail_in_thread)
    thread.start()
    thread.join()
    assert "uncaught_error" in log.getvalue()
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
    """A worker's own error log counts as an error, as its author wrote it and without what it was about."""
    logging.getLogger("rq.worker").error("lost %s", EMAIL)
    (report,) = reports
    assert report["message"] == "rq.worker: lost %s"


@pytest.mark.parametrize("verdict", [RetryLaterError("busy"), GiveUpError("no"), HaltError("stop")])
def test_expected_trouble_is_not_reported(reports: list[dict[str, Any]], verdict: Exception) -> None:
    """Verdicts are counted, not paged."""
    fail(verdict)
    assert reports == []


def test_a_verdict_that_ends_a_process_is_not_reported(reports: list[dict[str, Any]]) -> None:
    """It is said in one line of the log."""
    structlog.get_logger("alpha_swarm.test").error("not_ready", verdict="the ledger is busy")
    assert reports == []


def test_texts_of_foreign_errors_stay_out_of_the_log(log: io.StringIO) -> None:
    """A name looks like any other word: kinds and places are told, for causes and parts of groups too."""
    try:
        try:
            os.environ[canary.FIRST_NAME]
        except KeyError as error:
            several = [ValueError(canary.EVERYTHING), GiveUpError("no such field")]
            raise ExceptionGroup(canary.COMPANY, several) from error
    except ExceptionGroup:
        structlog.get_logger("alpha_swarm.test").exception("it_failed")
    (line,) = lines(log)
    told = line["exception"]
    assert canary.traces(log.getvalue()) == []
    for kind in ("KeyError", "ExceptionGroup", "ValueError", "alpha_swarm.errors.GiveUpError: no such field"):
        assert kind in told
    assert "test_texts_of_foreign_errors_stay_out_of_the_log" in told


def test_an_error_that_causes_itself_comes_to_an_end(log: io.StringIO) -> None:
    error = ValueError("round")
    error.__cause__ = RuntimeError("and round")
    error.__cause__.__cause__ = error
    structlog.get_logger("alpha_swarm.test").error("it_failed", exc_info=error)
    assert lines(log)[0]["exception"].splitlines() == ["RuntimeError", "ValueError"]


def test_nothing_that_was_said_before_is_reported(reports: list[dict[str, Any]]) -> None:
    """Of our own lines the event, of others that there was one; neither values nor the scope's belongings."""
    sentry_sdk.set_user({"email": canary.WORK_EMAIL})
    sentry_sdk.set_tag("person", canary.FIRST_NAME)
    sentry_sdk.set_extra("person", canary.EVERYTHING)
    sentry_sdk.set_context("person", {"name": canary.LAST_NAME})
    sentry_sdk.add_breadcrumb(message=canary.EVERYTHING, category="query", data={"who": canary.LAST_NAME})
    structlog.get_logger("alpha_swarm.test").info("lead_taken", name=canary.FIRST_NAME)
    logging.getLogger("somewhere").warning("refused %s", canary.LAST_NAME)
    logging.getLogger("asyncio").error(f"never retrieved: {canary.EVERYTHING}")  # noqa: G004 - as it does
    fail(ValueError(canary.EVERYTHING))
    assert canary.traces(json.dumps(reports, default=str)) == []
    before = [one["message"] for one in reports[-1]["breadcrumbs"]["values"]]
    assert "lead_taken" in before
    assert reports[0]["message"] == "asyncio: an error"
