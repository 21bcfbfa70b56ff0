"""Salesforce's outbound messages: SOAP with up to a hundred notifications, unsigned, each of one record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import defusedxml.ElementTree

from alpha_swarm.domain.crm.news import Change, News, profile_among, with_website
from alpha_swarm.inbound.pieces import Pieces, UnfitDelivery, cut, read_piece
from alpha_swarm.inbound.values import moment, record_id, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from xml.etree.ElementTree import Element

_PEOPLE = frozenset({"Lead", "Contact"})
_FIELDS = {
    "Email": "email",
    "FirstName": "first_name",
    "LastName": "last_name",
    "Company": "company_name",
}
_TIMES = ("LastModifiedDate", "SystemModstamp", "CreatedDate")


def split(body: bytes) -> Pieces:
    """One piece a notification, as JSON ``{notification, object, fields}``; a session id goes no further.

    Raises:
        UnfitDelivery: it is no outbound message; nothing of it is kept, since the sender keeps it for a day.
    """
    try:
        envelope = defusedxml.ElementTree.fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):
        raise UnfitDelivery({}) from None
    notifications = list(_notifications(envelope))
    if not notifications:
        raise UnfitDelivery({})
    return cut(body, notifications, lambda one: one["notification"] or None)


def decode(body: bytes) -> Sequence[News]:
    """What a notification says; nothing of what is not about people.

    Raises:
        GiveUpError: it is none.
    """
    notification = read_piece(body)
    fields = notification.get("fields")
    if text(notification, "object") not in _PEOPLE or not isinstance(fields, dict):
        return ()
    at = next((found for name in _TIMES if (found := moment(fields.get(name)))), None)
    return (News(record_id=record_id(fields, "Id"), change=Change.CHANGED, at=at, fields=_ours(fields)),)


def _notifications(envelope: Element) -> Iterator[dict[str, Any]]:
    """Whatever the namespaces are called: the generated ones differ by organisation."""
    for one in envelope.iter():
        if _name(one.tag) == "Notification":
            parts = {_name(part.tag): part for part in one}
            record = parts.get("sObject")
            if record is not None:
                yield {
                    "notification": _text(parts["Id"]) if "Id" in parts else "",
                    "object": _object(record),
                    "fields": {_name(field.tag): _text(field) for field in record},
                }


def _object(record: Element) -> str:
    """``Contact`` of ``xsi:type="sf:Contact"``."""
    named = next((value for name, value in record.attrib.items() if _name(name) == "type"), "")
    return named.rpartition(":")[2]


def _name(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _ours(fields: Mapping[str, Any]) -> dict[str, str]:
    own = with_website(texts(fields, _FIELDS), text(fields, "Website"))
    profile = profile_among(text(fields, name) for name in fields if "linkedin" in name.lower())
    return {"linkedin_url": profile, **own} if profile else own
