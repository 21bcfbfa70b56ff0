"""What is known about Slack's incoming webhooks and Web API. Source: the vendor's documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.connectors.verdicts import (
    Verdict,
    VerdictTable,
    credentials_refused,
    invalid_input,
    not_available,
    rate_limited,
    wrong_address,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

#: About a message a second in a channel; all channels share it, which is never too fast.
LIMIT = "slack"
#: Slack cuts a text at 40,000 characters, and people stop reading long before.
LONGEST_TEXT = 3000
LONGEST_FACT = 300
#: Seconds to connect and for the whole answer: others wait in the queue behind a message.
TIMEOUT = (5.0, 10.0)

#: The action, label and style of the buttons of a question.
BUTTONS = (("approve", "Apply", "primary"), ("decline", "Decline", "danger"))
#: What a bot must be allowed to do, as its token's scopes say.
SCOPES = frozenset({"chat:write", "users:read.email"})

_SAID: Mapping[Verdict, tuple[str, ...]] = {
    rate_limited: ("ratelimited", "rate_limited", "message_limit_exceeded"),
    credentials_refused: (
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
    ),
    wrong_address: ("channel_not_found", "not_in_channel", "is_archived"),
    not_available: ("internal_error", "fatal_error", "service_unavailable", "request_timeout"),
}
#: An answer with status 200 may say that nothing happened; any other word means that it never will.
VERDICTS = VerdictTable(
    {200: invalid_input, **{(200, code): verdict for verdict, codes in _SAID.items() for code in codes}}
)
#: Whom Slack does not know by that e-mail.
NOBODY = "users_not_found"
