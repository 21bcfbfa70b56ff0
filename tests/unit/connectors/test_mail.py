"""Alerts by e-mail."""

from __future__ import annotations

from email import message_from_string
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.connectors.mail.mail import Mail
from alpha_swarm.domain.messages.notices import Message
from alpha_swarm.errors import (
    AlphaSwarmError,
    CredentialsRefusedError,
    GiveUpError,
    RetryLaterError,
    UnavailableError,
)
from tests.unit.connectors.mail_server import MailServer, mail_server

if TYPE_CHECKING:
    from collections.abc import Iterator

ALERT = Message(
    title="Spending\r\nBcc: evil@example.com has stopped",
    facts=[("remedy", "raise the cap\r\n.\r\nQUIT")],
    key="alert:cap:day:credits:1",
    level="critical",
)
TO = ("ops@example.com", "lead@example.com")


@pytest.fixture
def server() -> Iterator[MailServer]:
    """It takes whatever comes."""
    with mail_server() as one:
        yield one


def test_an_alert_is_one_mail_to_all_of_them(server: MailServer) -> None:
    """What it says can make neither headers nor commands."""
    Mail(server.url, TO).send(ALERT)
    (text,) = server.mails
    mail = message_from_string(text)
    assert mail["Subject"] == "[Alpha Swarm] critical: Spending Bcc: evil@example.com has stopped"
    assert (mail["From"], mail["To"]) == ("ops@example.com", "ops@example.com, lead@example.com")
    assert mail["Bcc"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    body = str(mail.get_payload()).split("\n")
    assert [line.strip() for line in body if "remedy" in line] == ["remedy: raise the cap . QUIT"]
    assert server.signed_in == 1


def test_the_same_alert_has_the_same_id_however_often_it_is_sent(server: MailServer) -> None:
    mail = Mail(server.url, TO)
    mail.send(ALERT)
    mail.send(ALERT)
    mail.send(Message(title="Another", key="other"))
    ids = [message_from_string(text)["Message-ID"] for text in server.mails]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("word", "answer", "verdict"),
    [
        ("AUTH", "535 no", CredentialsRefusedError),
        ("RCPT", "550 nobody here", GiveUpError),
        ("DATA", "554 no", GiveUpError),
        ("DATA", "451 later", RetryLaterError),
        ("MAIL", "421 busy", RetryLaterError),
    ],
)
def test_each_refusal_has_its_verdict(
    server: MailServer, word: str, answer: str, verdict: type[AlphaSwarmError]
) -> None:
    """The text names neither the recipients nor the password."""
    server.answers[word] = answer
    with pytest.raises(verdict) as caught:
        Mail(server.url, TO).send(ALERT)
    assert "@" not in str(caught.value)
    assert "secret" not in str(caught.value)
    assert server.mails == []


def test_a_server_that_is_not_there_is_tried_again() -> None:
    with mail_server() as server:
        url = server.url
    with pytest.raises(UnavailableError):
        Mail(url, TO).send(ALERT)


def test_a_look_signs_in_and_sends_nothing(server: MailServer) -> None:
    assert Mail(server.url, TO).check() == "alerts go to 2 addresses by 127.0.0.1"
    assert (server.mails, server.signed_in) == ([], 1)
