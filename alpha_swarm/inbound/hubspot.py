"""HubSpot: a list of events, each with an id and at most one property; the record must be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.crm.news import Change, News, read_record_id
from alpha_swarm.inbound.pieces import Pieces, cut, read_json, read_piece
from alpha_swarm.inbound.values import moment, record_id, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: An event's id alone is not unique.
_KEY = ("eventId", "subscriptionId", "objectId", "occurredAt")
#: Contacts among the objects of the newer subscriptions.
_CONTACT = "0-1"
_CHANGES = {
    "creation": Change.CHANGED,
    "propertyChange": Change.CHANGED,
    "restore": Change.CHANGED,
    "deletion": Change.DELETED,
    "privacyDeletion": Change.PRIVACY_DELETED,
}


def split(body: bytes) -> Pieces:
    """One piece an event; raises ``UnfitDelivery``."""
    document = read_json(body)
    return cut(body, document if isinstance(document, list) else [document], _key)


def decode(body: bytes) -> Sequence[News]:
    """What an event says; nothing of what is not about contacts.

    Who made the change is not asked: integrations other than ours bear the same mark.

    Raises:
        GiveUpError: it is no event.
    """
    event = read_piece(body)
    noun, _, verb = text(event, "subscriptionType").partition(".")
    if noun != "contact" and not (noun == "object" and text(event, "objectTypeId") == _CONTACT):
        return ()
    if verb == "merge":
        return _merged(event)
    if verb not in _CHANGES:
        return ()
    at = moment(event.get("occurredAt"))
    return (News(record_id=record_id(event, "objectId"), change=_CHANGES[verb], at=at),)


def _merged(event: Mapping[str, Any]) -> Sequence[News]:
    """One record remains, the others are gone."""
    at = moment(event.get("occurredAt"))
    left = read_record_id(event.get("newObjectId")) or record_id(event, "primaryObjectId")
    listed = event.get("mergedObjectIds")
    named = [*(listed if isinstance(listed, list) else ()), event.get("primaryObjectId")]
    gone = dict.fromkeys(found for one in named if (found := read_record_id(one)) and found != left)
    deleted = (News(record_id=one, change=Change.DELETED, at=at) for one in gone)
    return (News(record_id=left, change=Change.CHANGED, at=at), *deleted)


def _key(event: Mapping[str, Any]) -> str | None:
    parts = [event.get(name) for name in _KEY]
    return None if None in parts else "\x1f".join(map(repr, parts))
