"""The audit trail is looked through, and its head is anchored outside the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.audit import START, Anchor
from alpha_swarm.domain.notices import Notice, NoticeKind, Way
from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.audit import Verdict
    from alpha_swarm.ports.audit import Anchors
    from alpha_swarm.ports.ledger import Ledger

log = structlog.get_logger(__name__)

#: A mail a day is read; one an hour is not.
_MAILED_SECONDS = 86_400.0


class Auditing:
    """The trail of one ledger."""

    def __init__(self, ledger: Ledger, anchors: Anchors, clock: Clock) -> None:
        self._ledger = ledger
        self._anchors = anchors
        self._clock = clock

    def anchors(self) -> Sequence[Anchor]:
        """Those that were kept, the oldest first."""
        return self._anchors.read(self._name())

    def verify(self, anchors: Sequence[Anchor]) -> Verdict:
        """Look through all of it."""
        with self._ledger.read() as tx:
            return tx.audit.verify(anchors, START)

    def anchor(self) -> Anchor | None:
        """Keep the head of now outside, after a look at what was written since the last anchor.

        ``None`` while there is no record.

        Raises:
            AlphaSwarmError: the trail does not go on from the last anchor as it was written.
            UserError: the anchor could only be logged.
        """
        ledger, kept = self._name(), self.anchors()
        with self._ledger.read() as tx:
            verdict = tx.audit.verify((), kept[-1].head if kept else START)
        if verdict.flaw is not None:
            raise AlphaSwarmError(
                f"the audit trail was tampered with: record {verdict.flaw.seq} {verdict.flaw.why};"
                " keep the ledger as it is, and look with: alpha-swarm privacy audit verify"
            )
        if verdict.head == START:
            return None
        now = self._clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
        anchor = Anchor(verdict.head, now)
        log.info("audit_anchored", seq=anchor.head.seq, mac=anchor.head.mac)
        self._mail(anchor)
        if not kept or kept[-1].head != anchor.head:
            self._anchors.add(ledger, anchor)
        return anchor

    def _name(self) -> str:
        with self._ledger.read() as tx:
            return tx.pulse.ledger()

    def _mail(self, anchor: Anchor) -> None:
        with self._ledger.begin() as tx:
            tx.outbox.add([_notice(anchor)])


def _notice(anchor: Anchor) -> Notice:
    return Notice(
        key="audit_anchor",
        kind=NoticeKind.SUMMARY,
        text="Anchor of the audit trail, to be kept",
        facts={"record": anchor.head.seq, "mac": anchor.head.mac, "time": anchor.at},
        again_after=_MAILED_SECONDS,
        way=Way.EMAIL,
    )
