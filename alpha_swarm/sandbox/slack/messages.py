"""What stands in the channels of the imitated Slack, and what of a message it would refuse."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

LONGEST_TEXT = 40_000
_MOST_BLOCKS, _LONGEST_SECTION, _LONGEST_VALUE = 50, 3000, 2000


@dataclass(frozen=True, slots=True)
class Posted:
    """A message as people see it."""

    channel: str
    text: str
    ts: str
    thread_ts: str | None
    blocks: list[dict[str, Any]] = field(default_factory=list)
    edited: int = 0
    """How often it was changed."""

    def button(self, action_id: str | None) -> dict[str, Any] | None:
        """Its button of this action, or its first one."""
        buttons = [
            one for block in self.blocks if block["type"] == "actions" for one in block.get("elements", [])
        ]
        return next((one for one in buttons if action_id in (None, one["action_id"])), None)


class Messages:
    """All channels."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []

    def post(self, channel: str, body: dict[str, Any], now: float) -> Posted:
        """Behind the others."""
        ts = f"{now:.0f}.{len(self.posted):06}"
        text = str(body["text"])[:LONGEST_TEXT]
        posted = Posted(channel, text, ts, body.get("thread_ts"), body.get("blocks") or [])
        self.posted.append(posted)
        return posted

    def find(self, channel: Any, ts: Any) -> Posted | None:
        """By what names a message."""
        return next((one for one in self.posted if (one.channel, one.ts) == (channel, ts)), None)

    def change(self, posted: Posted, body: dict[str, Any]) -> None:
        """Blocks that are not named stay."""
        changed = replace(
            posted,
            text=str(body["text"])[:LONGEST_TEXT],
            blocks=body.get("blocks", posted.blocks),
            edited=posted.edited + 1,
        )
        self.posted[self.posted.index(posted)] = changed

    def with_button(self) -> Posted | None:
        """The latest that has one."""
        return next((one for one in reversed(self.posted) if one.button(None)), None)


def are_fit(blocks: Any) -> bool:
    """Whether the vendor would take these blocks, as far as anybody here sends any."""
    if blocks is None:
        return True
    if not isinstance(blocks, list) or len(blocks) > _MOST_BLOCKS:
        return False
    return all(isinstance(one, dict) and _is_fit(one) for one in blocks)


def _is_fit(block: dict[str, Any]) -> bool:
    if block.get("type") == "section":
        return 0 < len(block.get("text", {}).get("text", "")) <= _LONGEST_SECTION
    buttons = block.get("elements")
    return (
        block.get("type") == "actions"
        and isinstance(buttons, list)
        and all(
            one.get("type") == "button" and one.get("action_id") and len(one["value"]) <= _LONGEST_VALUE
            for one in buttons
        )
    )
