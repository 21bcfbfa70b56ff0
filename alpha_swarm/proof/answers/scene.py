"""A sandbox process that honours no idempotency key, and applications that share one ledger."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.app import App, build
from alpha_swarm.clock import SystemClock
from alpha_swarm.config import load_settings
from alpha_swarm.domain.doors.intake import read_lead
from alpha_swarm.domain.states import Priority
from alpha_swarm.proof import books, rounds
from alpha_swarm.supervision.stage import Stage, set_up

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Iterator, Sequence

    from alpha_swarm.ports.records import Taken
    from alpha_swarm.proof.trial import Violation

_LIMITS = ("CLAY_LIMIT_ROWS", "CLAY_LIMIT_ENRICH", "CLAY_LIMIT_UPDATES", "CLAY_LIMIT_EXPORTS")
_ENVIRON = {
    **dict.fromkeys((*_LIMITS, "GHL_LIMIT", "INSTANTLY_LIMIT"), "off"),
    "CLAY_RESULTS": "poll",
    "CLAY_POLL_AFTER": "0.2",
}
_SANDBOX = ("--no-limits", "--set", "idempotency=ignore", "--set", "enrich_seconds=[0,0]")


@dataclass(frozen=True, slots=True)
class Scene:
    """One sandbox, one ledger."""

    stage: Stage
    environ: Mapping[str, str]
    """Of every application here."""
    _open: ExitStack

    def app(self, holder: str = "worker", **environ: str) -> App:
        """An application for rounds, as another process would open it."""
        app = build(load_settings({**self.environ, **environ}, dotenv=None), holder=holder)
        self._open.callback(app.close)
        return rounds.without_queues(app)

    def audit(self, app: App, accepted: Collection[str]) -> tuple[Violation, ...]:
        """The promises about these leads that were broken."""
        return books.audit(app, accepted, self.stage.ledger(detail=True))


@contextmanager
def scene(url: str, chance: random.Random, *settings: str, **environ: str) -> Iterator[Scene]:
    """Open it on the ledger at ``url``, with further ``settings`` of the sandbox (``NAME=VALUE``)."""
    seed = ("--seed", str(chance.randrange(1_000_000)))
    chosen = [word for setting in settings for word in ("--set", setting)]
    with ExitStack() as stack:
        stage = stack.enter_context(set_up("answers", sandbox=[*_SANDBOX, *seed, *chosen]))
        yield Scene(stage, {**stage.environ, **_ENVIRON, "DATABASE_URL": url, **environ}, stack)


def people(chance: random.Random, number: int) -> list[dict[str, Any]]:
    """So many leads as a scraper sends them."""
    tag = f"{chance.randrange(16**8):08x}"
    return [person(f"{tag}-{index}") for index in range(number)]


def person(slug: str) -> dict[str, Any]:
    """The scraped lead with this profile."""
    return {
        "linkedin_url": f"https://www.linkedin.com/in/{slug}",
        "first_name": slug.title(),
        "source_type": "post_liker",
        "source_name": "Rival",
        "scraped_at": SystemClock().now().isoformat(),
    }


def take(app: App, leads: Sequence[Mapping[str, Any]]) -> Sequence[Taken]:
    """Leads through the scraper's door."""
    now = SystemClock().now()
    inputs = [read_lead(lead, now=now) for lead in leads]
    return app.receive.take(inputs, priority=Priority.NORMAL, door="proof")


def accept(app: App, leads: Sequence[Mapping[str, Any]]) -> list[str]:
    """The ids of leads that were taken in."""
    return [one.lead_id for one in take(app, leads)]
