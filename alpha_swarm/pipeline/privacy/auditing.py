"""The audit trail is looked through, and its head is anchored outside the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.health.standing import AUDIT_REMEDY
from alpha_swarm.domain.messages.notices import Notice, NoticeKind, Way
from alpha_swarm.domain.privacy.audit import START, Anchor
from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.privacy.audit import Head, Verdict
    from alpha_swarm.ports.audit import Anchors
    from alpha_swarm.ports.edge import Facts
    from alpha_swarm.ports.ledger import Ledger

log = structlog.get_logger(__name__)

#: The fact in which stands what was found wrong with the trail, or nothing.
FLAW = "audit.flaw"
#: A mail a day is read; one an hour is not.
_MAILED_SECONDS = 86_400.0


class Auditing:
    """The trail of one ledger."""

    def __init__(self, ledger: Ledger, anchors: Anchors, facts: Facts, clock: Clock) -> None:
        self._ledger = ledger
        self._anchors = anchors
        self._facts = facts
        self._clock = clock

    def anchors(self) -> Sequence[Anchor]:
        """Those that were kept, the oldest first."""
        return self._anchors.read()

    def verify(self, elsewhere: Sequence[Anchor] | None = None) -> Verdict:
        """Look through all of it, and compare it with the anchors that were kept, or with these."""
        verdict = self._verdict(self.anchors() if elsewhere is None else elsewhere, START)
        if elsewhere is None:
            self._remember(verdict)
        return verdict

    def anchor(self) -> Anchor | None:
        """Keep the head of now outside, after a look at what was written since the last anchor.

        ``None`` while there is no record.

        Raises:
            AlphaSwarmError: the trail does not go on from the last anchor as it was written.
            UserError: the anchor could only be logged.
        """
        kept = self.anchors()
        since = kept[-1].head if kept else START
        verdict = self._verdict((), since)
        if verdict.flaw is not None or since == START:
            self._remember(verdict)
        if verdict.flaw is not None:
            raise AlphaSwarmError(f"the audit trail does not hold: {verdict.flaw}; {AUDIT_REMEDY}")
        if verdict.head == START:
            return None
        now = self._clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
        anchor = Anchor(verdict.head, now)
        log.info("audit_anchored", seq=anchor.head.seq, mac=anchor.head.mac)
        with self._ledger.begin() as tx:
            tx.outbox.add([_notice(anchor)])
        if since != anchor.head:
            self._anchors.add(anchor)
        return anchor

    def _verdict(self, anchors: Sequence[Anchor], since: Head) -> Verdict:
        with self._ledger.read() as tx:
            return tx.audit.verify(anchors, since)

    def _remember(self, verdict: Verdict) -> None:
        """For whoever watches: what was found stands until a look at all of it finds nothing."""
        said = str(verdict.flaw or "")
        if said != (self._facts.look(FLAW) or ""):
            self._facts.put(FLAW, said)


def _notice(anchor: Anchor) -> Notice:
    return Notice(
        key="audit_anchor",
        kind=NoticeKind.SUMMARY,
        text="Anchor of the audit trail, to be kept",
        facts={"record": anchor.head.seq, "mac": anchor.head.mac, "time": anchor.at},
        again_after=_MAILED_SECONDS,
        way=Way.EMAIL,
    )
