"""Settings → whoever tells people; imported when they are built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.assembly import crms
from alpha_swarm.domain.messages.notices import Way

if TYPE_CHECKING:
    from alpha_swarm.clock import Clock
    from alpha_swarm.config import Settings
    from alpha_swarm.ports.edge import Gate
    from alpha_swarm.ports.notifier import Notifier


def ways(settings: Settings) -> frozenset[Way]:
    """Those on which people are told."""
    given = {
        Way.SLACK: settings.slack.configured,
        Way.WEBHOOK: settings.alert_webhook_url,
        Way.EMAIL: settings.smtp_url and settings.alert_email,
    }
    return frozenset(way for way, value in given.items() if value)


def notifiers(settings: Settings, gate: Gate, clock: Clock) -> dict[Way, Notifier]:
    """One for each of them."""
    found: dict[Way, Notifier | None] = {
        Way.SLACK: crms.notifier(settings, gate, clock),
        Way.WEBHOOK: _pager(settings, gate, clock),
        Way.EMAIL: _mail(settings),
    }
    return {way: notifier for way, notifier in found.items() if notifier is not None}


def _pager(settings: Settings, gate: Gate, clock: Clock) -> Notifier | None:
    if settings.alert_webhook_url is None:
        return None
    from alpha_swarm.connectors.pager.pager import Pager

    secret = settings.alert_webhook_secret
    address = settings.alert_webhook_url.get_secret_value()
    return Pager(address, secret.get_secret_value() if secret else None, gate, clock)


def _mail(settings: Settings) -> Notifier | None:
    if settings.smtp_url is None or not settings.alert_email:
        return None
    from alpha_swarm.connectors.mail.mail import Mail

    return Mail(settings.smtp_url.get_secret_value(), settings.alert_email)
