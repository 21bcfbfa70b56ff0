"""What the org's object is like: asked once, remembered for all processes, looked at again where it errs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import structlog
from pydantic import ValidationError

from alpha_swarm.connectors.salesforce import facts, mapping
from alpha_swarm.connectors.salesforce.layout import Layout, OrgField
from alpha_swarm.errors import WrongAddressError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.salesforce.client import SalesforceClient
    from alpha_swarm.connectors.salesforce.schemas import DescribedField, Description
    from alpha_swarm.connectors.salesforce.settings import SalesforceConfig
    from alpha_swarm.ports.edge import Facts

#: Seconds; an administrator may make a field at any time.
_TRUSTED = 3600.0

log = structlog.get_logger(__name__)


class Org:
    """The layout of one object."""

    def __init__(
        self, client: SalesforceClient, known: Facts, config: SalesforceConfig, clock: Clock
    ) -> None:
        self._client = client
        self._known = known
        self._config = config
        self._clock = clock
        self._fact = f"salesforce.layout:{config.instance_url}:{config.object}:{config.external_id}"
        self._layout: Layout | None = None
        self._looked_at = 0.0
        self._told: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def layout(self) -> Layout:
        """As it is remembered.

        Raises:
            WrongAddressError: the org has no field for our lead id.
        """
        layout = self._layout
        if layout is None:
            layout = self._adopt(self._remembered())
            self.tell("salesforce_fields_missing", layout.missing)
        if self._clock.monotonic() - self._looked_at > _TRUSTED:
            return self.refresh(layout)
        return layout

    def refresh(self, stale: Layout) -> Layout:
        """Look again; once for all threads that hold the same stale one."""
        with self._lock:
            layout = self._layout
            return self.look() if layout is None or layout is stale else layout

    def look(self) -> Layout:
        """As the org has it now. Raises what :meth:`layout` does."""
        found = self._described()
        self._known.put(self._fact, found.model_dump_json())
        return self._adopt(found)

    def tell(self, event: str, names: Iterable[str]) -> None:
        """Of each field once."""
        news = {(event, name) for name in names} - self._told
        if news:
            self._told |= news
            log.warning(event, object=self._config.object, fields=sorted(name for _, name in news))

    def _described(self) -> Layout:
        return _layout(self._client.describe(), self._config)

    def _remembered(self) -> Layout:
        fact = self._known.once(self._fact, lambda: self._described().model_dump_json())
        try:
            layout = Layout.model_validate_json(fact)
        except ValidationError:
            return self.look()
        # A version that knew fewer fields remembered fewer.
        return layout if len(layout.fields) + len(layout.missing) == len(mapping.FIELDS) else self.look()

    def _adopt(self, layout: Layout) -> Layout:
        self._layout, self._looked_at = layout, self._clock.monotonic()
        return layout


def _layout(description: Description, config: SalesforceConfig) -> Layout:
    described = {field.name: field for field in description.fields}
    names = mapping.api_names(config.external_id)
    usable = {
        name: _field(described[api_name])
        for name, api_name in names.items()
        if api_name in described and described[api_name].createable and described[api_name].updateable
    }
    _check_external_id(described.get(config.external_id), config)
    missing = tuple(api_name for name, api_name in names.items() if name not in usable)
    return Layout(
        fields=usable,
        missing=missing,
        prefix=description.prefix or "",
        convertible=facts.CONVERTED in described,
        silencing=tuple(name for name in facts.SILENCING if name in described and described[name].updateable),
    )


def _field(described: DescribedField) -> OrgField:
    return OrgField(
        name=described.name,
        kind=described.type,
        length=described.length,
        scale=described.scale,
        required=not (described.nillable or described.defaulted),
    )


def _check_external_id(described: DescribedField | None, config: SalesforceConfig) -> None:
    if described is None or not described.external_id or not described.createable:
        raise WrongAddressError(
            f"salesforce {config.object} has no external id field {config.external_id} that we may write:"
            " create it as a text field, External ID and Unique, or name yours in SALESFORCE_EXTERNAL_ID"
        )
