"""What became of a lead's part in a call."""

from __future__ import annotations

PLANNED, UNKNOWN, DONE, FAILED = "planned", "unknown", "done", "failed"
#: Unknown because the worker died between intent and outcome.
CRASHED = "crashed"
#: Nobody answered in time; it may be sent again, and its answer may still come.
SILENT = "silent"
