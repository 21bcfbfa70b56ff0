"""The same key gets the same answer for a day, and never for another body."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.errors import RetryLaterError
from alpha_swarm.ledger.doors.idempotency import KeyReusedError
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.together import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alpha_swarm.ledger.ledger import SqlLedger

_DAY = 86400.0


def answer(ledger: SqlLedger, key: str, body: bytes = b"body") -> Mapping[str, object] | None:
    """What the key was answered."""
    with ledger.read() as tx:
        return tx.idempotency_keys.answer(key, body)


def remember(ledger: SqlLedger, key: str, value: int) -> bool:
    """Answer a new key; whether it was this answer that was kept."""
    try:
        with ledger.begin() as tx:
            if tx.idempotency_keys.answer(key, b"body") is not None:
                return False
            tx.idempotency_keys.remember(key, b"body", {"value": value})
    except RetryLaterError:
        return False
    return True


def test_a_key_is_answered_as_before_for_a_day(ledger: SqlLedger) -> None:
    assert answer(ledger, "key") is None
    remember(ledger, "key", 1)
    let_time_pass(ledger.engine, _DAY - 5)
    assert answer(ledger, "key") == {"value": 1}
    let_time_pass(ledger.engine, 10.0)
    assert answer(ledger, "key") is None
    assert remember(ledger, "key", 2)
    assert answer(ledger, "key") == {"value": 2}


def test_a_key_that_stands_for_another_body_is_refused(ledger: SqlLedger) -> None:
    remember(ledger, "key", 1)
    with pytest.raises(KeyReusedError):
        answer(ledger, "key", b"another body")


def test_of_requests_with_one_key_at_the_same_moment_one_is_kept(
    open_ledger: Callable[..., SqlLedger],
) -> None:
    ledgers = [open_ledger(f"door-{number}") for number in range(4)]
    kept = in_threads(remember, [(ledger, "key", number) for number, ledger in enumerate(ledgers)])
    assert kept.count(True) == 1
    assert answer(ledgers[0], "key") == {"value": kept.index(True)}


def test_old_keys_are_swept_out(ledger: SqlLedger) -> None:
    remember(ledger, "old", 1)
    let_time_pass(ledger.engine, _DAY + 5)
    remember(ledger, "young", 2)
    with ledger.begin() as tx:
        assert tx.expiry.portion(10) == {"answers": 1}
    let_time_pass(ledger.engine, -10.0 - _DAY)
    assert answer(ledger, "old") is None
    assert answer(ledger, "young") == {"value": 2}
