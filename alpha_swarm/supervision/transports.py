"""What the sandbox and the program are told for each transport to Clay."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Transport = Literal["rest", "webhook", "routines"]

_LANES = ("lane-1", "lane-2")
_SLUG = "pull-in-data-from-a-webhook-{0}"


def sandbox_arguments(transport: Transport, secret: str) -> Sequence[str]:
    """Options of ``alpha-swarm sandbox``; a webhook's column has the secret typed in, as a person would."""
    if transport != "webhook":
        return ()
    sources = [{"slug": _SLUG.format(name), "table": f"table-of-{name}", "token": secret} for name in _LANES]
    column = {"headers": {"X-Webhook-Secret": secret}}
    return ("--set", f"sources={json.dumps(sources)}", "--set", f"column={json.dumps(column)}")


def variables(transport: Transport, sandbox: str, secret: str) -> Mapping[str, str]:
    """The program's variables beside those of every transport."""
    chosen = {"CLAY_TRANSPORT": transport}
    if transport == "webhook":
        url = f"{sandbox}/clay/v3/sources/webhook"
        lanes = [{"name": name, "url": f"{url}/{_SLUG.format(name)}", "token": secret} for name in _LANES]
        return {**chosen, "CLAY_LANES": json.dumps(lanes)}
    if transport == "routines":
        public = {"CLAY_PUBLIC_API_BASE_URL": f"{sandbox}/clay/public/v0"}
        return {**chosen, **public, "CLAY_ROUTINE_ID": "function:t_people"}
    return chosen
