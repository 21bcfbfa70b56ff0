"""Whether alerts reach anybody besides Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.cli.checks.check import Check, failed, ok, warning
from alpha_swarm.connectors.mail.mail import Mail
from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.config import Settings


def check_alerts(settings: Settings) -> Iterator[Check]:
    """The webhook and e-mail, as far as they are set; no alert is sent for it."""
    if settings.alert_webhook_url is not None:
        yield _webhook(signed=settings.alert_webhook_secret is not None)
    if settings.smtp_url is not None and settings.alert_email:
        yield _mail(Mail(settings.smtp_url.get_secret_value(), settings.alert_email))
    elif settings.smtp_url is not None:
        yield warning("alert mail", "SMTP_URL alone tells nobody", "name the recipients in ALERT_EMAIL")
    elif settings.alert_email:
        yield warning("alert mail", "ALERT_EMAIL alone tells nobody", "name the mail server in SMTP_URL")


def _webhook(*, signed: bool) -> Check:
    if signed:
        return ok("alert webhook", "alerts are posted and signed; none is sent to try it")
    remedy = "set ALERT_WEBHOOK_SECRET on both sides"
    return warning("alert webhook", "alerts are posted, and nothing shows that they are ours", remedy)


def _mail(mail: Mail) -> Check:
    try:
        return ok("alert mail", mail.check())
    except AlphaSwarmError as error:
        return failed("alert mail", str(error), "check SMTP_URL")
