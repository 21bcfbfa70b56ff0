"""The sandbox's own log, read after a run: what happened there, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.supervision.stage import Stage

_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Event:
    """One entry; ``at`` is Unix time."""

    at: float
    service: str
    event: str
    subject: str
    amount: float


def first_call(stage: Stage, after: float) -> float:
    """When the first call after this moment came.

    Raises:
        StopIteration: none did.
    """
    return next(one.at for one in events(stage) if one.event == "call" and one.at > after)


class SandboxLog:
    """All entries of a sandbox so far."""

    def __init__(self, stage: Stage) -> None:
        self.events = list(events(stage))

    def first(self, service: str, event: str) -> dict[str, float]:
        """Subject → when the event first happened to it."""
        found: dict[str, float] = {}
        for one in self.of(service, event):
            found.setdefault(one.subject, one.at)
        return found

    def times(self, service: str, event: str, subject: str | None = None) -> list[float]:
        """When it happened, to this subject alone if one is given."""
        return [one.at for one in self.of(service, event) if subject in {None, one.subject}]

    def of(self, service: str, event: str) -> Iterator[Event]:
        """The entries of one kind."""
        return (one for one in self.events if (one.service, one.event) == (service, event))


def events(stage: Stage) -> Iterator[Event]:
    """The entries in their order, fetched page by page up to the first empty one."""
    with requests.Session() as session:
        session.trust_env = False
        read = 0
        while True:
            answer = session.get(f"{stage.sandbox}/_sandbox/log", params={"after": read}, timeout=_SECONDS)
            answer.raise_for_status()
            page = answer.json()["entries"]
            if not page:
                return
            yield from (Event(**entry) for entry in page)
            read += len(page)
