"""Persons who may come again: off the list of those who are not to come back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.domain.states import State

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from alpha_swarm.domain.doors.who import Who
    from alpha_swarm.ports.ledger import Transaction
    from alpha_swarm.ports.rights import Suppressed


class Allowing:
    """Some persons, each by one name at least.

    Whoever was forgotten by a request of their own comes off with all names that were known then; of whoever
    came there by a list, or by a copy that was put back, the names that are given come off. What was
    forgotten stays so: leads keep their entries, which say nothing of anybody, and a copy brings none of
    them back.
    """

    def __init__(self, people: Sequence[Who], alone: Collection[str]) -> None:
        """``alone``: why requests are made that are about one person."""
        self._people = people
        self._alone = alone

    def plan(self, tx: Transaction) -> dict[str, Any]:
        """``entries``, how many of each of the ``kinds``, ``requests``, and names on no list (``unknown``).

        ``objected``: leads of theirs that stay as they are, since an objection is more than an entry.
        """
        return self._told(tx, self._entries(tx))

    def allow(self, reason: str, tx: Transaction) -> tuple[dict[str, Any], Sequence[Suppressed]]:
        """The same, done; and the lines for the list outside."""
        entries = self._entries(tx)
        told = self._told(tx, entries)
        if not entries:
            return told, ()
        lines = tx.allowances.allow(entries)
        about = {"entries": len(entries), "requests": told["requests"], "reason": reason}
        tx.audit.note(AuditKind.ALLOWANCE, **about)
        return told, lines

    def _entries(self, tx: Transaction) -> Sequence[Suppressed]:
        return tx.allowances.entries(self._people, self._alone)

    def _told(self, tx: Transaction, entries: Sequence[Suppressed]) -> dict[str, Any]:
        here = tx.leads.standing(tx.rights.leads_of(self._people))
        return {
            "entries": len(entries),
            "kinds": dict(sorted(Counter(one.kind for one in entries).items())),
            "requests": sorted({one.request_id for one in entries if one.request_id}),
            "unknown": len(tx.suppressions.unlisted(self._people)),
            "objected": sorted(key for key, lead in here.items() if lead.state is State.OBJECTED),
        }
