"""What has served its time goes, in portions, and the audit trail says how much did."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.privacy.audit import AuditKind

if TYPE_CHECKING:
    from alpha_swarm.ports.expiry import OldFiles
    from alpha_swarm.ports.ledger import Ledger

log = structlog.get_logger(__name__)

#: Rows of a kind in one commit, and commits of one run: others want to write meanwhile.
PORTION = 500
_MOST_PORTIONS = 200


class Expire:
    """Removes rows and files whose own lifetime is over."""

    def __init__(self, ledger: Ledger, files: OldFiles, file_days: float) -> None:
        self._ledger = ledger
        self._files = files
        self._file_days = file_days

    def run(self) -> Counter[str]:
        """Kind → how many went."""
        told: Counter[str] = Counter()
        for _ in range(_MOST_PORTIONS):
            gone = self._portion()
            told.update(gone)
            if max(gone.values(), default=0) < PORTION:
                break
        self._remove_files(told)
        if told:
            log.info("lifetimes_over", **told)
        return told

    def _portion(self) -> Counter[str]:
        with self._ledger.begin() as tx:
            gone = Counter(tx.expiry.portion(PORTION))
            if gone:
                tx.audit.note(AuditKind.EXPIRY, **gone)
        return gone

    def _remove_files(self, told: Counter[str]) -> None:
        removed = self._files.remove(self._file_days)
        if removed:
            told["files"] = removed
            with self._ledger.begin() as tx:
                tx.audit.note(AuditKind.EXPIRY, files=removed)
