"""What a contact's body may hold: a closed set of keys, texts for values, custom fields by known id."""

from __future__ import annotations

from typing import Any

from alpha_swarm.sandbox.ghl.errors import unprocessable

TEXTS = frozenset(
    {
        "firstName",
        "lastName",
        "name",
        "email",
        "phone",
        "address1",
        "city",
        "state",
        "postalCode",
        "website",
        "timezone",
        "source",
        "country",
        "companyName",
        "assignedTo",
        "gender",
        "dateOfBirth",
    }
)
_OTHERS = frozenset({"dnd", "dndSettings", "inboundDndSettings", "tags", "customFields"})
_CREATE = TEXTS | _OTHERS | {"locationId"}
UPSERT = _CREATE | {"createNewIfDuplicateAllowed"}
CREATE = _CREATE
UPDATE = (TEXTS - {"gender", "companyName"}) | _OTHERS
_FIELD_KEYS = frozenset({"id", "key", "field_value", "fieldValue"})


def check_contact(body: Any, allowed: frozenset[str], field_ids: set[str]) -> dict[str, Any]:
    """The body, or a 422 with every message about it."""
    if not isinstance(body, dict):
        raise unprocessable(["the body must be an object"])
    messages = [f"property {name} should not exist" for name in sorted(body.keys() - allowed)]
    messages += [
        f"{name} must be a string"
        for name in sorted(TEXTS & body.keys())
        if not isinstance(body[name], str | None)
    ]
    if not isinstance(body.get("dnd", False), bool):
        messages.append("dnd must be a boolean value")
    if "tags" in body and not _are_texts(body["tags"]):
        messages.append("each value in tags must be a string")
    messages += _field_messages(body.get("customFields", []), field_ids)
    if messages:
        raise unprocessable(messages)
    return body


def check_tags(body: Any) -> list[str]:
    """The tags of a body, or a 422."""
    tags = body.get("tags") if isinstance(body, dict) else None
    if not isinstance(tags, list) or not _are_texts(tags):
        raise unprocessable(["each value in tags must be a string", "tags must be an array"])
    return tags


def field_value(item: dict[str, Any]) -> str:
    """The value of a custom field, under the name of either version."""
    return str(item["field_value"] if "field_value" in item else item["fieldValue"])


def blanks(body: dict[str, Any]) -> int:
    """How many values of the body would blank a field."""
    plain = sum(body[name] in {None, ""} for name in TEXTS & body.keys())
    return plain + sum(not field_value(item) for item in body.get("customFields", []))


def _field_messages(fields: Any, known: set[str]) -> list[str]:
    if not isinstance(fields, list):
        return ["customFields must be an array"]
    return [
        f"customFields.{index}.{message}"
        for index, item in enumerate(fields)
        if (message := _field_message(item, known)) is not None
    ]


def _field_message(item: Any, known: set[str]) -> str | None:
    if not isinstance(item, dict) or not item.keys() <= _FIELD_KEYS:
        return "must hold id and field_value alone"
    if item.get("id") not in known:
        return "id must be the id of a custom field of the location"
    if not isinstance(item.get("field_value", item.get("fieldValue")), str):
        return "field_value must be a string"
    return None


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
