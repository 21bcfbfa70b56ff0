"""Whether the keys at hand open what the ledger holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.errors import ConfigurationError
from alpha_swarm.ledger.sealing.personal_values import WITHOUT_KEYS

if TYPE_CHECKING:
    from alpha_swarm.ledger.facts import SqlFacts
    from alpha_swarm.ledger.sealing.key_store import KeyStore

#: The fact in which the store stands that holds the keys of this ledger's values.
STORE = "encryption.store"


def require_keys(facts: SqlFacts, keys: KeyStore | None) -> None:
    """Before anything is read or written; the first time the ledger remembers whose keys it is under.

    Raises:
        ConfigurationError: values would be unreadable.
    """
    known = facts.look(STORE)
    if keys is None:
        if known:
            raise ConfigurationError(WITHOUT_KEYS)
        return
    name = keys.name
    if known and known != name:
        raise ConfigurationError(
            "KEYS_DATABASE_URL: these are not the data keys of this ledger, or their file was lost:"
            " put back its newest copy, or name the right store"
        )
    strange = [key for key in keys.ids() if key not in keys.ring.ids]
    if strange:
        raise ConfigurationError(
            f"ENCRYPTION_KEYS: data keys are under {', '.join(strange)}, which is not among"
            f" {', '.join(keys.ring.ids)}: add that key behind the current one"
        )
    # Another ledger's keys would pass for strays one day. Of processes that start together one is first.
    if not known and keys.ids() and facts.look(STORE) != name:
        raise ConfigurationError(
            "KEYS_DATABASE_URL: the data keys there are of another ledger, or of a later state of this one:"
            " name a store of its own"
        )
    if not known:
        facts.put(STORE, name)
