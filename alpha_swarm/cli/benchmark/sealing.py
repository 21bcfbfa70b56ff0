"""What it costs that personal values are sealed: the same leads, by turns without keys and with.

The ledger alone is measured, in one process: by turns both meet the same moments of a busy machine.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.benchmark.load import lead
from alpha_swarm.data_keys import KEY_BYTES, KeyRing
from alpha_swarm.domain.doors.intake import read_lead
from alpha_swarm.domain.leads.enrichment import Enrichment, Values
from alpha_swarm.domain.leads.identity import identity_of
from alpha_swarm.domain.leads.scoring import Score
from alpha_swarm.domain.states import EnrichmentStatus, Priority, Tier
from alpha_swarm.ledger.config import LedgerConfig
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.migrate import migrate
from alpha_swarm.ports.records import Arrival

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PAGE = 50
_MILLISECONDS = 1000.0


class _Side:
    """One of the two ledgers, and what its work took: what is done → seconds of processor, seconds in all."""

    def __init__(self, folder: Path, name: str, ring: KeyRing | None) -> None:
        url = f"sqlite:///{folder / name}.db"
        migrate(url)
        keys_url = f"sqlite:///{folder / name}-keys.db"
        self.ledger = SqlLedger(LedgerConfig(url=url, key=b"bench", ring=ring, keys_url=keys_url))
        self.ledger.require_keys()
        self.took: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])

    def pass_through(self, arrivals: Sequence[Arrival]) -> None:
        """Taken in, found out about, and read as a worker reads them."""
        for what, act in self._acts(arrivals):
            processor, moment = time.process_time(), time.monotonic()
            act()
            self.took[what][0] += time.process_time() - processor
            self.took[what][1] += time.monotonic() - moment

    def _acts(self, arrivals: Sequence[Arrival]) -> Iterator[tuple[str, Any]]:
        ids: list[str] = []
        yield "take in", lambda: ids.extend(self._take_in(arrivals))
        yield "result", lambda: self._find(ids)
        yield "read", lambda: self._read(ids)

    def _take_in(self, arrivals: Sequence[Arrival]) -> list[str]:
        with self.ledger.begin() as tx:
            return [one.lead_id for one in tx.leads.add(arrivals)]

    def _find(self, ids: Sequence[str]) -> None:
        with self.ledger.begin() as tx:
            tx.leads.enriched({key: _found(key) for key in ids})

    def _read(self, ids: Sequence[str]) -> None:
        with self.ledger.read() as tx:
            tx.leads.load(ids)


def measure(leads: int) -> dict[str, Any]:
    """The section ``sealing`` of the report; each ratio is that of sealed values to plain ones."""
    ring = KeyRing([secrets.token_bytes(KEY_BYTES)])
    with tempfile.TemporaryDirectory(prefix="alpha-swarm-bench-") as folder, ExitStack() as stack:
        plain, sealed = (_Side(Path(folder), *one) for one in (("plain", None), ("sealed", ring)))
        for side in (plain, sealed):
            stack.enter_context(closing(side.ledger))
        now = datetime.now(UTC)
        for number, start in enumerate(range(0, leads, _PAGE)):
            page = [_arrival(one, now) for one in range(start, min(leads, start + _PAGE))]
            # Whoever is first meets a colder machine, so that is by turns as well.
            for side in (plain, sealed) if number % 2 else (sealed, plain):
                side.pass_through(page)
        return {"leads": leads, **{what: _compared(what, plain, sealed, leads) for what in plain.took}}


def _compared(what: str, plain: _Side, sealed: _Side, leads: int) -> Mapping[str, float]:
    """Milliseconds a lead; of a whole program's processor time this is a small part."""
    return {
        "plain_cpu_ms": round(plain.took[what][0] / leads * _MILLISECONDS, 4),
        "sealed_cpu_ms": round(sealed.took[what][0] / leads * _MILLISECONDS, 4),
        "cpu_ratio": round(sealed.took[what][0] / plain.took[what][0], 3),
        "seconds_ratio": round(sealed.took[what][1] / plain.took[what][1], 3),
    }


def _arrival(number: int, now: datetime) -> Arrival:
    came = read_lead(lead(number, now), now=now)
    return Arrival(input=came, identity=identity_of(came), priority=Priority.NORMAL)


def _found(lead_id: str) -> tuple[Enrichment, Score]:
    values = Values(
        email_work=f"{lead_id.lower()}@brightforge.example", phone="+14155550123", title="Founder"
    )
    found = Enrichment(status=EnrichmentStatus.COMPLETED, values=values, enriched_at=datetime.now(UTC))
    return found, Score(total=80, tier=Tier.ONE, points={"title": 30})
