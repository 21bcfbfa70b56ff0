"""Whether personal values are sealed, and whether the keys at hand open them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.assembly import parts
from alpha_swarm.cli.checks.check import Check, failed, ok, warning
from alpha_swarm.errors import AlphaSwarmError, ConfigurationError
from alpha_swarm.ledger.ledger import SqlLedger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.config import Settings

_NAME = "encryption"
_OLD = (
    "put back the newest copy of the data keys; whoever has none in it is lost:"
    " forget them with alpha-swarm privacy erase LEAD and take them in anew"
)


def check_encryption(settings: Settings) -> Iterator[Check]:
    """Nothing where it is off, as it was never on."""
    try:
        ledger = SqlLedger(parts.ledger_config(settings, "doctor"))
    except ConfigurationError as error:
        yield failed(_NAME, str(error), "correct the file")
        return
    try:
        yield from _looked(ledger)
    except ConfigurationError as error:
        yield failed(
            _NAME, str(error), "the keys of before open what is sealed; docs/operations.md tells how"
        )
    except AlphaSwarmError:
        # What is wrong with the databases is said of them already.
        return
    finally:
        ledger.close()


def _looked(ledger: SqlLedger) -> Iterator[Check]:
    ledger.require_keys()
    if ledger.keys is None:
        return
    lost = ledger.key_book.without_key()
    if lost:
        yield failed(_NAME, f"{len(lost):,} of the latest leads have no data key: theirs were lost", _OLD)
    found = ledger.key_book.shown()
    others = [one["key"] for one in found["keys"] if one["key"] != found["current"] and one["data_keys"]]
    if found["plain_rows"]:
        yield warning(_NAME, f"{found['plain_rows']:,} rows stand plain", "alpha-swarm privacy keys seal")
    if others:
        yield warning(
            _NAME, f"data keys are under {', '.join(others)} still", "alpha-swarm privacy keys rotate"
        )
    if not (lost or found["plain_rows"] or others):
        yield ok(_NAME, f"personal values are sealed under key {found['current']}")
