"""One POST with everything that may go wrong with it: nothing is followed, nothing is read without end, nothing waits
for ever."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from app.alerts.channels.model import Answer, failed, refused
from app.core.i18n import _

BODY_LIMIT: Final = 65_536
"""No more of an answer is read, in bytes."""

_TRY_AGAIN: Final = frozenset({408, 425, 429})
"""Answers of the 400s that mean: later."""

_MAY_HAVE_ARRIVED: Final = frozenset({500, 502, 504})
"""Answers of the 500s after which the message may be there all the same."""


class Reply(NamedTuple):
    """What a server answered."""

    status: int
    body: bytes

    @property
    def fields(self) -> dict[str, Any] | None:
        """The answer as a JSON object; None when it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


def post(url: str, body: bytes, headers: Mapping[str, str], timeout_seconds: int) -> Reply:
    """Send a body and read the answer.

    Args:
        url: Where to; it is in no message of an error.
        body: JSON.
        headers: Besides those every request has.
        timeout_seconds: For all of it, from the connection to the last byte of the answer; looking the name up waits
            as long as the system does.

    Raises:
        CannotSend: When there is no answer.
    """
    try:
        connection, target = _connection(url, timeout_seconds)
    except ValueError:
        raise refused(_("The channel's address is none: look at its url.")) from None
    is_sent = False
    try:
        with deadline(timeout_seconds) as watch:
            connection.connect()
            watch(connection.sock)
            is_sent = True
            connection.request("POST", target, body, {"User-Agent": "watchfloor", **_JSON, **headers})
            answer = connection.getresponse()
            return Reply(answer.status, answer.read(BODY_LIMIT))
    except ssl.SSLCertVerificationError as error:
        raise refused(
            _("The server's certificate is not good: {reason}.").format(reason=error.verify_message)
        ) from None
    except TimeoutError:
        raise failed(no_answer(timeout_seconds), is_uncertain=is_sent) from None
    except socket.gaierror:
        raise failed(_("The server's name could not be found.")) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise failed(trouble(error), is_uncertain=is_sent) from None
    finally:
        connection.close()


def no_answer(timeout_seconds: int) -> str:
    """What to say when time has run out."""
    return _("No answer within {seconds} s.").format(seconds=timeout_seconds)


def trouble(error: Exception) -> str:
    """What to say of a connection that failed: the system's own words, which name no address."""
    words = getattr(error, "strerror", None) or type(error).__name__
    return _("The connection failed: {reason}.").format(reason=words)


def status_problem(status: int) -> Answer | None:
    """What a status means that is not a success; None for one that is."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return Answer("refused", _("HTTP {status}: redirects are not followed.").format(status=status))
    if status >= 500 or status in _TRY_AGAIN:
        return Answer("failed", f"HTTP {status}", status in _MAY_HAVE_ARRIVED)
    return Answer("refused", f"HTTP {status}")


@contextmanager
def deadline(timeout_seconds: int) -> Iterator[Any]:
    """Cut a connection when time has run out, however slowly the other side drips.

    Gives a function that is handed the socket; what was waiting on it ends with a TimeoutError.
    """
    sockets: list[socket.socket] = []
    is_over = threading.Event()

    def cut() -> None:
        is_over.set()
        for each in sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(timeout_seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield sockets.append
        if is_over.is_set():
            raise TimeoutError
    except (OSError, http.client.HTTPException):
        if is_over.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()


_JSON: Final = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}


def _connection(url: str, timeout_seconds: int) -> tuple[http.client.HTTPConnection, str]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError
    target = parts.path or "/"
    if parts.query:
        target = f"{target}?{parts.query}"
    if not (target.isascii() and target.isprintable() and " " not in target):
        raise ValueError
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_seconds), target
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout_seconds, context=context), target
