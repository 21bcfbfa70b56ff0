"""The custom fields of locations."""

from __future__ import annotations

import re
import uuid
from typing import Any

from alpha_swarm.sandbox.ghl.errors import bad_request, unprocessable

_TYPES = frozenset(
    {
        "TEXT",
        "LARGE_TEXT",
        "NUMERICAL",
        "PHONE",
        "MONETORY",
        "CHECKBOX",
        "SINGLE_OPTIONS",
        "MULTIPLE_OPTIONS",
        "FLOAT",
        "TIME",
        "DATE",
        "TEXTBOX_LIST",
        "FILE_UPLOAD",
        "SIGNATURE",
        "RADIO",
    }
)


class CustomFields:
    """Custom fields by location and id."""

    def __init__(self) -> None:
        self._by_location: dict[str, dict[str, dict[str, Any]]] = {}

    def of(self, location_id: str) -> dict[str, dict[str, Any]]:
        """The fields of a location by id."""
        return self._by_location.setdefault(location_id, {})

    def create(self, location_id: str, body: Any) -> dict[str, Any]:
        """A new field; its key comes from its name, and a name can be had once."""
        name, kind = _checked(body)
        key = "contact." + re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
        fields = self.of(location_id)
        if any(one["fieldKey"] == key for one in fields.values()):
            raise bad_request(f"a custom field with the key {key} exists already")
        created = {
            "id": uuid.uuid4().hex[:20],
            "name": name,
            "fieldKey": key,
            "dataType": kind,
            "model": body.get("model", "contact"),
            "locationId": location_id,
            "position": body.get("position", 50 * (len(fields) + 1)),
        }
        fields[created["id"]] = created
        return created

    def reset(self) -> None:
        """Remove all."""
        self._by_location.clear()


def _checked(body: Any) -> tuple[str, str]:
    if not isinstance(body, dict) or not isinstance(body.get("name"), str) or not body["name"]:
        raise unprocessable(["name must be a string"])
    if body.get("dataType") not in _TYPES:
        raise unprocessable([f"dataType must be one of {', '.join(sorted(_TYPES))}"])
    return body["name"], body["dataType"]
