"""The properties that contacts have: the portal's own, and those that were created."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.hubspot.errors import Fault, invalid, invalid_properties

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_EMAIL = re.compile(r"[^@\s\"<>]+@[^@\s\"<>]+\.[^@\s\"<>.]{2,}")
_TYPES = frozenset({"string", "number", "enumeration", "bool", "date", "datetime", "phone_number"})
_TEXTS = (
    "email", "firstname", "lastname", "phone", "mobilephone", "company", "website", "jobtitle", "industry",
    "address", "city", "state", "zip", "country", "message", "hs_linkedin_url",
)  # fmt: skip
_STAGES = ("subscriber", "lead", "marketingqualifiedlead", "opportunity", "customer", "other")
_STATUSES = ("NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED", "CONNECTED", "BAD_TIMING")
READ_ONLY = frozenset(
    {
        "hs_object_id",
        "createdate",
        "lastmodifieddate",
        "hs_additional_emails",
        "hs_email_optout",
        "hs_merged_object_ids",
        "hs_searchable_calculated_phone_number",
    }
)
_LONGEST = 65_536


class Properties:
    """Definitions by name; values are checked by them."""

    def __init__(self, own: Sequence[dict[str, Any]] | None = None) -> None:
        """``own``: the portal's, in place of those of contacts."""
        self._own = own or _of_contacts()
        self.reset()

    def reset(self) -> None:
        """The portal's own alone."""
        self.by_name = {one["name"]: one for one in self._own}
        self.groups = {"contactinformation"}

    @property
    def unique(self) -> frozenset[str]:
        """Those of which no two contacts have the same value."""
        return frozenset(name for name, one in self.by_name.items() if one["hasUniqueValue"])

    def create(self, body: Any) -> dict[str, Any]:
        """A new property from the body of a call; the contract calls for name, label, type and group."""
        body = body if isinstance(body, dict) else {}
        name, kind = body.get("name"), body.get("type")
        if not isinstance(name, str) or not _NAME.fullmatch(name) or not body.get("label"):
            raise invalid("a property needs a label and a name of small letters, digits and underscores")
        if kind not in _TYPES or not body.get("fieldType"):
            raise invalid(f"type must be one of {', '.join(sorted(_TYPES))}, with its fieldType")
        if body.get("groupName") not in self.groups:
            raise invalid(f"property group {body.get('groupName')} does not exist")
        if name in self.by_name:
            raise Fault(409, f"A property named '{name}' already exists.").refusal()
        options = tuple(option["value"] for option in body.get("options", ()))
        unique = body.get("hasUniqueValue") is True
        self.by_name[name] = definition(name, kind, options, body["groupName"], unique=unique)
        return self.by_name[name]

    def create_group(self, body: Any) -> dict[str, Any]:
        """A new group of properties."""
        name = body.get("name") if isinstance(body, dict) else None
        if not isinstance(name, str) or not name or not body.get("label"):
            raise invalid("a group needs a name and a label")
        if name in self.groups:
            raise Fault(409, f"A property group named '{name}' already exists.").refusal()
        self.groups.add(name)
        return {"name": name, "label": body["label"], "archived": False}

    def checked(self, values: Any) -> dict[str, str]:
        """Property → text, a null as a blank one. Raises the `Fault` that names every problem."""
        if not isinstance(values, dict):
            raise Fault(400, "properties must be an object")
        problems = [problem for name, value in values.items() if (problem := self._problem(name, value))]
        if problems:
            raise invalid_properties(problems)
        texts = {name: value or "" for name, value in values.items()}
        if texts.get("email"):
            texts["email"] = texts["email"].lower()
        return texts

    def _problem(self, name: str, value: Any) -> dict[str, str] | None:
        known = self.by_name.get(name)
        if known is None:
            text = f'Property "{name}" does not exist'
            return {"message": text, "error": "PROPERTY_DOESNT_EXIST", "name": name}
        code = "READ_ONLY_VALUE" if name in READ_ONLY else _code(known, value)
        return {"message": f"{value!r} is no {name}", "error": code, "name": name} if code else None


def _of_contacts() -> list[dict[str, Any]]:
    texts = (*_TEXTS, *sorted(READ_ONLY), "hubspot_owner_id")
    return [
        *(definition(name, "string") for name in texts),
        definition("lifecyclestage", "enumeration", _STAGES),
        definition("hs_lead_status", "enumeration", _STATUSES),
    ]


def _code(known: dict[str, Any], value: Any) -> str | None:
    """What is wrong with a value, as the vendor calls it."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        return "INVALID_TYPE"
    kind, name = known["type"], known["name"]
    if kind == "string":
        bad_email = name == "email" and not _EMAIL.fullmatch(value)
        return "INVALID_EMAIL" if bad_email else "VALUE_TOO_LONG" if len(value) > _LONGEST else None
    if value != value.strip():
        return "LEADING_TRAILING_WHITESPACE"
    if kind == "number" and not _NUMBER.fullmatch(value):
        return "INVALID_LONG"
    options = {option["value"] for option in known["options"]}
    return "INVALID_OPTION" if kind == "enumeration" and value not in options else None


def definition(
    name: str,
    kind: str,
    options: tuple[str, ...] = (),
    group: str = "contactinformation",
    *,
    unique: bool = False,
) -> dict[str, Any]:
    """A property as the contract has it."""
    return {
        "name": name,
        "label": name,
        "type": kind,
        "fieldType": {"enumeration": "select", "number": "number"}.get(kind, "text"),
        "groupName": group,
        "options": [{"label": one, "value": one, "hidden": False} for one in options],
        "hasUniqueValue": unique or name == "email",
        "archived": False,
    }
