"""``POST /webhooks/crm/…``: verified, cut into letters, stored, answered; read afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.routing import Route

from alpha_swarm.api.bodies import read_body
from alpha_swarm.api.crm.answers import Answer, Take, acknowledged, in_time, only_429, plain
from alpha_swarm.api.crm.ghl import GhlSignature
from alpha_swarm.api.crm.hubspot import HubSpotSignature
from alpha_swarm.api.crm.secret import SharedSecret
from alpha_swarm.api.crm.sent import Check, Sent, require
from alpha_swarm.api.crm.standard import StandardSignature, message_id
from alpha_swarm.api.problems import Problem
from alpha_swarm.api.webhooks import MOST_BYTES
from alpha_swarm.domain.crm.news import System
from alpha_swarm.inbound import generic, ghl, hubspot, salesforce
from alpha_swarm.inbound.pieces import Pieces, UnfitDelivery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from alpha_swarm.api.group_commit import GroupCommit
    from alpha_swarm.clock import Clock
    from alpha_swarm.config import Settings

    Delivery = tuple[System, Pieces]

PATH = "/webhooks/crm"


@dataclass(frozen=True, slots=True)
class Door:
    """One sender's."""

    system: System
    check: Check
    split: Callable[[Sent], Pieces]
    answer: Callable[[Take], Answer]
    secret_in_path: bool = False

    def routes(self, group: GroupCommit[Delivery, None]) -> list[Route]:
        """Plain routes: a burst of webhooks has no time for more."""
        answer, path = self.answer(self._take(group)), path_of(self.system)
        paths = [path, path + "/{secret}"] if self.secret_in_path else [path]
        return [Route(one, answer, methods=["POST"]) for one in paths]

    def _take(self, group: GroupCommit[Delivery, None]) -> Take:
        async def take(request: Request) -> None:
            sent = await _read(request)
            require(self.check, sent, f"CRM_WEBHOOK_SECRET_{self.system.name}")
            try:
                pieces, fits = self.split(sent), True
            except UnfitDelivery as unfit:
                # Kept as far as may be: whoever sent it sees red, and a person can read what came.
                pieces, fits = dict(unfit.pieces), False
            if pieces:
                await in_time(asyncio.wrap_future(group.submit((self.system, pieces), len(sent.body))))
            if not fits:
                raise Problem(HTTPStatus.BAD_REQUEST, "unfit_body", "this is no delivery of the sender's")

        return take


def path_of(system: System) -> str:
    """The door's path."""
    return f"{PATH}/{system.value}"


def doors(settings: Settings, clock: Clock) -> Sequence[Door]:
    """The doors of all senders; one that nothing is configured for turns everybody away.

    Raises:
        ConfigurationError: a key or secret is none.
    """
    secrets = settings.crm_webhook_secrets
    location = settings.ghl.location_id
    unsigned = SharedSecret("CRM_WEBHOOK_SECRET_SALESFORCE", secrets.salesforce, path_of(System.SALESFORCE))
    return (
        Door(
            System.HUBSPOT,
            HubSpotSignature(secrets.hubspot, settings.api.base_url, clock),
            lambda sent: hubspot.split(sent.body),
            plain,
        ),
        Door(
            System.GHL,
            GhlSignature(secrets.ghl, location, clock),
            lambda sent: ghl.split(sent.body),
            only_429,
        ),
        Door(
            System.SALESFORCE,
            unsigned,
            lambda sent: salesforce.split(sent.body),
            acknowledged,
            secret_in_path=True,
        ),
        Door(
            System.GENERIC,
            StandardSignature(secrets.generic, clock),
            lambda sent: generic.split(sent.body, message_id(sent.headers)),
            plain,
        ),
    )


async def _read(request: Request) -> Sent:
    body = await read_body(request, MOST_BYTES)
    query = request.scope["query_string"].decode("latin-1")
    target = request.url.path + (f"?{query}" if query else "")
    return Sent(target=target, headers=request.headers, body=body)
