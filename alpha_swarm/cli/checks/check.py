"""The result of one check."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it stands, and what to do about it."""

    name: str
    result: Literal["ok", "warning", "failed"]
    detail: str
    remedy: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def ok(name: str, detail: str) -> Check:
    """All is well."""
    return Check(name, "ok", detail)


def warning(name: str, detail: str, remedy: str) -> Check:
    """It works, but somebody should know."""
    return Check(name, "warning", detail, remedy)


def failed(name: str, detail: str, remedy: str) -> Check:
    """It does not work."""
    return Check(name, "failed", detail, remedy)
