"""Implements ``ports.notifier.Notifier``: one plain e-mail for each message."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from alpha_swarm.connectors.text import clean
from alpha_swarm.errors import (
    CredentialsRefusedError,
    GiveUpError,
    RetryLaterError,
    UnavailableError,
    WrongAddressError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.domain.messages.notices import Message

#: Seconds for each word of the server: others wait in the queue behind a message.
_TIMEOUT = 10.0
_SUBMISSION, _SUBMISSION_OVER_TLS = 587, 465
_LONGEST_SUBJECT = 150
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Mail:
    """Opens a connection for each message: there are few."""

    def __init__(self, url: str, recipients: Sequence[str]) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or (_SUBMISSION_OVER_TLS if self._tls else _SUBMISSION)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._recipients = list(recipients)
        self._sender = self._user if "@" in self._user else f"alpha-swarm@{self._host}"

    def check(self) -> str:
        """Sign in, and send nothing."""
        with self._connected() as server:
            server.noop()
        return f"alerts go to {len(self._recipients)} addresses by {self._host}"

    def send(self, message: Message) -> None:
        """One mail to all recipients."""
        with self._connected() as server:
            server.send_message(self._mail(message))

    def close(self) -> None:
        """Nothing is kept open."""

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["To"] = ", ".join(self._recipients)
        level = f" {message.level}:" if message.level else ""
        mail["Subject"] = _line(f"[Alpha Swarm]{level} {message.title}")[:_LONGEST_SUBJECT]
        mail["Date"] = formatdate()
        # Who gets it twice can tell.
        mail["Message-ID"] = f"<{hashlib.sha256(message.key.encode()).hexdigest()[:32]}@alpha-swarm>"
        mail["Auto-Submitted"] = "auto-generated"
        lines = [_line(message.title), "", *(f"{name}: {_line(value)}" for name, value in message.facts)]
        mail.set_content("\n".join(lines) + "\n")
        return mail

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            with self._server() as server:
                self._sign_in(server)
                yield server
        except smtplib.SMTPAuthenticationError as error:
            raise CredentialsRefusedError(
                f"mail server answered {error.smtp_code}: put a valid user and password into SMTP_URL"
            ) from None
        except smtplib.SMTPRecipientsRefused:
            raise GiveUpError("the mail server refused every recipient: check ALERT_EMAIL") from None
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code) from None
        except (OSError, smtplib.SMTPException) as error:
            raise UnavailableError(f"the mail server cannot be used ({type(error).__name__})") from None

    def _server(self) -> smtplib.SMTP:
        if self._tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        elif not self._tls and self._host not in _LOOPBACK:
            raise WrongAddressError("the mail server offers no encryption: use smtps:// in SMTP_URL")
        if self._user:
            server.login(self._user, self._password)


def _answered(code: int) -> RetryLaterError | GiveUpError:
    text = f"the mail server answered {code}"
    return GiveUpError(text) if code >= 500 else RetryLaterError(text)  # noqa: PLR2004 - refused for good


def _line(text: str) -> str:
    """On one line, as no header may have two."""
    return " ".join(clean(text).split())
