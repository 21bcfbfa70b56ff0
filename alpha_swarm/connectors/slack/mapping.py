"""A message as Slack takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.slack.facts import BUTTONS, LONGEST_FACT, LONGEST_TEXT
from alpha_swarm.connectors.text import clean

if TYPE_CHECKING:
    from alpha_swarm.domain.messages.notices import Message


def text_of(message: Message) -> str:
    """A line for the title and one for each fact; nothing in it is a link, a mention or a command."""
    lines = [f"*{_safe(message.title)}*", *(f"{label}: {_safe(value)}" for label, value in message.facts)]
    if message.by:
        lines.append(f"by: <@{message.by}>")
    return _cut("\n".join(lines), LONGEST_TEXT)


def body_of(message: Message, **more: Any) -> dict[str, Any]:
    """What both ways take."""
    return {"text": text_of(message), "unfurl_links": False, "unfurl_media": False, **more}


def blocks_of(message: Message) -> list[dict[str, Any]]:
    """The same text, and below it a button for yes and one for no where it asks."""
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text_of(message)}}
    if message.asks is None:
        return [section]
    buttons = [_button(action, label, style, message.asks) for action, label, style in BUTTONS]
    return [section, {"type": "actions", "elements": buttons}]


def _button(action: str, label: str, style: str, value: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "action_id": action, "text": text, "style": style, "value": value}


def _safe(value: str) -> str:
    """On one line; the three characters that Slack reads as more than text are escaped after the cut."""
    line = _cut(" ".join(clean(value).split()), LONGEST_FACT)
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
