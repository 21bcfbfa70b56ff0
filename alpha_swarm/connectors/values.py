"""Kinds of values in vendors' answers: the same whether they come as text, as a number or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from alpha_swarm.connectors.text import as_text
from alpha_swarm.domain.moments import as_utc


def _id(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _cell(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else as_text(value)


def _listed(value: Any) -> Any:
    return [] if value is None else value


def _moment(value: Any, read: ValidatorFunctionWrapHandler) -> datetime | None:
    try:
        moment = read(value)
        return None if moment is None else as_utc(moment)
    except (ValidationError, OverflowError):
        return None


Id = Annotated[str, BeforeValidator(_id), StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, BeforeValidator(_text)]
"""``""`` for whatever is no text."""
Cell = Annotated[str | None, BeforeValidator(_cell)]
"""A field's value as text."""
Listed = BeforeValidator(_listed)
"""Nothing stands for an empty list."""
Moment = Annotated[datetime | None, WrapValidator(_moment)]
"""In UTC, as which one without an offset counts; ``None`` for what is none."""
