"""Whom a record is about that the ledger does not know: its system is asked who that is elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.domain.addresses import normal_email
from alpha_swarm.domain.doors.who import Who
from alpha_swarm.domain.leads.identity import profile_slug
from alpha_swarm.domain.privacy.rights import Identifiers
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.pipeline.privacy.patience import patiently

if TYPE_CHECKING:
    from alpha_swarm.clock import Clock
    from alpha_swarm.ports.ledger import Ledger

#: The e-mails and profiles of whoever has these records in a system.
Names = Callable[[Identifiers], Identifiers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduced:
    """Who is meant."""

    people: Sequence[Who]
    """What was said, and after it by what else the record's system knows the same person."""
    untold: str | None = None
    """Why the system did not say."""


class Introduction:
    """Asks the one system; no transaction is open meanwhile."""

    def __init__(self, ledger: Ledger, names_in: Callable[[str], Names | None], clock: Clock) -> None:
        """``names_in``: of a system by its name; ``None`` where it is not configured."""
        self._ledger = ledger
        self._names_in = names_in
        self._clock = clock

    def of(self, who: Who) -> Introduced:
        """Asked once; what is said to be over soon is waited for.

        Raises:
            UserError: several people are known by it.
        """
        if who.system is None or who.record_id is None or self._is_here(who):
            return Introduced(people=[who])
        try:
            names = self._names_in(who.system)
            return Introduced(people=[who, *(self._others(names, who) if names else ())])
        except AlphaSwarmError as error:
            return Introduced(people=[who], untold=str(error))

    def _is_here(self, who: Who) -> bool:
        """The ledger knows more of its own than any one system does."""
        with self._ledger.read() as tx:
            return bool(tx.rights.person([who]))

    def _others(self, names: Names, who: Who) -> list[Who]:
        found = patiently(self._clock, lambda: names(who.identifiers))
        emails = dict.fromkeys(filter(None, map(normal_email, found.emails)))
        slugs = dict.fromkeys(filter(None, map(profile_slug, found.linkedin)))
        return [*(Who(email=one) for one in emails), *(Who(slug=one) for one in slugs)]
