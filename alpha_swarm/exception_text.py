"""What is told of an exception: its kind and where it came from.

The text of a foreign error may quote whom it stumbled over, and a name cannot be told from any other word. So
texts are left out, but for those of our own verdicts, which are written to be shown.
"""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING, Any

from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.redact import redact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from structlog.typing import EventDict, WrappedLogger

_MOST = 20


def tell_exception(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace ``exc_info`` by text: a step on the way of a log line."""
    del logger, method
    error = exception_of(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = told(error)
    return event


def exception_of(given: Any) -> BaseException | None:
    """The exception in any of the forms that ``exc_info`` takes."""
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


def told(error: BaseException) -> str:
    """Kinds and places, what came first above."""
    chain = list(_chain(error, set()))[:_MOST]
    return "\n".join(
        "".join([*traceback.format_tb(one.__traceback__), named(one)]) for one in reversed(chain)
    )


def _with_places(error: BaseException) -> str:
    return "".join([*traceback.format_tb(error.__traceback__), named(error)])


def named(error: BaseException) -> str:
    """The kind of an error, with its text where that is ours."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"{name}: {redact(str(error))}" if isinstance(error, AlphaSwarmError) else name


def _chain(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    """The error, its parts, and what led to each of them."""
    if id(error) in seen:
        return
    seen.add(id(error))
    yield error
    parts = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    # What "from None" keeps from readers for its text is told for its place.
    for one in (*parts, error.__cause__ or error.__context__):
        if one is not None:
            yield from _chain(one, seen)
