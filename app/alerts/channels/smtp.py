"""Mail by SMTP."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import formatdate
from typing import Final

from app.alerts.channels.http import deadline, no_answer, trouble
from app.alerts.channels.model import Answer, Outgoing, failed, refused, shortened
from app.alerts.channels.secret import Secret, redacted
from app.alerts.rule import Channel as ChannelSettings
from app.core.i18n import _

_PORTS: Final = {"none": 25, "starttls": 587, "tls": 465}
"""Where a server listens unless the channel says otherwise."""

_NAME: Final = "[127.0.0.1]"
"""How this machine introduces itself: its own name would have to be looked up, and is nobody's business."""


class SmtpChannel:
    """Sends mail.

    Args:
        settings: Server, sender, receivers, security and time-out.
        secret: The password.
        wall_ms: The time of the world, for the mail's date.
    """

    def __init__(self, settings: ChannelSettings, secret: Secret, wall_ms: Callable[[], int]) -> None:
        self._settings = settings
        self._secret = secret
        self._wall_ms = wall_ms

    def send(self, message: Outgoing) -> Answer:
        settings = self._settings
        if settings.user and settings.security == "none":
            raise refused(_("The password would be readable on its way: set security to starttls or tls."))
        try:
            mail = compose(message, settings, self._wall_ms())
        except ValueError:
            raise refused(_("The sender or a receiver is no mail address.")) from None
        is_sent = False
        try:
            with deadline(settings.timeout_seconds) as watch, _hanging_up(self._connected()) as server:
                watch(server.sock)
                if settings.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                    # The connection has another socket now.
                    watch(server.sock)
                if settings.user:
                    server.login(settings.user, self._secret.value)
                is_sent = True
                not_taken = server.send_message(mail, settings.sender, list(settings.to))
                if not_taken:
                    receivers = shortened(", ".join(not_taken))
                    return Answer("told", _("not taken for: {receivers}").format(receivers=receivers))
                return Answer("told", "250")
        except ssl.SSLCertVerificationError as error:
            said = _("The server's certificate is not good: {reason}.").format(reason=error.verify_message)
            raise refused(said) from None
        except smtplib.SMTPRecipientsRefused as error:
            return self._said(*max(error.recipients.values()))
        except smtplib.SMTPResponseException as error:
            return self._said(error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError:
            raise refused(_("The server does not offer what the channel's security and user ask for.")) from None
        except TimeoutError:
            raise failed(no_answer(settings.timeout_seconds), is_uncertain=is_sent) from None
        except socket.gaierror:
            raise failed(_("The server's name could not be found.")) from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise failed(trouble(error), is_uncertain=is_sent) from None

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        port = settings.port or _PORTS[settings.security]
        if settings.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(settings.host, port, _NAME, timeout=settings.timeout_seconds, context=context)
        return smtplib.SMTP(settings.host, port, _NAME, timeout=settings.timeout_seconds)

    def _said(self, code: int, words: bytes | str) -> Answer:
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        answer = shortened(redacted(f"{code} {text}", self._secret))
        # A greeting that is none has the code -1.
        return Answer("refused" if code >= 500 else "failed", answer)


@contextmanager
def _hanging_up(server: smtplib.SMTP) -> Iterator[smtplib.SMTP]:
    """Let a server go in the end."""
    try:
        yield server
        with suppress(OSError, smtplib.SMTPException):
            # Not waited for: who stalls now has the mail all the same.
            server.putcmd("quit")
    finally:
        server.close()


def compose(message: Outgoing, settings: ChannelSettings, sent_ms: int) -> EmailMessage:
    """The mail; one that is sent twice has the same id, by which a mail store may know it.

    Raises:
        ValueError: When an address is none.
    """
    mail = EmailMessage()
    mail["From"] = settings.sender
    mail["To"] = ", ".join(settings.to)
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = formatdate(sent_ms // 1000)
    mail["Message-ID"] = f"<{message.message}@watchfloor.invalid>"
    mail["Auto-Submitted"] = "auto-generated"
    # Seven bits: not every server hands eight through.
    mail.set_content(message.text, charset="utf-8", cte="base64")
    return mail
