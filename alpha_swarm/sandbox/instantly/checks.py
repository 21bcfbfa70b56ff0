"""What the bodies about leads may hold; a key or a type that the contract does not know is a 400."""

from __future__ import annotations

import re
import uuid
from typing import Any

from alpha_swarm.sandbox.instantly.errors import bad_request

_TEXTS = frozenset(
    {
        "email",
        "first_name",
        "last_name",
        "company_name",
        "job_title",
        "phone",
        "website",
        "personalization",
        "pl_value_lead",
        "assigned_to",
    }
)
_LEAD_KEYS = _TEXTS | {"lt_interest_status", "custom_variables"}
_ADD_FLAGS = frozenset(
    {
        "verify_leads_on_import",
        "skip_if_in_workspace",
        "skip_if_in_campaign",
        "skip_if_in_list",
    }
)
_ADD_KEYS = _ADD_FLAGS | {"campaign_id", "list_id", "leads", "blocklist_id", "assigned_to"}
_MOST_LEADS = 1000
_MOST_BLOCKED = 1000
_INTEREST = range(-4, 5)
_DOMAIN = re.compile(r"[^@\s]+\.[^@\s.]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def is_email(text: Any) -> bool:
    """Whether the text looks like an e-mail address."""
    return isinstance(text, str) and _EMAIL.fullmatch(text) is not None


def is_domain(text: str) -> bool:
    """Whether the text looks like a domain."""
    return _DOMAIN.fullmatch(text) is not None


def is_uuid(value: Any) -> bool:
    """Whether the value is a UUID as text."""
    try:
        uuid.UUID(value)
    except (AttributeError, TypeError, ValueError):
        return False
    return True


def check_object(body: Any) -> dict[str, Any]:
    """The body, if it is an object."""
    if not isinstance(body, dict):
        raise bad_request("body must be object")
    return body


def check_add(body: Any) -> tuple[str, str, list[dict[str, Any]]]:
    """Kind of the target (`campaign` or `list`), its id, and the leads of a body of `POST /leads/add`."""
    order = check_object(body)
    _closed("body", order, _ADD_KEYS)
    name = _target_of(order)
    for flag in _ADD_FLAGS & order.keys():
        if not isinstance(order[flag], bool):
            raise bad_request(f"body/{flag} must be boolean")
    leads = order.get("leads")
    if not isinstance(leads, list) or not 1 <= len(leads) <= _MOST_LEADS:
        raise bad_request(f"body/leads must hold 1 to {_MOST_LEADS} items")
    for index, lead in enumerate(leads):
        check_lead(f"body/leads/{index}", lead, _LEAD_KEYS)
    return name.removesuffix("_id"), order[name], leads


def _target_of(order: dict[str, Any]) -> str:
    """Which of campaign_id and list_id the order names."""
    targets = [name for name in ("campaign_id", "list_id") if order.get(name) is not None]
    if len(targets) != 1:
        raise bad_request("body must have either campaign_id or list_id, and not both")
    if not is_uuid(order[targets[0]]):
        raise bad_request(f'body/{targets[0]} must match format "uuid"')
    return targets[0]


def check_move(order: dict[str, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
    """From where and to where a body of `POST /leads/move` has leads moved, by kind and id."""
    ids = order.get("ids")
    if not isinstance(ids, list) or not ids:
        raise bad_request("body/ids must hold the leads to move")
    return _place(order, "campaign", "list_id"), _place(order, "to_campaign_id", "to_list_id")


def _place(order: dict[str, Any], campaign: str, leads_list: str) -> tuple[str, str]:
    named = [name for name in (campaign, leads_list) if is_uuid(order.get(name))]
    if len(named) != 1:
        raise bad_request(f"body must have either {campaign} or {leads_list}, as a UUID, and not both")
    return "campaign" if named[0] == campaign else "list", order[named[0]]


def check_values(body: Any) -> list[str]:
    """The values of a body of `POST /block-lists-entries/bulk-create`."""
    values = check_object(body).get("bl_values")
    if not isinstance(values, list) or not 1 <= len(values) <= _MOST_BLOCKED:
        raise bad_request(f"body/bl_values must hold 1 to {_MOST_BLOCKED} items")
    if not all(isinstance(value, str) for value in values):
        raise bad_request("body/bl_values must hold strings")
    return values


def check_patch(body: Any) -> dict[str, Any]:
    """The body of `PATCH /leads/{id}`; the e-mail cannot be changed."""
    patch = check_object(body)
    if not patch:
        raise bad_request("body must NOT have fewer than 1 properties")
    check_lead("body", patch, _LEAD_KEYS - {"email"})
    return patch


def check_lead(where: str, lead: Any, keys: frozenset[str]) -> None:
    """Raise a 400 for a lead with an unknown key or a value of the wrong type."""
    if not isinstance(lead, dict):
        raise bad_request(f"{where} must be object")
    _closed(where, lead, keys)
    for name in _TEXTS & lead.keys():
        if not isinstance(lead[name], str | None):
            raise bad_request(f"{where}/{name} must be string,null")
    if lead.get("lt_interest_status", 0) not in _INTEREST:
        raise bad_request(f"{where}/lt_interest_status must be equal to one of the allowed values")
    variables = lead.get("custom_variables", {})
    if not isinstance(variables, dict) or not all(map(_is_scalar, variables.values())):
        raise bad_request(f"{where}/custom_variables must map names to string,number,boolean,null")


def _closed(where: str, value: dict[str, Any], keys: frozenset[str]) -> None:
    if not value.keys() <= keys:
        raise bad_request(f"{where} must NOT have additional properties")


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float | bool | None)
