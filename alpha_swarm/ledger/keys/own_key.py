"""Whether the installation's key is the one that the ledger was begun with."""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING

from alpha_swarm.errors import ConfigurationError
from alpha_swarm.sealing import derived

if TYPE_CHECKING:
    from alpha_swarm.ledger.facts import SqlFacts

#: The fact in which stands what only that key makes; from it the key is not found.
MARK = "key.mark"


def require_own_key(facts: SqlFacts, key: bytes) -> None:
    """Before anything is read or written; the first time the ledger remembers by which key it is.

    Under another one nobody would be found: those who asked to be forgotten would be let in, and everybody
    else taken for new and paid for again.

    Raises:
        ConfigurationError: it is another key.
    """
    mark = derived(key, "the mark of a ledger").hex()
    known = facts.look(MARK)
    if known is None:
        facts.put(MARK, mark)
    elif not compare_digest(known, mark):
        raise ConfigurationError(
            "ALPHA_SWARM_KEY: this ledger was begun with another key, or with the one in the file key in"
            " ALPHA_SWARM_HOME, and is of no use without it: set that one again"
        )
