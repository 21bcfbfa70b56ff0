"""``doctor`` says whether alerts reach anybody."""

from __future__ import annotations

import pytest

from alpha_swarm.cli.checks.alerting import check_alerts
from alpha_swarm.config import load_settings
from tests.unit.connectors.mail_server import mail_server

HOOK = {"ALERT_WEBHOOK_URL": "https://pager.example.com/hook"}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.mark.parametrize(
    ("given", "result", "said"),
    [
        (HOOK, "warning", "ALERT_WEBHOOK_SECRET"),
        (HOOK | {"ALERT_WEBHOOK_SECRET": SECRET}, "ok", ""),
        ({"SMTP_URL": "smtp://mail.example.com"}, "warning", "ALERT_EMAIL"),
        ({"ALERT_EMAIL": "ops@example.com"}, "warning", "SMTP_URL"),
        ({"ALERT_EMAIL": "ops@example.com", "SMTP_URL": "smtp://127.0.0.1:1"}, "failed", "SMTP_URL"),
    ],
)
def test_what_is_not_whole_is_said_with_its_remedy(given: dict[str, str], result: str, said: str) -> None:
    (check,) = check_alerts(load_settings(given, None))
    assert (check.result, said in check.remedy) == (result, True)


def test_a_mail_server_is_signed_in_to_and_given_nothing() -> None:
    with mail_server() as server:
        given = {"ALERT_EMAIL": "ops@example.com", "SMTP_URL": server.url}
        (check,) = check_alerts(load_settings(given, None))
    assert (check.result, server.signed_in, server.mails) == ("ok", 1, [])


def test_without_either_there_is_nothing_to_check() -> None:
    assert list(check_alerts(load_settings({}, None))) == []
