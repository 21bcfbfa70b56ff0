"""The services that we talk to: asked for something harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.assembly import crms, parts
from alpha_swarm.cli.checks.check import Check, failed, ok, warning
from alpha_swarm.cli.checks.routed import check_rules
from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.calls import Call, Endpoint
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.verdicts import VerdictTable
from alpha_swarm.errors import (
    AlphaSwarmError,
    ConfigurationError,
    CredentialsRefusedError,
    UnavailableError,
    WrongAddressError,
)
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ports.placing import MayLackFields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alpha_swarm.config import Settings
    from alpha_swarm.ports.crm import Crm
    from alpha_swarm.ports.edge import Exchange, Passage

#: What the vendor's own address has answered since it gave the row API up.
_DEPRECATED = (
    "check CLAY_API_BASE_URL and CLAY_TABLE_ID; api.clay.com itself answers every row call with 404"
    ' "deprecated API endpoint": there CLAY_TRANSPORT=webhook and CLAY_TRANSPORT=routines are the ways in'
)


_ROUTINE = "check CLAY_PUBLIC_API_BASE_URL and CLAY_ROUTINE_ID"


class _OpenGate:
    """One harmless call needs no limit, and the limits' server may be down."""

    def enter(self, passage: Passage) -> None:
        """Let it through."""

    def waits(self, passage: Passage) -> Iterator[float]:
        """At once."""
        self.enter(passage)
        return iter(())

    def leave(self, passage: Passage, exchange: Exchange) -> None:
        """Nothing is learned from it."""


def check_clay(settings: Settings) -> Iterator[Check]:
    """Address and key."""
    ledger = SqlLedger(parts.ledger_config(settings, "doctor"))
    try:
        yield _ask(
            "clay",
            lambda: parts.enricher(settings, _OpenGate(), ledger.facts, SystemClock(), ledger.lanes).check(),
            _ROUTINE if settings.clay.transport == "routines" else _DEPRECATED,
        )
    finally:
        ledger.close()


def check_crms(settings: Settings) -> Iterator[Check]:
    """Each configured CRM."""
    ledger = SqlLedger(parts.ledger_config(settings, "doctor"))
    remedy = "check its base URL and ids"
    try:
        seal, clock = parts.token_seal(settings), SystemClock()
        for target, crm in crms.crms(settings, _OpenGate(), ledger.facts, clock, seal).items():
            answer = _ask(target.value, crm.check, remedy)
            yield answer
            if answer.result == "ok":
                yield from _gaps(crm)
                yield from check_rules(settings, crm)
    finally:
        ledger.close()


def _gaps(crm: Crm) -> Iterator[Check]:
    name = f"{crm.target.value} fields"
    try:
        gap = crm.gap() if isinstance(crm, MayLackFields) else None
    except AlphaSwarmError as error:
        yield failed(name, str(error), "give the key the right to read fields")
    else:
        yield from [warning(name, gap.detail, gap.remedy)] if gap else []


def check_slack(settings: Settings) -> Iterator[Check]:
    """Where people are told, if they are; a webhook can do less than a bot."""
    if settings.slack.bot_token and not settings.slack.channel:
        yield warning("slack bot", "SLACK_BOT_TOKEN alone does nothing", "name its channel in SLACK_CHANNEL")
    notifier = crms.notifier(settings, _OpenGate(), SystemClock())
    if notifier is None:
        return
    try:
        if settings.slack.bot:
            yield _ask("slack", notifier.check, "check SLACK_CHANNEL, and invite the bot into it")
        else:
            remedy = "set SLACK_BOT_TOKEN, SLACK_CHANNEL and SLACK_SIGNING_SECRET for all of it"
            yield warning("slack", notifier.check(), remedy)
    finally:
        notifier.close()


def ask_own_door(base_url: str) -> None:
    """Our own HTTP door, by the address that others are told.

    Raises:
        AlphaSwarmError: it does not answer there.
    """
    # The door that is asked is open, so that no key of ours goes out.
    endpoint = Endpoint(target="api", base_url=base_url, keys=("none",), verdicts=VerdictTable({}))
    door = Http(endpoint, _OpenGate(), SystemClock())
    try:
        door.call(Call(operation="ask", method="GET", path="/health/live", effect=False, limit=None))
    finally:
        door.close()


def _ask(name: str, question: Callable[[], str], wrong_address: str) -> Check:
    try:
        return ok(name, question())
    except ConfigurationError as error:
        return failed(name, str(error), "set it in the environment or .env")
    except WrongAddressError as error:
        return failed(name, str(error), wrong_address)
    except CredentialsRefusedError as error:
        return failed(name, str(error), "put a valid key into the environment or .env")
    except UnavailableError as error:
        return failed(name, str(error), "check its base URL and the way to the network")
    except AlphaSwarmError as error:
        return failed(name, str(error), "try again; if it stays, ask the service's status page")
