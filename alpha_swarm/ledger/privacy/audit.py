"""The audit trail as the ledger keeps it."""

from __future__ import annotations

import re
from contextlib import closing
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select, update

from alpha_swarm.domain.privacy.audit import AuditKind, Chain, Head, examine
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ledger.schema.audit import audit, audit_head
from alpha_swarm.sealing import derived

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from alpha_swarm.domain.privacy.audit import Anchor, Record, Verdict
    from alpha_swarm.ledger.session import Session

#: Ids, figures and words of ours: no blank, no at sign, no slash, no plus.
_PLAIN = re.compile(r"[A-Za-z0-9_.:,{}\[\]\"-]*")
#: Records that are held in memory while the trail is read.
_AT_ONCE = 1000


@lru_cache(maxsize=4)
def chain_of(key: bytes) -> Chain:
    """The chain under the installation's key."""
    return Chain(derived(key, "audit"))


class SqlAudit:
    """Implements ``ports.audit.Audit`` within one transaction."""

    def __init__(self, session: Session, key: bytes) -> None:
        self._session = session
        self._key = key
        self._noted: list[tuple[str, str]] = []

    def note(self, kind: str, **detail: Any) -> None:
        """Written when the transaction ends."""
        text = orjson.dumps(detail, option=orjson.OPT_SORT_KEYS).decode()
        if not _PLAIN.fullmatch(text):
            raise ValueError(f"the audit trail takes ids and figures alone, and a {kind} has something else")
        self._noted.append((AuditKind(kind).value, text))

    def finish(self) -> None:
        """The very last to be written: whoever writes to the trail waits for whoever wrote before."""
        if not self._noted:
            return
        last, rows = self._locked_head(), []
        for kind, detail in self._noted:
            seq, at = last.seq + 1, self._session.now
            last = Head(seq, chain_of(self._key).mac(last.mac, seq, at, kind, detail))
            rows.append({"seq": seq, "at": at, "kind": kind, "detail": detail, "mac": last.mac})
        self._session.add(audit, rows)
        self._session.run(update(audit_head).values(seq=last.seq, mac=last.mac))

    def head(self) -> Head:
        """The last record, by the ledger's own word."""
        return self._read_head(select(audit_head))

    def verify(self, anchors: Iterable[Anchor], since: Head) -> Verdict:
        """Look for the first record after ``since`` that is not as it was written."""
        chain, head = chain_of(self._key), self._known_head(select(audit_head))
        with closing(self.walk(since.seq)) as records:
            return examine(records, chain, head=head, anchors=anchors, since=since)

    def walk(self, after: int) -> Generator[Record]:
        """The records after this one, in their order, and whatever somebody put among them."""
        query = select(audit.c.seq, audit.c.at, audit.c.kind, audit.c.detail, audit.c.mac).order_by(
            audit.c.seq
        )
        if after:
            query = query.where(audit.c.seq > after)
        with self._session.any_text(), self._session.run(query.execution_options(yield_per=_AT_ONCE)) as rows:
            found: Any = rows
            yield from found

    def _locked_head(self) -> Head:
        return self._read_head(select(audit_head).with_for_update())

    def _read_head(self, query: Any) -> Head:
        head = self._known_head(query)
        if head is None:
            raise AlphaSwarmError(
                "the audit trail has no head, or more than one: put audit_head back from a copy of the ledger"
            )
        return head

    def _known_head(self, query: Any) -> Head | None:
        """``None`` where somebody took it away, or put something there that is none."""
        with self._session.any_text():
            rows = self._session.rows(query)
        whole = len(rows) == 1 and isinstance(rows[0].seq, int)
        return Head(rows[0].seq, rows[0].mac) if whole else None
