"""The audit trail, and what is kept of it elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alpha_swarm.domain.privacy.audit import Anchor, Head, Verdict


class Audit(Protocol):
    """Each record is written with the commit of what it is about."""

    def note(self, kind: str, **detail: Any) -> None:
        """``kind`` is an ``AuditKind``; ``detail`` holds lead ids, figures and words of ours.

        Raises:
            ValueError: there is no such kind, or the detail holds what could be personal.
        """
        ...

    def head(self) -> Head:
        """The last record."""
        ...

    def verify(self, anchors: Iterable[Anchor], since: Head) -> Verdict:
        """Look for the first record after ``since`` that is not as it was written."""
        ...


class Anchors(Protocol):
    """Heads that are kept where whoever owns the database cannot change them."""

    def read(self) -> Sequence[Anchor]:
        """All of this installation, the oldest first.

        Raises:
            UserError: they cannot be read.
        """
        ...

    def add(self, anchor: Anchor) -> str:
        """Append one, durably; where it is kept.

        Raises:
            UserError: it cannot be kept.
        """
        ...
