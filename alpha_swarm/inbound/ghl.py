"""GoHighLevel: one flat object an event, with the whole contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.crm.news import Change, News, profile_among, with_website
from alpha_swarm.inbound.pieces import Pieces, cut, read_json, read_piece
from alpha_swarm.inbound.values import moment, record_id, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_CHANGES = {
    "ContactCreate": Change.CHANGED,
    "ContactUpdate": Change.CHANGED,
    "ContactDelete": Change.DELETED,
}
_FIELDS = {
    "email": "email",
    "firstName": "first_name",
    "lastName": "last_name",
    "companyName": "company_name",
}


def split(body: bytes) -> Pieces:
    """One piece; raises ``UnfitDelivery``."""
    return cut(body, [read_json(body)], lambda event: text(event, "webhookId") or None)


def decode(body: bytes) -> Sequence[News]:
    """What an event says; nothing of what is not about a contact's own fields.

    Raises:
        GiveUpError: it is no event.
    """
    event = read_piece(body)
    change = _CHANGES.get(text(event, "type"))
    if change is None:
        return ()
    news = News(record_id=record_id(event, "id"), change=change, at=moment(event.get("timestamp")))
    # What has no time may be an old one repeated, so the contact is asked for.
    if change is not Change.CHANGED or news.at is None:
        return (news,)
    profile = profile_among(_custom_values(event))
    own = {**texts(event, _FIELDS), **({"linkedin_url": profile} if profile else {})}
    fields = with_website(own, text(event, "website"))
    return (News(record_id=news.record_id, change=change, at=news.at, fields=fields),)


def _custom_values(event: Mapping[str, Any]) -> Iterator[str]:
    listed = event.get("customFields")
    for one in listed if isinstance(listed, list) else ():
        value = text(one, "value") if isinstance(one, dict) else ""
        if value:
            yield value
