"""Senders that sign by Standard Webhooks: ``{type, timestamp, data}`` with a lead's fields in ``data``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.crm.news import Change, News, read_record_id, with_website
from alpha_swarm.inbound.pieces import Pieces, cut, read_json, read_piece
from alpha_swarm.inbound.values import moment, text, texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FIELDS = ("linkedin_url", "email", "company_domain", "first_name", "last_name", "company_name")


def split(body: bytes, message_id: str) -> Pieces:
    """One piece, known by the message's id; raises ``UnfitDelivery``."""
    return cut(body, [read_json(body)], lambda _: message_id or None)


def decode(body: bytes) -> Sequence[News]:
    """What the message says; one without ``data`` holds the fields itself.

    Raises:
        GiveUpError: it is no message.
    """
    message = read_piece(body)
    inner = message.get("data")
    data: Mapping[str, Any] = inner if isinstance(inner, dict) else message
    record, at = read_record_id(data.get("id")), moment(message.get("timestamp"))
    if text(message, "type").rpartition(".")[2] == "deleted":
        return (News(record_id=record, change=Change.DELETED, at=at),)
    fields = with_website(texts(data, {name: name for name in _FIELDS}), text(data, "website"))
    return (News(record_id=record, change=Change.CHANGED, at=at, fields=fields),)
