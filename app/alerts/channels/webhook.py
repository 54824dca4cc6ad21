"""A site's own receiver: JSON, signed, with a key by which it knows a message that comes twice."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Final

from app.alerts.channels.http import post, status_problem
from app.alerts.channels.model import Answer, Outgoing, shortened
from app.alerts.channels.secret import Secret, redacted
from app.alerts.rule import Channel as ChannelSettings

TIMESTAMP: Final = "X-Watchfloor-Timestamp"
SIGNATURE: Final = "X-Watchfloor-Signature"
KEY: Final = "Idempotency-Key"


class WebhookChannel:
    """Posts to a receiver of the site's own.

    Args:
        settings: Its address and time-out.
        secret: What it signs with; unsigned without one.
        wall_ms: The time of the world, for the signature.
    """

    def __init__(self, settings: ChannelSettings, secret: Secret, wall_ms: Callable[[], int]) -> None:
        self._settings = settings
        self._secret = secret
        self._wall_ms = wall_ms

    def send(self, message: Outgoing) -> Answer:
        now_ms = self._wall_ms()
        body = payload(message, now_ms)
        headers = {KEY: message.message}
        if self._secret:
            headers |= signed_headers(self._secret, now_ms // 1000, body)
        reply = post(self._settings.url, body, headers, self._settings.timeout_seconds)
        if (problem := status_problem(reply.status)) is not None:
            return problem
        fields = reply.fields or {}
        if fields.get("ok") is False or fields.get("errcode") not in (None, 0):
            said = shortened(redacted(json.dumps(fields, ensure_ascii=False), self._secret, self._settings.url))
            return Answer("refused", said)
        return Answer("told", f"HTTP {reply.status}")


def payload(message: Outgoing, sent_ms: int) -> bytes:
    """The body: what docs/channels.md promises to receivers."""
    fields = {
        "version": 1,
        "message": message.message,
        "alert": message.alert,
        "level": message.level,
        "occasion": message.occasion,
        "subject": message.subject,
        "text": message.body,
        "sent_ms": sent_ms,
        "is_repeat": message.is_repeat,
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def signed_headers(secret: Secret, timestamp_seconds: int, body: bytes) -> dict[str, str]:
    """The time of sending, and the HMAC-SHA256 of "time.body" under the secret."""
    signed = b"%d." % timestamp_seconds + body
    digest = hmac.new(secret.value.encode(), signed, hashlib.sha256).hexdigest()
    return {TIMESTAMP: str(timestamp_seconds), SIGNATURE: f"sha256={digest}"}
