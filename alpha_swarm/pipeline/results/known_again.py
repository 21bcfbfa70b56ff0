"""Whom a result is about: somebody who is not to come back, or somebody else with such a one's number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.doors.who import is_phone, names_of_lead, names_of_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.pipeline.results.judging import Judged
    from alpha_swarm.ports.ledger import Transaction


def known_again(tx: Transaction, results: Mapping[str, Judged]) -> tuple[set[str], set[str]]:
    """Leads who are that person; and leads that only share a phone, of which nothing but that must go.

    A profile and an e-mail are one person's, here as at the doors. A number is often a whole company's: by
    that alone only those are the person who are known by nothing else.
    """
    names = {key: names_of_values(found.values) for key, (found, _) in results.items()}
    met = tx.suppressions.met(names)
    by_phone = {key: names[key] for key, listed in met.items() if all(map(is_phone, listed))}
    others = _others(tx, by_phone) if by_phone else set()
    return set(met) - others, others


def _others(tx: Transaction, found: Mapping[str, Sequence[str]]) -> set[str]:
    """Those who have a profile or an e-mail, and none that is on the list."""
    leads = tx.leads.load(found, history=False)
    known = {key: (*names_of_lead(lead), *found[key]) for key, lead in leads.items()}
    own = {key: [name for name in every if not is_phone(name)] for key, every in known.items()}
    met = tx.suppressions.met(own)
    return {key for key, every in own.items() if every and key not in met}
