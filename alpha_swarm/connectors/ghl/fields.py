"""The ids of a location's custom fields, found or created once."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

from alpha_swarm.connectors.ghl.mapping import CUSTOM
from alpha_swarm.connectors.text import is_id
from alpha_swarm.errors import GiveUpError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.connectors.ghl.client import GhlClient
    from alpha_swarm.connectors.ghl.schemas import CustomField
    from alpha_swarm.ports.edge import Facts


class CustomFieldIds:
    """Our names → the location's ids."""

    def __init__(self, client: GhlClient, known: Facts, location_id: str) -> None:
        self._client = client
        self._known = known
        self._fact = f"ghl.custom_fields:{location_id}"
        self._ids: Mapping[str, str] = {}
        self._lock = threading.Lock()

    def all(self) -> Mapping[str, str]:
        """The ids of all our fields; what is remembered is looked at again when one is missing."""
        ids = self._ids
        if not ids.keys() >= set(CUSTOM):
            ids = self._ids = _remembered(self._known.once(self._fact, self._find_or_create))
        return ids if ids.keys() >= set(CUSTOM) else self.refresh(ids)

    def found(self) -> Mapping[str, str]:
        """The ids of those of our fields that there are; nothing is created."""
        ids = self._ids or _remembered(self._known.get(self._fact) or "")
        if ids.keys() >= set(CUSTOM):
            return ids
        fields = self._client.custom_fields()
        return {name: field_id for name in CUSTOM if (field_id := _find(fields, name))}

    def refresh(self, stale: Mapping[str, str]) -> Mapping[str, str]:
        """Look again, as fields may have been added or removed by a person; once for all threads."""
        with self._lock:
            if self._ids is stale:
                found = self._find_or_create()
                self._known.put(self._fact, found)
                self._ids = _remembered(found)
            return self._ids

    def _find_or_create(self) -> str:
        fields = self._client.custom_fields()
        return json.dumps({name: _find(fields, name) or self._create(name) for name in CUSTOM})

    def _create(self, name: str) -> str:
        try:
            return self._client.create_custom_field(name).id
        except GiveUpError as error:
            # Somebody else may have made it just now; in any case no lead is to blame.
            raise RetryLaterError(str(error)) from None


def _find(fields: list[CustomField], name: str) -> str | None:
    """A field of our name: by its key, which stays when people rename it, else by its name."""
    by_key = [field.id for field in fields if field.field_key == f"contact.{name}"]
    by_name = [field.id for field in fields if field.name.lower() == name]
    return next(iter(by_key + by_name), None)


def _remembered(fact: str) -> dict[str, str]:
    try:
        ids = json.loads(fact)
    except ValueError:
        return {}
    return {name: value for name, value in ids.items() if is_id(value)} if isinstance(ids, dict) else {}
