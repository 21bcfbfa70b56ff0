"""What is known about Salesforce's REST API: versions, limits, error answers.

Source: the vendor's REST API guide (collections, query, limits, status codes).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from alpha_swarm.connectors.verdicts import Failure, VerdictTable, credentials_refused, not_available
from alpha_swarm.errors import GiveUpError, QuotaExhaustedError, RateLimitedError

if TYPE_CHECKING:
    from alpha_swarm.errors import AlphaSwarmError

LIMIT = "salesforce"
API_VERSION = "67.0"
#: Records that one collection writes, and ids that one reads.
MOST_WRITTEN = 200
MOST_READ = 2000
#: The address with its query may have 16,384 bytes.
LONGEST_QUERY = 14_000
MOST_IN_FLIGHT = 25
#: What people's tools write where the vendor wants a value and there is none.
PLACEHOLDER = "[not provided]"

#: Standard fields of leads and contacts by which nobody is written to or called.
SILENCING = ("HasOptedOutOfEmail", "DoNotCall")

ID = "Id"
CONVERTED = "IsConverted"
MODIFIED = "LastModifiedDate"
#: Of changes by the system, too, and the one of the two with an index.
STAMP = "SystemModstamp"

#: Told apart from other refusals, as the fields are looked up again.
UNKNOWN_FIELD = "unknown_field"
#: Seconds.
PAUSE = 3600.0
_BUSY = 30.0


def _limit_exceeded(failure: Failure) -> AlphaSwarmError:
    """The day is a rolling one, so within an hour there is room again; calls at once end sooner."""
    if _message(failure.body).startswith("Concurrent"):
        return RateLimitedError(f"{failure}: too many long calls at once", _BUSY)
    return QuotaExhaustedError(f"{failure}: the calls of the last 24 hours are used up", PAUSE)


def _storage_full(failure: Failure) -> AlphaSwarmError:
    return QuotaExhaustedError(f"{failure}: the org's storage is full", PAUSE)


def _unknown_field(failure: Failure) -> AlphaSwarmError:
    return GiveUpError(str(failure), cause=UNKNOWN_FIELD)


VERDICTS = VerdictTable(
    {
        (403, "REQUEST_LIMIT_EXCEEDED"): _limit_exceeded,
        (403, "STORAGE_LIMIT_EXCEEDED"): _storage_full,
        (400, "INVALID_FIELD"): _unknown_field,
        (400, "UNABLE_TO_LOCK_ROW"): not_available,
    }
)
#: Of the token door, which has nothing to say of leads.
TOKEN_VERDICTS = VerdictTable({400: credentials_refused, 403: credentials_refused})

#: Codes of one record, by what to do about them; all others are final.
AGAIN = frozenset(
    {
        "UNABLE_TO_LOCK_ROW",
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "QUERY_TIMEOUT",
        "REQUEST_RUNNING_TOO_LONG",
        "SERVER_UNAVAILABLE",
        "UNKNOWN_EXCEPTION",
    }
)
GONE = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "MALFORMED_ID", "NOT_FOUND"})
#: Parks the lead, as no other would fare better.
FULL = frozenset({"STORAGE_LIMIT_EXCEEDED", "REQUEST_LIMIT_EXCEEDED"})
#: The fields are not as they were described.
CHANGED = frozenset({"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE", "STRING_TOO_LONG"})
DUPLICATE = frozenset({"DUPLICATES_DETECTED", "DUPLICATE_VALUE"})
#: Code → what a person has to decide.
HELD = {
    "CANNOT_UPDATE_CONVERTED_LEAD": "the lead was converted in salesforce and is no longer written",
    "DUPLICATE_EXTERNAL_ID": "several records in salesforce carry the lead's id: merge them there",
}

_NAMED_ID = re.compile(r"\bid: ([A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?)\b")


def record_named(message: str) -> str | None:
    """The id of the record that stands in the way, where the error names it."""
    found = _NAMED_ID.search(message)
    return found[1] if found else None


def audience(instance_url: str) -> str:
    """To whom an assertion is addressed: sandboxes of the vendor have a login of their own."""
    test = ".sandbox." in (urlsplit(instance_url).hostname or "")
    return "https://test.salesforce.com" if test else "https://login.salesforce.com"


def _message(body: Any) -> str:
    first = body[0] if isinstance(body, list) and body else {}
    return str(first.get("message", "")) if isinstance(first, dict) else ""
