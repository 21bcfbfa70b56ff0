"""The table and the webhook that the transport needs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from alpha_swarm.connectors.clay import facts
from alpha_swarm.domain.results.columns import TABLE_NAME
from alpha_swarm.errors import OutcomeUnknownError, RetryLaterError

if TYPE_CHECKING:
    from alpha_swarm.connectors.clay.client import ClayClient
    from alpha_swarm.connectors.clay.settings import ClayConfig
    from alpha_swarm.ports.edge import Facts

TABLE_FACT = "clay.table_id"
#: Before the id of each table that was ever ours: rows stay where they were added.
_USED = "clay.table:"


class ClaySetup:
    """Finds or creates what is needed, once for all processes."""

    def __init__(self, config: ClayConfig, client: ClayClient, known: Facts) -> None:
        self._config = config
        self._client = client
        self._known = known
        self._found: str | None = None

    @property
    def table_id(self) -> str:
        """The table: as configured, else as remembered, else found or created now."""
        if self._found is None:
            found = self._config.table_id or self._known.once(TABLE_FACT, self._find_or_create)
            self._remember(found)
            self._found = found
        return self._found

    @property
    def tables(self) -> list[str]:
        """Each table in which rows of ours may stand, the present one first; none is created for that."""
        present = self._config.table_id or self._known.get(TABLE_FACT) or self._find()
        if present is None:
            return []
        self._remember(present)
        made = self._known.get(TABLE_FACT)
        return list(dict.fromkeys([present, *self._known.named(_USED), *([made] if made else [])]))

    def prepare(self) -> None:
        """See to the table and the webhook."""
        _ = self.table_id
        if self._config.webhook_url is not None:
            self._see_to_webhook(self._config.webhook_url)

    def _remember(self, table_id: str) -> None:
        """A table that is full is followed by another one."""
        if self._known.get(_USED + table_id) is None:
            self._known.put(_USED + table_id, "used")

    def _find_or_create(self) -> str:
        return self._find() or self._create()

    def _find(self) -> str | None:
        """Two tables of our name: the one that Clay lists first, so that all processes take the same."""
        for number in range(1, facts.MOST_PAGES):
            page = self._client.list_tables(number)
            for table in page.tables:
                if table.name == TABLE_NAME:
                    return table.id
            if not page.pagination.has_next_page:
                return None
        raise RetryLaterError("clay's list of tables does not end")

    def _create(self) -> str:
        try:
            table = self._client.create_table(TABLE_NAME, self._config.columns, self._config.waterfalls)
        except OutcomeUnknownError as error:
            # The table may stand; by the time of the next try its name tells.
            raise RetryLaterError(str(error), 2 * facts.EFFECT_SETTLES) from None
        return table.id

    def _see_to_webhook(self, url: str) -> None:
        """Register it once, and again when the secret has changed."""
        name, fingerprint = f"clay.webhook:{url}", self._secret_fingerprint()
        registered = self._known.once(name, lambda: self._register(url, fingerprint))
        if registered != fingerprint:
            self._known.put(name, self._register(url, fingerprint))

    def _register(self, url: str, fingerprint: str) -> str:
        secret = self._config.webhook_secret
        headers = {facts.WEBHOOK_SECRET_HEADER: secret} if secret else {}
        self._client.create_webhook(url, facts.WEBHOOK_EVENTS, headers)
        return fingerprint

    def _secret_fingerprint(self) -> str:
        """Tells secrets apart without keeping them."""
        return hashlib.sha256((self._config.webhook_secret or "").encode()).hexdigest()[:12]
