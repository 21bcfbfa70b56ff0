"""What Sentry gets: kinds of errors and the places in our code, and nothing that anybody said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sentry_sdk
from sentry_sdk.integrations.argv import ArgvIntegration
from sentry_sdk.integrations.logging import LoggingIntegration

from alpha_swarm import __version__
from alpha_swarm.errors import VERDICTS
from alpha_swarm.exception_text import exception_of
from alpha_swarm.redact import redact

if TYPE_CHECKING:
    from sentry_sdk._types import DataCollectionUserOptions
    from structlog.typing import EventDict, WrappedLogger

#: Supersedes ``send_default_pii=False``: what is not needed to find a fault is not collected.
NOTHING_PERSONAL: DataCollectionUserOptions = {
    "user_info": False,
    "cookies": {"mode": "off"},
    "http_headers": {"request": {"mode": "off"}},
    "http_bodies": [],
    "url_query_params": {"mode": "off"},
    "database_query_data": False,
    "queues": False,
    "stack_frame_variables": False,
}
#: What of a report is sent as it is; all else is left out, whatever a later version of the library adds.
_REPORT = ("event_id", "timestamp", "level", "platform", "release", "environment", "sdk", "logger")
_FRAME = ("filename", "function", "module", "lineno", "context_line", "pre_context", "post_context", "in_app")
_CRUMB = ("type", "category", "level", "timestamp")


def start_sentry(dsn: str, environment: str) -> None:
    """Reports of unexpected errors. Verdicts are expected trouble: they are counted and shown.

    No integration looks into jobs, requests, queries or calls: what fails there is logged, and so reported.
    """
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        release=f"alpha-swarm@{__version__}",
        data_collection=NOTHING_PERSONAL,
        auto_session_tracking=False,
        auto_enabling_integrations=False,
        ignore_errors=list(VERDICTS),
        integrations=[LoggingIntegration(event_level=None)],
        disabled_integrations=[ArgvIntegration()],
        before_send=scrub_report,
        before_breadcrumb=scrub_breadcrumb,
    )


def report(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Errors go to Sentry, a step on the way of a log line."""
    del logger
    if method not in {"error", "critical", "exception"} or "verdict" in event:
        return event
    error = exception_of(event.get("exc_info"))
    if error is None:
        sentry_sdk.capture_message(_message(event), level="error")
    else:
        sentry_sdk.capture_exception(error)
    return event


def scrub_report(event: Any, hint: dict[str, Any]) -> Any:
    """The gate of error reports: only what is known to say nothing of anybody passes."""
    del hint
    kept = _only(_REPORT, event)
    if "message" in event:
        kept["message"] = redact(str(event["message"]))
    for name, of_each in (("exception", _exception), ("breadcrumbs", dict)):
        found = event.get(name) or {}
        values = found.get("values", ()) if isinstance(found, Mapping) else found
        kept[name] = {"values": [of_each(one) for one in values]}
    return kept


def scrub_breadcrumb(crumb: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """What happened before: of our own lines the name of the event, of others that there was one."""
    ours = getattr(hint.get("log_record"), "msg", None)
    name = redact(str(ours.get("event"))) if isinstance(ours, Mapping) else ""
    return {**_only(_CRUMB, crumb), "message": name}


def _message(event: EventDict) -> str:
    """Our own events have fixed names; of a library's line what its author wrote, not what it is about."""
    record = event.get("_record")
    if record is None:
        return str(event.get("event"))
    # Without anything to fill in, whatever it is about may stand in it as it is.
    words = record.msg if record.msg != event.get("event") else "an error"
    return f"{record.name}: {words}"


def _exception(value: Mapping[str, Any]) -> dict[str, Any]:
    frames = (value.get("stacktrace") or {}).get("frames") or ()
    return {
        **_only(("type", "module"), value),
        "mechanism": _only(("type", "handled"), value.get("mechanism") or {}),
        "stacktrace": {"frames": [_only(_FRAME, frame) for frame in frames]},
    }


def _only(names: tuple[str, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}
