"""The properties of our own, found or created once."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

from alpha_swarm.connectors.hubspot.mapping import (
    CUSTOM,
    GROUP,
    GROUP_LABEL,
    LEAD_ID,
    PROPERTIES,
    STANDARD,
)
from alpha_swarm.errors import GiveUpError, RetryLaterError, WrongAddressError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alpha_swarm.connectors.hubspot.client import HubSpotClient
    from alpha_swarm.connectors.hubspot.mapping import Custom
    from alpha_swarm.connectors.hubspot.schemas import PropertyDefinition
    from alpha_swarm.ports.edge import Facts

_FACT = "hubspot.properties"


class OwnProperties:
    """Which of our properties the portal has and takes our values."""

    def __init__(self, client: HubSpotClient, known: Facts) -> None:
        self._client = client
        self._known = known
        self._usable: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def usable(self) -> frozenset[str]:
        """The output fields that can be written."""
        if not self._usable:
            self._usable = _remembered(self._known.once(_FACT, self._ensure)) or self.refresh(self._usable)
        return self._usable

    def known(self) -> frozenset[str]:
        """The same as far as somebody has looked, else all: nothing is asked and nothing made."""
        return self._usable or _remembered(self._known.get(_FACT) or "") or frozenset(PROPERTIES)

    def refresh(self, stale: frozenset[str]) -> frozenset[str]:
        """Look again, as a person may have removed one; once for all threads."""
        with self._lock:
            if self._usable is stale:
                found = self._ensure()
                self._known.put(_FACT, found)
                self._usable = _remembered(found)
            return self._usable

    def unfit(self) -> list[str]:
        """The names of those that somebody has made another way, so that they are left out.

        Where none is by now, those that were left out before are made.
        """
        standing = _by_name(self._client.properties())
        unfit = sorted(
            one.name for one in CUSTOM.values() if one.name in standing and not _fits(one, standing[one.name])
        )
        kept = _remembered(self._known.look(_FACT) or "")
        if kept and not unfit and not CUSTOM.keys() <= kept:
            self._known.put(_FACT, self._ensure())
        return unfit

    def _ensure(self) -> str:
        standing = _by_name(self._client.properties())
        self._create([one for one in CUSTOM.values() if one.name not in standing])
        fit = [
            field
            for field, one in CUSTOM.items()
            if one.name not in standing or _fits(one, standing[one.name])
        ]
        if "lead_id" not in fit:
            text = f"hubspot's property {LEAD_ID} lets two contacts have the same value: remove it, and it is"
            raise WrongAddressError(f"{text} made anew")
        return json.dumps([*STANDARD, *fit])

    def _create(self, missing: list[Custom]) -> None:
        try:
            if missing:
                self._client.create_group(GROUP, GROUP_LABEL)
            for one in missing:
                self._client.create_property(one.body())
        except GiveUpError as error:
            # No lead is to blame.
            raise RetryLaterError(str(error)) from None


def _by_name(definitions: Iterable[PropertyDefinition]) -> Mapping[str, PropertyDefinition]:
    return {one.name: one for one in definitions}


def _fits(ours: Custom, standing: PropertyDefinition) -> bool:
    """Whether it takes our values, and for the key of our own whether it keeps contacts apart."""
    options = {option.value for option in standing.options}
    same = standing.type == ours.type and options >= set(ours.options)
    return same and (standing.unique or not ours.unique)


def _remembered(fact: str) -> frozenset[str]:
    try:
        fields = json.loads(fact)
    except ValueError:
        return frozenset()
    usable = CUSTOM.keys() & fields if isinstance(fields, list) else frozenset()
    # What every portal has was remembered by a version that knew less of it.
    return frozenset(usable | STANDARD.keys()) if usable else frozenset()
