"""What is known about Clay's public API v0: sizes, names, timeouts, and what its refusals mean."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from alpha_swarm.connectors.clay.facts import is_deprecated
from alpha_swarm.connectors.verdicts import (
    Failure,
    VerdictTable,
    credentials_refused,
    invalid_input,
    quota_exhausted,
    wrong_address,
)
from alpha_swarm.errors import RetryLaterError, WrongAddressError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.errors import AlphaSwarmError

LIMIT = "clay.routines"

#: Items of a run; what is more goes as a file.
MOST_ITEMS = 100
#: Lines of a file.
MOST_LINES = 50_000
RESULTS_PAGE = 100
MOST_PAGES = 1_000
#: Runs that are asked for side by side.
AT_ONCE = 4

FILE_TIMEOUT = (5.0, 120.0)
FILE_CAP = 256 * 1024 * 1024

_SPENT = re.compile(r"\bquota\b|\bcredits\b", re.IGNORECASE)


def key_header(key: str) -> Mapping[str, str]:
    """How the public API wants to be shown a key."""
    return {"clay-api-key": key}


def no_key(_key: str) -> Mapping[str, str]:
    """A presigned address is a credential by itself, and leads to another house."""
    return {}


def says_gone(body: object) -> bool:
    """Whether a 404 is the API's own word on a run, and not that of whatever stands at a wrong address."""
    message = body.get("message") if isinstance(body, dict) else None
    return isinstance(message, str) and not is_deprecated(body)


def _message(failure: Failure) -> str:
    """For judging; it may quote anything, so it is never shown."""
    message = failure.body.get("message") if isinstance(failure.body, dict) else None
    return message if isinstance(message, str) else ""


def _refused(failure: Failure) -> AlphaSwarmError:
    """The API has no error codes: whether credits are short stands in the message alone."""
    if _SPENT.search(_message(failure)):
        return quota_exhausted(failure)
    return credentials_refused(failure) if failure.status == HTTPStatus.FORBIDDEN else invalid_input(failure)


def _not_there(failure: Failure) -> AlphaSwarmError:
    if is_deprecated(failure.body):
        return WrongAddressError(
            "Clay no longer offers the version of its public API that transport routines speaks: "
            "look for a newer Alpha Swarm, and check CLAY_PUBLIC_API_BASE_URL"
        )
    return wrong_address(failure)


VERDICTS = VerdictTable(
    {
        HTTPStatus.BAD_REQUEST: _refused,
        HTTPStatus.FORBIDDEN: _refused,
        HTTPStatus.NOT_FOUND: _not_there,
    }
)


def _other_address(failure: Failure) -> AlphaSwarmError:
    """Presigned addresses expire: what is begun anew gets another."""
    return RetryLaterError(str(failure))


#: For whatever the store behind presigned addresses refuses or sends elsewhere, but a call that was too soon.
FILE_VERDICTS = VerdictTable(
    dict.fromkeys(set(range(300, 500)) - {HTTPStatus.TOO_MANY_REQUESTS.value}, _other_address)
)
