"""Deliveries as the vendors send them; all people are invented."""

from __future__ import annotations

from typing import Any

MOMENT = 1_795_341_540_000
"""2026-11-22T09:59:00Z in milliseconds."""


def hubspot_event(number: int = 1, **changed: Any) -> dict[str, Any]:
    """One event about contact 501."""
    return {
        "eventId": number,
        "subscriptionId": 12,
        "portalId": 62515,
        "appId": 54321,
        "occurredAt": MOMENT,
        "subscriptionType": "contact.propertyChange",
        "attemptNumber": 0,
        "objectId": 501,
        "propertyName": "company",
        "propertyValue": "Example Works",
        "changeSource": "INTEGRATION",
        **changed,
    }


def ghl_event(**changed: Any) -> dict[str, Any]:
    """One event with the whole contact."""
    return {
        "type": "ContactCreate",
        "locationId": "ve9EPM428h8vShlRW1KT",
        "id": "nmFmQEsNgz6AVpgLVUJ0",
        "email": "ada@works.example",
        "firstName": "Ada",
        "lastName": "Example",
        "companyName": "Example Works",
        "website": "https://www.works.example/about",
        "tags": ["a"],
        "timestamp": "2026-11-22T09:59:00Z",
        "webhookId": "w-1",
        **changed,
    }


def notification(number: int, object_type: str = "Contact", prefix: str = "sf", **fields: str) -> str:
    """One notification; fields are those that somebody chose."""
    chosen = "".join(f"<{prefix}:{name}>{value}</{prefix}:{name}>" for name, value in fields.items())
    record = f'<sObject xsi:type="{prefix}:{object_type}"><{prefix}:Id>003{number:015}</{prefix}:Id>{chosen}'
    return f"<Notification><Id>04l{number:015}</Id>{record}</sObject></Notification>"


def outbound_message(*notifications: str, prefix: str = "sf") -> bytes:
    """As Salesforce sends it, a live session among it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
        '<notifications xmlns="http://soap.sforce.com/2005/09/outbound"'
        f' xmlns:{prefix}="urn:sobject.enterprise.soap.sforce.com">'
        "<OrganizationId>00D000000000001</OrganizationId><ActionId>04k000000000001</ActionId>"
        "<SessionId>a-live-session</SessionId><EnterpriseUrl>https://x.example</EnterpriseUrl>"
        f"{''.join(notifications)}</notifications></soapenv:Body></soapenv:Envelope>"
    ).encode()
