"""A message as Slack takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.slack.facts import LONGEST_FACT, LONGEST_TEXT
from alpha_swarm.connectors.text import clean

if TYPE_CHECKING:
    from alpha_swarm.domain.notices import Message


def text_of(message: Message) -> str:
    """A line for the title and one for each fact; nothing in it is a link, a mention or a command."""
    lines = [f"*{_safe(message.title)}*", *(f"{label}: {_safe(value)}" for label, value in message.facts)]
    return _cut("\n".join(lines), LONGEST_TEXT)


def body_of(message: Message, **more: Any) -> dict[str, Any]:
    """What both ways take."""
    return {"text": text_of(message), "unfurl_links": False, "unfurl_media": False, **more}


def _safe(value: str) -> str:
    """On one line; the three characters that Slack reads as more than text are escaped after the cut."""
    line = _cut(" ".join(clean(value).split()), LONGEST_FACT)
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
