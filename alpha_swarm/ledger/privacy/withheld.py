"""How often the privacy policy kept which field out, and where."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from alpha_swarm.ledger.counters import count_on, totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.withheld import Withheld

_PREFIX = "privacy.withheld."


class SqlWithheld:
    """Implements ``ports.withheld.WithheldCounts``."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._counted: Counter[str] = Counter()

    def count(self, place: str, what: Withheld, fields: Mapping[str, int]) -> None:
        """At the end of the transaction: everybody waits for these rows."""
        self._counted.update({f"{place}.{what.value}.{name}": number for name, number in fields.items()})

    def finish(self) -> None:
        """Write what was counted."""
        count_on(self._session, _PREFIX, self._counted)
        self._counted.clear()

    def totals(self) -> list[dict[str, Any]]:
        """``{place, what, field, count}`` since the ledger began."""
        return [
            {**dict(zip(("place", "what", "field"), name.split(".", 2), strict=True)), "count": number}
            for name, number in sorted(totals(self._session, _PREFIX).items())
        ]
